"""Pre-labellers that `annotate.yaml` names: a language model behind an address, or a package's."""

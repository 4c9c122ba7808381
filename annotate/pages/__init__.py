"""Results as HTML pages that need nothing else: templates, one stylesheet, all values escaped."""

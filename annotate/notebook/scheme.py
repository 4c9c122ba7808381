"""Which labels: a labelling config as a `LabelScheme`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from annotate.labels import LabelScheme


def label_scheme(
    config: str | Path = "claims", *, links: Mapping[str, tuple[str, str]] | None = None
) -> LabelScheme:
    """Return the labels, choices and links of a labelling config.

    `config` names a shipped one (`claims`, `parc`, `minimal`) or is the path of an XML file.
    `links` says which labels a link joins, head first; a shipped config brings its own.

    >>> scheme = annotate.label_scheme()
    >>> scheme.span_labels
    ('Claim', 'Source', 'Hedge')
    >>> scheme.link_ends["attributed_to"]
    ('Claim', 'Source')

    Raises `UsageError` where there is neither such a config nor such a file, `LabelConfigError` for
    one that cannot be served, `SchemeMismatchError` for links that it has not.
    """
    from annotate.errors import LabelConfigError, UsageError
    from annotate.labels import parse_label_config
    from annotate.workflow.state.init import LABEL_CONFIGS, label_config_template

    shipped = LABEL_CONFIGS.get(str(config))
    if shipped is not None:
        scheme = parse_label_config(label_config_template(shipped.xml), name=shipped.xml)
        return scheme.with_link_ends(shipped.links if links is None else links)
    path = Path(config)
    if not path.is_file():
        raise UsageError(
            f"{config}: no file, and no labelling config of that name; there are: "
            f"{', '.join(LABEL_CONFIGS)}"
        )
    try:
        xml = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise LabelConfigError(f"{path}: cannot be read: {reason}") from None
    return parse_label_config(xml, name=str(path)).with_link_ends(links or {})

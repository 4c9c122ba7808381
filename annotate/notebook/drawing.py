"""Spans drawn by displaCy."""

from __future__ import annotations

from typing import Any

from annotate.labels import LabelScheme
from annotate.notebook.scheme import label_scheme


def displacy_options(scheme: LabelScheme | None = None, *, spans_key: str = "sc") -> dict[str, Any]:
    """Return displaCy's options for `style="span"`: the labelling config's colours.

    By default those of the shipped labelling config, `label_scheme()`.

    >>> from spacy import displacy
    >>> texts = ["Officials said the bridge may close."]
    >>> docs = annotate.docs(zip(texts, annotate.prelabel(texts)))
    >>> html = displacy.render(docs, style="span", options=annotate.displacy_options())
    >>> annotate.label_scheme().colours["Hedge"] in html
    True
    """
    from annotate.pipeline.displacy import span_options

    return span_options((scheme or label_scheme()).colours, spans_key=spans_key)

"""What is read of a pipeline that was not made here: its spans or entities, under our labels.

The reading stands as `annotate.json` among the pipeline's files, and so in their hash: the same
pipeline read otherwise is another model.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup
from spacy.tokens import Span as TokenSpan

from annotate.errors import ModelError
from annotate.labels import LabelScheme
from annotate.pipeline.docs import read_doc
from annotate.records import Link, Span

READING_FILE = "annotate.json"

_GROUP = "annotate-reading"
_LINKER = "attribution_links"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which spans of a pipeline's documents count, and what their labels are called here."""

    spans_key: str | None
    """The span group that is read; `None`: the entities."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Label of the pipeline → label of ours; one that is not among them keeps its name."""
    drop: frozenset[str] = frozenset()
    """Labels of the pipeline that are not read."""
    package: str | None = None
    """An installed package whose code the pipeline may need."""

    def __str__(self) -> str:
        """Return what is read in a few words."""
        return "ents" if self.spans_key is None else f"spans {self.spans_key!r}"

    def name(self, label: str) -> str | None:
        """Return what a label of the pipeline is called here; `None` where it is dropped."""
        return None if label in self.drop else self.labels.get(label, label)

    def names(self, labels: Iterable[str]) -> list[str]:
        """Return what labels of the pipeline are called here, less those that are dropped."""
        return [name for label in labels if (name := self.name(label)) is not None]

    def read(
        self, doc: Doc, *, article_id: str, links: bool
    ) -> tuple[tuple[Span, ...], tuple[Link, ...], dict[str, float]]:
        """Return spans, links and scores (by span id) under our labels.

        Spans lose white space at their ends, as everywhere; of white space alone there are none.
        Scores are those of the group's attrs, else of `span._.score`. `links` are read only where
        the pipeline has the component that makes them.
        """
        group = list(doc.ents) if self.spans_key is None else doc.spans.get(self.spans_key, ())
        attrs: Mapping[str, Any] = {} if self.spans_key is None else getattr(group, "attrs", {})
        columns = {
            name: list(attrs[name])
            for name in ("ids", "attributes", "scores")
            if name in attrs and attrs[name] is not None and len(attrs[name]) == len(group)
        }
        if "scores" not in columns:
            columns["scores"] = [_score(span) for span in group]
        kept: list[TokenSpan] = []
        position: dict[int, int] = {}
        for index, span in enumerate(group):
            label = self.name(span.label_)
            trimmed = _trimmed(span)
            if label is not None and trimmed is not None:
                position[index] = len(kept)
                kept.append(TokenSpan(doc, trimmed[0], trimmed[1], label=label))
        taken: dict[str, Any] = {
            name: [values[index] for index in position] for name, values in columns.items()
        }
        if links:
            taken["links"] = [
                [position[head], position[tail], label]
                for head, tail, label in attrs.get("links", ())
                if head in position and tail in position
            ]
        doc.spans[_GROUP] = SpanGroup(doc, name=_GROUP, spans=kept, attrs=taken)
        return read_doc(doc, key=_GROUP, article_id=article_id)

    def check(
        self, path: Path, nlp: Language, scheme: LabelScheme, aliases: Mapping[str, str]
    ) -> None:
        """Raise `ModelError` where nothing that the pipeline names fits the labelling config."""
        named = self.names(named_labels(nlp, self.spans_key))
        if named and not any(aliases.get(name, name) in scheme.span_labels for name in named):
            raise ModelError(
                f"{path}: the pipeline finds {', '.join(named)}; the labelling config has "
                f"{', '.join(scheme.span_labels)}",
                hint="add it again with other names: annotate models add … --labels FROM=TO",
            )

    def to_json(self) -> dict[str, Any]:
        """Return the reading as it stands among the pipeline's files."""
        return {
            "spans_key": self.spans_key,
            "labels": dict(sorted(self.labels.items())),
            "drop": sorted(self.drop),
            "package": self.package,
        }


def write_reading(directory: Path, reading: Reading) -> None:
    """Put a reading beside a pipeline's files, in the place of one that is there."""
    path = directory / READING_FILE
    path.unlink(missing_ok=True)  # it may be a link to the file that it came from
    path.write_text(json.dumps(reading.to_json(), indent=2, ensure_ascii=False) + "\n", "utf-8")


def read_reading(directory: Path) -> Reading | None:
    """Return how a pipeline is read, `None` for one that was made here.

    Raises `ModelError` for a file that says something else.
    """
    path = directory / READING_FILE
    try:
        value = json.loads(path.read_text("utf-8"))
        return Reading(
            spans_key=_text(value["spans_key"]),
            labels={str(name): str(ours) for name, ours in value["labels"].items()},
            drop=frozenset(map(str, value["drop"])),
            package=_text(value["package"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path}: what is read of the pipeline cannot be told: {type(error).__name__}: {error}",
            hint="add the pipeline again: annotate models add",
        ) from None


def import_code(reading: Reading | None) -> None:
    """Import the package that a pipeline came from: it may register components.

    Where it is gone, spaCy says what is missing, if anything is.
    """
    if reading is not None and reading.package is not None:
        with suppress(ImportError):
            importlib.import_module(reading.package)


def makes_links(nlp: Language) -> bool:
    """Tell whether the component that links spans is among a pipeline's."""
    return any(nlp.get_pipe_meta(name).factory == _LINKER for name in nlp.pipe_names)


def named_labels(nlp: Language, spans_key: str | None) -> list[str]:
    """Return the labels that components name for a span group, or (`None`) for entities."""
    found: dict[str, None] = {}
    for name, component in nlp.pipeline:
        if spans_key in writes(nlp, name, component):
            found.update(dict.fromkeys(getattr(component, "labels", ())))
    return list(found)


def writes(nlp: Language, name: str, component: Any) -> list[str | None]:
    """Return the span groups into which a component is known to write, and `None` for entities."""
    found: list[str | None] = []
    assigns = nlp.get_pipe_meta(name).assigns
    if "doc.ents" in assigns or getattr(component, "annotate_ents", False):
        found.append(None)
    if "doc.spans" in assigns:
        key = getattr(component, "key", None) or getattr(component, "spans_key", None)
        found += [key] if isinstance(key, str) else []
    return found


def _trimmed(span: TokenSpan) -> tuple[int, int] | None:
    start, end = span.start, span.end
    while start < end and span.doc[start].is_space:
        start += 1
    while end > start and span.doc[end - 1].is_space:
        end -= 1
    return (start, end) if end > start else None


def _score(span: TokenSpan) -> float | None:
    value = span._.score if TokenSpan.has_extension("score") else None
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str | None:
    if not isinstance(value, str | None):
        raise TypeError(f"expected a text or null, found {value!r}")
    return value

"""What a pipeline from elsewhere has: span groups and entities, by components and on articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import is_package

from annotate.errors import ModelError, UnknownModelError
from annotate.pipeline.prediction import BATCH_ARTICLES, load_spacy
from annotate.pipeline.reading import writes
from annotate.pipeline.registry import check_pipeline
from annotate.records import Article

_OWN_KEY = "sc"


@dataclass(slots=True, kw_only=True)
class Found:
    """What a pipeline has; labels that components name and that no article showed count 0."""

    groups: dict[str, Counter[str]] = field(default_factory=dict)
    ents: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    """How many articles it was tried on."""

    def of(self, spans_key: str | None) -> Counter[str]:
        """Return the spans by label of a group, or (`None`) of the entities."""
        return self.ents if spans_key is None else self.groups.get(spans_key, Counter())

    def only_key(self) -> str | None:
        """Return what is read where nobody says it: group `sc`, the only group, else entities.

        Raises `ModelError` where there are several groups.
        """
        if _OWN_KEY in self.groups:
            return _OWN_KEY
        if len(self.groups) > 1:
            raise ModelError(
                f"the pipeline has several span groups: {self}",
                hint="name one: --spans-key KEY; or read its entities: --ents",
            )
        return next(iter(self.groups), None)

    def __str__(self) -> str:
        """Return all there is, with counts."""
        parts = [f"spans {key!r}: {_listed(labels)}" for key, labels in self.groups.items()]
        if self.ents:
            parts.append(f"ents: {_listed(self.ents)}")
        return "; ".join(parts) or "neither span groups nor entities"

    def to_json(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        return {
            "spans": {key: dict(labels) for key, labels in self.groups.items()},
            "ents": dict(self.ents),
            "articles": self.articles,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A pipeline as it was found: the directory of its files, and what is to be told of it."""

    nlp: Language
    path: Path
    package: str | None
    meta: Mapping[str, Any]
    """Language, name, version and components, as the pipeline states them."""


def open_source(wanted: str) -> Source:
    """Load a pipeline from a directory, else from an installed package.

    Raises `UnknownModelError` where there is neither, `ModelError` where it cannot be loaded.
    """
    path, package = Path(wanted), None
    if not path.is_dir():
        if not is_package(wanted):
            raise UnknownModelError(
                f"{wanted}: neither a directory nor an installed package",
                hint="a package is named as pip names it, and installed beside annotate",
            )
        package = wanted
    else:
        _check_directory(path)
    nlp = load_spacy(path if package is None else package)
    if package is not None:
        path = Path(nlp.path or wanted)
        _check_directory(path)
    said = {name: nlp.meta.get(name) for name in ("lang", "name", "version")}
    return Source(
        nlp=nlp,
        path=path,
        package=None if package is None else package.replace("-", "_"),
        meta={**said, "components": list(nlp.pipe_names)},
    )


def look_at(nlp: Language, articles: Iterable[Article]) -> Found:
    """Ask a pipeline's components what they give, and run it over some articles.

    Raises `ModelError` where its tokenizer changes a text.
    """
    found = Found()
    for name, component in nlp.pipeline:
        labels = dict.fromkeys(getattr(component, "labels", ()), 0)
        for key in writes(nlp, name, component):
            held = found.ents if key is None else found.groups.setdefault(key, Counter())
            held.update(labels)
    pairs = ((article.text, article) for article in articles)
    for doc, article in nlp.pipe(pairs, as_tuples=True, batch_size=BATCH_ARTICLES):
        if doc.text != article.text:
            raise ModelError(f"{article.article_id}: the pipeline's tokenizer changes the text")
        _count(doc, found)
    return found


def _count(doc: Doc, found: Found) -> None:
    found.articles += 1
    found.ents.update(span.label_ for span in doc.ents)
    for key, group in doc.spans.items():
        found.groups.setdefault(key, Counter()).update(span.label_ for span in group)


def _check_directory(path: Path) -> None:
    try:
        check_pipeline(path)
    except ModelError as error:
        inner = sorted(config.parent for config in path.glob("*/config.cfg"))
        if inner:
            error.hint = f"there is one in {inner[0]}"
        raise


def _listed(labels: Counter[str]) -> str:
    told = ", ".join(f"{label} {count}" for label, count in labels.most_common(20))
    more = len(labels) - 20
    return (told or "no span") + (f" and {more} more labels" if more > 0 else "")

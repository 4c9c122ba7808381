"""Which of the gold articles have taught the model that is scored on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.articles.duplicates import NearDuplicates
from annotate.errors import ExportError
from annotate.pipeline.registry import NONE, RULES, Model, kept_name
from annotate.records import Annotation, Article
from annotate.workflow.state.context import Context

LineageTexts = Mapping[str, Sequence[str]]
"""How a text taught (`train`, `dev`, `foreign`) → hashes of such texts."""

_SAID = {
    "train": "as training gold",
    "dev": "as development articles",
    "foreign": "in a foreign corpus",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """How many gold articles taught a model; `unknown` says why that cannot be told."""

    model: str
    articles: int
    exact: Mapping[str, int]
    """`train`, `dev`, `foreign` → gold articles whose exact text taught so."""
    repeats: int | None
    """Others that nearly repeat such a text; `None` where the export version is gone."""
    unknown: str | None = None

    @property
    def count(self) -> int:
        """Return how many gold articles taught the model, near-duplicates included."""
        return sum(self.exact.values()) + (self.repeats or 0)

    def warning(self) -> str | None:
        """Return what to be warned of, `None` where no gold article taught the model."""
        if self.unknown is not None:
            return self.unknown
        told = [f"{count} {_SAID[how]}" for how, count in self.exact.items() if count]
        if self.repeats:
            told.append(f"{self.repeats} by an article that they nearly repeat")
        if not told:
            return None
        limits = "" if self.repeats is not None else "; only exact texts could be compared"
        return (
            f"{self.count} of {self.articles} gold articles taught {self.model} "
            f"({', '.join(told)}{limits}): these scores flatter it"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        return {
            "model": self.model,
            "gold_articles": self.articles,
            "taught": self.count,
            **{how: self.exact.get(how, 0) for how in _SAID},
            "near_duplicates": self.repeats,
            "unknown": self.unknown,
        }


def lineage_texts(
    *,
    train: Iterable[tuple[Article, Annotation]],
    dev: Iterable[tuple[Article, Annotation]],
    foreign: Iterable[tuple[Article, Annotation]],
) -> dict[str, list[str]]:
    """Return the hashes of the texts that teach a model, as its lineage keeps them."""
    return {
        how: sorted({article.text_sha256 for article, _ in gold})
        for how, gold in (("train", train), ("dev", dev), ("foreign", foreign))
    }


def taught_by(context: Context, model: Model, gold: Sequence[Article]) -> Taught | None:
    """Return which of the gold taught a model, or was shown to it as examples.

    `None` for the rules, which nothing taught.

    Near-duplicates are looked for in the export version that the lineage names, if it is there.
    """
    if model.path is None and not model.configured:
        return None
    texts: LineageTexts | None = model.lineage.get("texts")
    if texts is None:
        return _unknown(model.version, len(gold), "its lineage does not say what texts taught it")
    how = {sha: name for name in reversed(_SAID) for sha in texts.get(name, ())}
    exact = dict.fromkeys(_SAID, 0)
    for article in gold:
        if article.text_sha256 in how:
            exact[how[article.text_sha256]] += 1
    others = [article for article in gold if article.text_sha256 not in how]
    return Taught(
        model=model.version,
        articles=len(gold),
        exact=exact,
        repeats=_repeats(context, model, set(how), others),
    )


def taught_any(context: Context, versions: Iterable[str], gold: Sequence[Article]) -> list[Taught]:
    """Return the same for the models that a file of predictions names."""
    known = {model.name: model for model in context.models.store.models()}
    known |= {m.name: m for m in context.models.store.untrained() if m.configured}
    found: list[Taught | None] = []
    for version in sorted(set(versions)):
        if kept_name(version) in known:
            found.append(taught_by(context, known[kept_name(version)], gold))
        elif version != NONE and not version.startswith(f"{RULES}-"):
            why = "the workspace has no such model"
            found.append(_unknown(version, len(gold), why))
    return [taught for taught in found if taught is not None]


def _unknown(model: str, articles: int, why: str) -> Taught:
    return Taught(
        model=model,
        articles=articles,
        exact={},
        repeats=None,
        unknown=f"whether gold articles taught {model} is not known: {why}",
    )


def _repeats(
    context: Context, model: Model, taught: set[str], gold: Sequence[Article]
) -> int | None:
    if not gold:
        return 0
    export = (model.lineage.get("export") or {}).get("id")
    try:
        lines = context.versions.load(context.versions.find(export)) if export else {}
    except ExportError:
        return None
    texts = {line.article.text_sha256: line.article for line in lines.values()}
    if not taught <= texts.keys():
        return None
    known = NearDuplicates((texts[sha].article_id, texts[sha].text) for sha in sorted(taught))
    return sum(known.find(article.text) is not None for article in gold)

"""What people corrected in the predictions of an export version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from annotate.exports.lines import ExportedArticle
from annotate.exports.manifests import Version
from annotate.pipeline.rule_labels import ENGLISH, known_to_rules
from annotate.quality.corrections.patterns import Pattern, Patterns
from annotate.quality.corrections.tally import CorrectedWork, Tally
from annotate.quality.corrections.work import RuleNames, correct
from annotate.workflow.learning.audit.shown import Shown, find_shown
from annotate.workflow.state.context import Context

PATTERNS = 15
"""How many of the commonest patterns a report names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionsReport:
    """What became of the predictions that people saw."""

    export: str
    articles: int
    """Articles with an annotation whose prediction is known."""
    kept: Mapping[str, int]
    """Annotations whose prediction was kept as it was shown, by model version."""
    asked: Mapping[str, int]
    """Annotations whose model was asked again, by model version."""
    left_out: Mapping[str, int]
    rules: str | None
    """Version of the rules that were asked which of them marks what; `None` where none fits."""
    tally: Tally
    patterns: tuple[Pattern, ...]
    more_patterns: int
    """Patterns besides those that are named."""


def report_corrections(
    context: Context,
    *,
    export: str | None = None,
    examples: int = 2,
    on_work: Callable[[CorrectedWork], None] | None = None,
    on_article: Callable[[int], None] | None = None,
) -> CorrectionsReport:
    """Compare every annotation with the prediction that it began with.

    `on_work` gets each annotation's corrections, in the order of articles and annotations. Raises
    `UnknownExportError` and `DamagedExportError`.
    """
    version = context.versions.find(export)
    held = context.versions.load(version).values()
    return corrections_of(
        context, version, held, examples=examples, on_work=on_work, on_article=on_article
    )


def corrections_of(
    context: Context,
    version: Version,
    held: Iterable[ExportedArticle],
    *,
    examples: int = 2,
    on_work: Callable[[CorrectedWork], None] | None = None,
    on_article: Callable[[int], None] | None = None,
) -> CorrectionsReport:
    """Return the same of the lines of a version that were loaded."""
    shown = find_shown(context, list(held))
    tally, patterns = Tally(), Patterns(examples=examples)
    rules = _rules(context)
    names = _names(context, rules, shown)
    for (line, pairs), named in zip(shown.work, names, strict=True):
        for annotation, prediction in pairs:
            work = correct(line.article, annotation, prediction, rules=named)
            tally.add(work)
            patterns.add(work)
            if on_work is not None:
                on_work(work)
        if on_article is not None:
            on_article(1)
    commonest = patterns.commonest(PATTERNS)
    return CorrectionsReport(
        export=version.name,
        articles=len(shown.work),
        kept=dict(sorted(shown.kept.items())),
        asked=dict(sorted(shown.asked.items())),
        left_out=dict(sorted(shown.left_out.items())),
        rules=rules if shown.work else None,
        tally=tally,
        patterns=tuple(commonest),
        more_patterns=patterns.total - len(commonest),
    )


def _rules(context: Context) -> str | None:
    """Return the version of the rules, where they know any of the labels."""
    settings = context.settings
    known = known_to_rules(context.scheme.span_labels, settings.aliases)
    if settings.language != ENGLISH or not known:
        return None
    return context.models.store.rules().version


def _names(context: Context, rules: str | None, shown: Shown) -> Iterator[RuleNames]:
    """Yield the rules' names of each article; those that are not known yet are asked for."""
    lines = [line for line, _ in shown.work]
    others = [line.article for line in lines if line.key not in shown.rules]
    asked: Iterator[RuleNames] = iter(())
    if rules is not None and others:
        from annotate.pipeline.rule_names import name_rules

        asked = name_rules(
            others,
            scheme=context.scheme,
            version=rules,
            aliases=context.settings.aliases,
            lexicons=context.workspace.lexicons,
        )
    for line in lines:
        known = shown.rules.get(line.key)
        if known is not None or rules is None:
            yield known or {}
        else:
            yield next(asked)

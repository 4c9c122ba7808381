"""Sections about people and machine: what became of predictions, calibration, the bias audit."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.pages.report.parts import Cell, Chart, Column, Point, Section, Table
from annotate.quality.bias import Compared
from annotate.quality.corrections.links import LINK_KINDS
from annotate.quality.corrections.tally import NO_SCORE, NOT_PREDICTED, By, Fates
from annotate.quality.ground import percent
from annotate.workflow.learning.audit.corrections import CorrectionsReport
from annotate.workflow.learning.bias import BiasReport

_CHANGED = ("other choices", "moved", "relabelled", "split", "merged", "deleted")

_BY: Mapping[By, str] = {
    "model": "by model version",
    "label": "by label",
    "annotator": "by annotator",
    "outlet": "by outlet",
    "score": "by score",
}


def corrections_section(found: CorrectionsReport) -> Section | None:
    """Return what became of the spans that people were shown; `None` where nobody did anything."""
    tally = found.tally
    if not tally.annotations and not found.left_out:
        return None
    told = [
        f"{tally.annotations:,} annotations began with predictions.",
        f"{tally.actions:,} clicks, keys and drags corrected them.",
        f"Marking the same from nothing takes {tally.anew:,}.",
    ]
    if found.asked:
        again = ", ".join(f"{name} ({count:,} annotations)" for name, count in found.asked.items())
        told.append(f"Models asked again, since what they had marked was not kept: {again}.")
    if found.left_out:
        reasons = "; ".join(f"{reason} {count:,}" for reason, count in found.left_out.items())
        told.append(f"Left out: {reasons}.")
    links: list[tuple[Cell, ...]] = [
        (label, *(counts[kind] for kind in LINK_KINDS))
        for label, counts in sorted(tally.links.items())
    ]
    rules: list[tuple[Cell, ...]] = [
        (
            rule.rule,
            rule.label,
            rule.kept,
            rule.changed,
            rule.relabelled,
            rule.deleted,
            len(rule.articles),
            rule.example,
        )
        for rule in tally.deleted_rules()
    ]
    patterns: list[tuple[Cell, ...]] = [
        (p.label, p.what, p.count, p.examples[0].article_id, p.examples[0].text)
        for p in found.patterns
        if p.examples
    ]
    return Section(
        name="corrections",
        title="Corrections",
        paragraphs=tuple(told),
        tables=(
            *(_by(by, title, tally.by(by)) for by, title in _BY.items()),
            Table(
                name="corrections-links",
                title="links",
                columns=(
                    Column("link", "link"),
                    *(Column(kind, kind, "count") for kind in LINK_KINDS),
                ),
                rows=tuple(links),
                note="gone: an end was deleted; inferred: annotated, and nobody drew it.",
            ),
            Table(
                name="corrections-patterns",
                title="the commonest patterns",
                columns=(
                    Column("label", "label", "label"),
                    Column("pattern", "pattern"),
                    Column("count", "times", "count"),
                    Column("article_id", "first in"),
                    Column("example", "example", "passage"),
                ),
                rows=tuple(patterns),
            ),
            Table(
                name="corrections-rules",
                title="rules whose spans are deleted more often than kept",
                columns=(
                    Column("rule", "rule"),
                    Column("label", "label", "label"),
                    Column("kept", "kept", "count"),
                    Column("changed", "of these changed", "count"),
                    Column("relabelled", "relabelled", "count"),
                    Column("deleted", "deleted", "count"),
                    Column("articles", "articles", "count"),
                    Column("example", "example", "passage"),
                ),
                rows=tuple(rules),
            ),
        ),
    )


def calibration_section(found: CorrectionsReport) -> Section | None:
    """Return how often spans of a score were left as they were; `None` without scores."""
    bands = {
        name: fates
        for name, fates in found.tally.by("score").items()
        if name not in (NO_SCORE, NOT_PREDICTED) and fates.accepted is not None
    }
    if not bands:
        return None
    chart = Chart(
        title="share of shown spans that were left as they were, by their score",
        x=(0, 1),
        y=(0, 1),
        x_ticks=tuple((tick / 5, percent(tick / 5)) for tick in range(6)),
        y_ticks=tuple((tick / 4, percent(tick / 4)) for tick in range(5)),
        points=tuple(
            Point(
                float(name.partition("–")[0]) + 0.05,
                fates.accepted or 0.0,
                f"score {name}: {percent(fates.accepted)} of {fates.predicted:,}",
                *(fates.interval() or (None, None)),
            )
            for name, fates in bands.items()
        ),
        diagonal=True,
        x_title="score",
    )
    return Section(
        name="calibration",
        title="Calibration",
        paragraphs=(
            "A score is meant as the chance that a span is exactly right: points on the line are.",
            "People who see a span may accept it for its being there.",
        ),
        charts=(chart,),
    )


def bias_section(found: BiasReport | None) -> Section | None:
    """Return the audit of people who may accept what the machine says; `None` without one."""
    if found is None:
        return None
    everybody = found.everybody
    told = [f"{everybody.verdict}: {everybody.reason}."]
    told += [f"{name}: {a.verdict}: {a.reason}." for name, a in found.by_annotator.items()]
    told += found.notes()
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            *(None if value is None else scale * value for value in _numbers(held)),
            held.reason,
        )
        for name, held, scale in everybody.measures
    ]
    table = Table(
        name="bias",
        title="corrected work against blind work",
        columns=(
            Column("measure", "measure"),
            Column("blind", "blind", "decimal"),
            Column("corrected", "corrected", "decimal"),
            Column("difference", "difference", "decimal"),
            Column("low", "from", "decimal"),
            Column("high", "to", "decimal"),
            Column("reason", "", "note"),
        ),
        rows=tuple(rows),
    )
    return Section(
        name="bias",
        title="Are people pulled by the machine?",
        paragraphs=tuple(told),
        tables=(table,),
    )


def _by(by: By, title: str, groups: Mapping[str, Fates]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, fates in groups.items():
        low, high = fates.interval() or (None, None)
        rows.append(
            (
                name,
                fates.predicted,
                fates.accepted,
                low,
                high,
                *(fates.fates[fate] for fate in _CHANGED),
                fates.added,
                fates.actions,
                fates.reason,
            )
        )
    return Table(
        name=f"corrections-by-{by}",
        title=title,
        columns=(
            Column(by, by, "label" if by == "label" else "text"),
            Column("predicted", "shown", "count"),
            Column("accepted", "accepted", "share"),
            Column("accepted_low", "from", "share"),
            Column("accepted_high", "to", "share"),
            *(Column(fate.replace(" ", "_"), fate, "count") for fate in _CHANGED),
            Column("added", "added", "count"),
            Column("actions", "actions", "count"),
            Column("reason", "", "note"),
        ),
        rows=tuple(rows),
    )


def _numbers(held: Compared) -> tuple[float | None, ...]:
    return held.blind, held.corrected, held.difference, held.low, held.high

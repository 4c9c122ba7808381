"""Sections about the work itself: how it goes on, who does it, what is marked."""

from __future__ import annotations

from datetime import date

from annotate.pages.report.charts import round_ticks
from annotate.pages.report.parts import Cell, Chart, Column, Point, Section, Table
from annotate.quality.report.progress import PACE_DAYS, Progress
from annotate.workflow.learning.report import WorkReport


def progress_section(found: WorkReport) -> Section:
    """Return how far the work is, and its pace."""
    went = found.progress
    annotations = sum(person.annotations for person in found.people)
    told = [
        f"{found.annotated:,} of {found.articles:,} articles are annotated.",
        f"{annotations:,} annotations by {len(found.people)} people.",
        f"Skipped {found.skipped:,} times; versions do not say by whom.",
    ]
    if went.pace is not None:
        told.append(
            f"Pace of the last {PACE_DAYS} days up to {went.days[-1].day}: {went.pace:.1f} "
            "annotations a day."
        )
    if went.without_day:
        told.append(f"Of {went.without_day:,} annotations no time is known.")
    if found.decided:
        rules = ", ".join(f"{rule} {count}" for rule, count in sorted(found.decided.items()))
        told.append(f"Articles with several annotations, by the rule that decides: {rules}.")
    if found.undecided:
        told.append(f"Articles of which no rule decides: {found.undecided}.")
    days = Table(
        name="progress",
        title="by day",
        columns=(
            Column("day", "day (UTC)"),
            Column("annotations", "annotations", "count"),
            Column("people", "people", "count"),
            Column("done", "up to its end", "count"),
        ),
        rows=tuple((day.day, day.annotations, day.people, day.done) for day in went.days),
    )
    splits = Table(
        name="splits",
        title="by what articles serve for",
        columns=(
            Column("split", "split"),
            Column("articles", "articles", "count"),
            Column("annotated", "annotated", "count"),
        ),
        rows=tuple((split, *counts) for split, counts in found.splits.items()),
    )
    charts = (_over_time(went),) if len(went.days) > 1 else ()
    return Section(
        name="progress",
        title="Progress",
        paragraphs=tuple(told),
        charts=charts,
        tables=(splits, days),
    )


def people_section(found: WorkReport) -> Section:
    """Return a row a person."""
    rows: list[tuple[Cell, ...]] = [
        (
            person.annotator,
            person.annotations,
            person.median_seconds,
            person.seconds_per_100_words,
            person.spans_per_100_words,
            person.others,
            person.other_articles,
            person.reviewer,
            person.reviewed_articles,
            person.accepted,
            person.predicted,
            person.first_day,
            person.last_day,
        )
        for person in found.people
    ]
    table = Table(
        name="people",
        title="a row a person",
        columns=(
            Column("annotator", "annotator"),
            Column("annotations", "annotations", "count"),
            Column("median_seconds", "median s", "decimal"),
            Column("seconds_per_100_words", "s per 100 words", "decimal"),
            Column("spans_per_100_words", "spans per 100 words", "decimal"),
            Column("f1_with_others", "F1 with others", "share"),
            Column("pairs_with_others", "pairs", "count"),
            Column("f1_with_reviewer", "with reviewer", "share"),
            Column("reviewed_articles", "reviewed", "count"),
            Column("accepted", "accepted of what was shown", "share"),
            Column("predicted_spans", "spans shown", "count"),
            Column("first_active", "first active"),
            Column("last_active", "last active"),
        ),
        rows=tuple(rows),
        note="Seconds are those for which the page was open, as Label Studio counts them. F1 are "
        "means of the labels' exact F1.",
    )
    return Section(name="people", title="People", tables=(table,))


def mix_section(found: WorkReport, labels: tuple[str, ...]) -> Section:
    """Return density and label mix, blind against shown, and by outlet."""
    table = Table(
        name="mix",
        title="density and labels",
        columns=(
            Column("work", "work"),
            Column("annotations", "annotations", "count"),
            Column("words", "words", "count"),
            Column("spans", "spans", "count"),
            Column("spans_per_100_words", "spans per 100 words", "decimal"),
            *(Column(f"share_{label}", f"{label} %", "share") for label in labels),
        ),
        rows=tuple(
            (mix.name, mix.annotations, mix.words, mix.spans, mix.per_100_words, *mix.shares)
            for mix in found.mixes
        ),
        note="The first three rows are all work, work that saw no machine's marks, and work that "
        "corrected them; the others are outlets.",
    )
    return Section(name="mix", title="What is marked", tables=(table,))


def _over_time(went: Progress) -> Chart:
    first = date.fromisoformat(went.days[0].day)
    places = [(date.fromisoformat(day.day) - first).days for day in went.days]
    most = went.days[-1].done
    return Chart(
        title="annotations up to each day",
        x=(0, places[-1]),
        y=(0, most),
        x_ticks=((0, went.days[0].day), (places[-1], went.days[-1].day)),
        y_ticks=tuple((tick, f"{tick:g}") for tick in round_ticks(0, most)),
        points=tuple(
            Point(place, day.done, f"{day.day}: {day.done} ({day.annotations} on this day)")
            for place, day in zip(places, went.days, strict=True)
        ),
    )

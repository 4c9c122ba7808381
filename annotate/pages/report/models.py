"""The section about models: what each was taught, how it was judged, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.pages.report.charts import round_ticks
from annotate.pages.report.parts import Cell, Chart, Column, Point, Section, Table
from annotate.quality.ground import percent
from annotate.workflow.learning.curve import CurvePlan
from annotate.workflow.learning.curve import Point as Sized
from annotate.workflow.learning.lineage import Judged, judged
from annotate.workflow.learning.report import WorkReport


def models_section(found: WorkReport) -> Section | None:
    """Return the trained models, oldest first; `None` where there is none."""
    if not found.models:
        return None
    rows: list[tuple[Cell, ...]] = []
    points: list[tuple[int, Judged, str]] = []
    for model in found.models:
        held = judged(model.lineage)
        articles = model.lineage.get("articles") or {}
        taught = int(articles.get("train") or 0)
        export = model.lineage.get("export") or {}
        low, high = held.interval or (None, None)
        rows.append(
            (
                model.version,
                "in use" if model.version == found.in_use else "",
                str(model.lineage.get("created_at") or ""),
                str(export.get("name") or ""),
                taught,
                held.articles,
                held.incumbent,
                held.candidate,
                held.difference,
                low,
                high,
                held.decision,
                held.reason,
            )
        )
        if held.candidate is not None and taught:
            points.append((taught, held, model.version))
    table = Table(
        name="models",
        title="trained models, oldest first",
        columns=(
            Column("model", "model"),
            Column("in_use", ""),
            Column("created_at", "made"),
            Column("export", "from"),
            Column("train_articles", "articles", "count"),
            Column("judged_on", "judged on", "count"),
            Column("incumbent_f1", "in use before", "share"),
            Column("candidate_f1", "this one", "share"),
            Column("difference", "difference", "points"),
            Column("difference_low", "from", "points"),
            Column("difference_high", "to", "points"),
            Column("verdict", "verdict"),
            Column("reason", "", "note"),
        ),
        rows=tuple(rows),
        note="Macro exact F1. Figures of two models compare where they were judged on the same "
        "articles.",
    )
    charts = (_curve(points), _differences(points)) if len(points) > 1 else ()
    return Section(
        name="models",
        title="Models",
        charts=tuple(chart for chart in charts if chart is not None),
        tables=(table,),
    )


def curve_section(plan: CurvePlan, points: Sequence[Sized]) -> Section:
    """Return a learning curve as `annotate curve` trains it: each size with several seeds."""
    found = [(point.articles, point.to_json()) for point in points]
    most = max((articles for articles, _ in found), default=0)
    table = Table(
        name="curve",
        title="macro exact F1 by training articles; 0 is the pipeline in use",
        columns=(
            Column("articles", "articles", "count"),
            Column("mean", "mean", "share"),
            Column("deviation", "deviation", "share"),
            Column("seeds", "seeds", "count"),
        ),
        rows=tuple(
            (articles, value["mean"], value["deviation"], len(value["scores"]))
            for articles, value in found
        ),
    )
    told = [f"Scored on {len(plan.split.test)} test articles of {plan.split.version.name}."]
    if plan.reason:
        told.append(f"{plan.reason.capitalize()}.")
    chart = Chart(
        title="macro exact F1 by training articles, mean and deviation over seeds",
        x=(0, most),
        y=(0, 1),
        x_ticks=tuple((articles, str(articles)) for articles, _ in found),
        y_ticks=tuple((tick / 4, percent(tick / 4)) for tick in range(5)),
        points=tuple(
            Point(
                articles,
                value["mean"],
                f"{articles} articles: {percent(value['mean'])}",
                *_around(value["mean"], value["deviation"]),
            )
            for articles, value in found
            if value["mean"] is not None
        ),
        x_title="articles",
    )
    return Section(
        name="curve",
        title="Learning curve",
        paragraphs=tuple(told),
        charts=(chart,) if chart.points else (),
        tables=(table,),
    )


def _around(mean: float, deviation: float | None) -> tuple[float | None, float | None]:
    if deviation is None:
        return None, None
    return max(0.0, mean - deviation), min(1.0, mean + deviation)


def _curve(points: list[tuple[int, Judged, str]]) -> Chart:
    """Return the learning curve that the retrainings make: F1 by the articles that were learned."""
    ordered = sorted(points, key=lambda point: point[0])
    most = ordered[-1][0]
    return Chart(
        title="learning curve: macro exact F1 by training articles",
        x=(0, most),
        y=(0, 1),
        x_ticks=tuple((tick, f"{tick:g}") for tick in round_ticks(0, most)),
        y_ticks=tuple((tick / 4, percent(tick / 4)) for tick in range(5)),
        points=tuple(
            Point(taught, held.candidate or 0.0, f"{name}: {percent(held.candidate)}")
            for taught, held, name in ordered
        ),
        joined=False,
        x_title="articles",
    )


def _differences(points: list[tuple[int, Judged, str]]) -> Chart | None:
    """Return each model's difference to the one in use then, with its interval."""
    known = [(held, name) for _, held, name in points if held.difference is not None]
    if len(known) < 2:
        return None
    edges = [
        edge
        for held, _ in known
        for edge in (held.difference, *(held.interval or ()))
        if edge is not None
    ]
    low, high = min(0.0, *edges), max(0.0, *edges)
    return Chart(
        title="each model against the one in use then: points of macro exact F1, 95 % interval",
        x=(0, len(known) + 1),
        y=(low, high),
        x_ticks=tuple((n, str(n)) for n in range(1, len(known) + 1)),
        y_ticks=tuple((tick, f"{100 * tick:+.1f}") for tick in round_ticks(low, high)),
        points=tuple(
            Point(
                number,
                held.difference or 0.0,
                f"{name}: {held.decision}",
                *(held.interval or (None, None)),
            )
            for number, (held, name) in enumerate(known, start=1)
        ),
        joined=False,
        x_title="models, oldest first",
    )

"""How corrections are shown: what became of the marks, by what, and the commonest patterns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotate.cli.output.console import console, counted, many, notes, show_reasons, show_table
from annotate.printable import on_one_line
from annotate.quality import ground
from annotate.quality.corrections.links import LINK_KINDS
from annotate.quality.corrections.spans import KINDS
from annotate.quality.corrections.tally import (
    NOT_PREDICTED,
    By,
    CorrectedWork,
    Fates,
    RuleFates,
    Tally,
)
from annotate.workflow.learning.audit.corrections import CorrectionsReport

COLUMNS = (
    *("article_id", "outlet", "annotation_id", "annotator", "model_version", "mark", "kind"),
    *("label_before", "label_after", "start_before", "end_before", "start_after", "end_after"),
    *("tokens_start", "tokens_end", "choices", "score", "rule", "actions"),
)
"""Columns of a row. Of split and merged spans the places of all parts stand in one cell."""

_FATES = KINDS[:-1]


def correction_rows(work: CorrectedWork) -> list[dict[str, Any]]:
    """Return a row for every span and link of an annotation, kept ones included."""
    about = {
        "article_id": work.article.article_id,
        "outlet": work.article.outlet,
        "annotation_id": work.annotation_id,
        "annotator": work.annotator,
        "model_version": work.prediction.model_version,
    }
    rows: list[dict[str, Any]] = []
    spans: dict[str, dict[str, Any]] = {"before": {}, "after": {}}
    for found in work.spans:
        row: dict[str, Any] = {**dict.fromkeys(COLUMNS), **about, "mark": "span"}
        first = found.before[0].id if found.before else None
        row |= {"kind": found.kind, "actions": found.actions, "rule": work.rules.get(first or "")}
        row |= {"score": work.prediction.scores.get(first or "")}
        row |= {"choices": ", ".join(found.choices) or None}
        for side, held in (("before", found.before), ("after", found.after)):
            spans[side].update((span.id, span) for span in held)
            if held:
                row[f"label_{side}"] = held[0].label
                row[f"start_{side}"] = _cell([span.start for span in held])
                row[f"end_{side}"] = _cell([span.end for span in held])
        if found.kind in ("moved", "relabelled"):
            row["tokens_start"], row["tokens_end"] = found.tokens
        rows.append(row)
    for link in work.links:
        row = {**dict.fromkeys(COLUMNS), **about, "mark": "link"}
        row |= {"kind": link.kind, "actions": link.actions}
        for side, end in (("before", link.before), ("after", link.after)):
            if end is not None:
                row[f"label_{side}"] = end.label
                row[f"start_{side}"] = spans[side][end.head_id].start
                row[f"end_{side}"] = spans[side][end.tail_id].start
        rows.append(row)
    return rows


def _cell(places: list[int]) -> int | str:
    """Return one offset as a number, several as a text."""
    return places[0] if len(places) == 1 else " ".join(map(str, places))


def corrections_json(found: CorrectionsReport, by: By | None) -> dict[str, Any]:
    """Return a report as JSON; without `by` it has all groups."""
    tally = found.tally
    groups: list[By] = list(tally.groups) if by is None else [by]
    return {
        "export": found.export,
        "articles": found.articles,
        "annotations": tally.annotations,
        "predictions_kept": dict(found.kept),
        "predictions_asked_again": dict(found.asked),
        "left_out": dict(found.left_out),
        "unjudged": tally.unjudged,
        "actions": tally.actions,
        "actions_from_nothing": tally.anew,
        "all": _fates_json(tally.all),
        "by": {
            name: {group: _fates_json(fates) for group, fates in tally.by(name).items()}
            for name in groups
        },
        "links": {label: dict(counts) for label, counts in sorted(tally.links.items())},
        "rules": found.rules,
        "rules_deleted_more_often_than_kept": [_rule_json(rule) for rule in tally.deleted_rules()],
        "patterns": [
            {
                "label": pattern.label,
                "what": pattern.what,
                "count": pattern.count,
                "examples": [
                    {"article_id": e.article_id, "annotator": e.annotator, "text": e.text}
                    for e in pattern.examples
                ],
            }
            for pattern in found.patterns
        ],
        "more_patterns": found.more_patterns,
    }


def show_corrections(found: CorrectionsReport, by: By) -> None:
    """Print a report: what became of the spans and links, the rules to mend, the patterns."""
    tally = found.tally
    out = console()
    if not tally.annotations:
        out.print(f"{found.export}: no annotation whose prediction is known: nothing to compare")
        _show_notes(found)
        return
    if not tally.all.predicted and not tally.all.added:
        out.print(f"{_work(found)}: nothing was predicted, and nothing was marked")
        _show_notes(found)
        return
    _show_groups(found, by)
    if tally.links:
        kinds = [k for k in LINK_KINDS if any(counts[k] for counts in tally.links.values())]
        show_table(
            ("link", *kinds),
            [
                (label, *(counts[kind] for kind in kinds))
                for label, counts in sorted(tally.links.items())
            ],
            numbers=range(1, len(kinds) + 1),
        )
    share = f" ({ground.percent(tally.actions / tally.anew)} %)" if tally.anew else ""
    out.print(
        f"{tally.actions} actions (clicks, keys, drags) where marking the same from nothing takes "
        f"{tally.anew}{share}"
    )
    _show_rules(tally, found.rules)
    if found.patterns:
        out.print()
        out.print("commonest corrections:", style="bold")
    for pattern in found.patterns:
        out.print(f"{pattern.count:5d}  {pattern.label}: {pattern.what}")
        for example in pattern.examples:
            out.print(f"         {on_one_line(example.article_id)}: {on_one_line(example.text)}")
    if found.more_patterns:
        out.print(f"… and {found.more_patterns} rarer patterns")
    _show_notes(found)


def _show_groups(found: CorrectionsReport, by: By) -> None:
    tally = found.tally
    groups = tally.by(by)
    kinds = [kind for kind in _FATES if tally.all.fates[kind]]
    rows = [_row(name, fates, kinds) for name, fates in groups.items()]
    if len(groups) > 1:
        rows.append(_row("all", tally.all, kinds))
    show_table(
        (by, "predicted", *kinds, "accepted, %", "95 %", "added", "actions"),
        rows,
        title=_work(found),
        numbers=(*range(1, len(kinds) + 3), len(kinds) + 4, len(kinds) + 5),
    )
    show_reasons({name: f.reason for name, f in groups.items() if name != NOT_PREDICTED})


def _work(found: CorrectionsReport) -> str:
    annotations, articles = found.tally.annotations, found.articles
    return f"{many(annotations, 'annotation')} of {many(articles, 'article')} of {found.export}"


def _row(name: str, fates: Fates, kinds: list[Any]) -> tuple[object, ...]:
    return (
        name,
        fates.predicted,
        *(fates.fates[kind] for kind in kinds),
        ground.percent(fates.accepted),
        ground.percent_interval(fates.interval()),
        fates.added,
        fates.actions,
    )


def _show_rules(tally: Tally, version: str | None) -> None:
    out = console()
    bad = tally.deleted_rules()
    if version is None:
        out.print("no rule knows any of the labels")
    elif not bad:
        out.print(f"no rule's spans were deleted more often than kept ({len(tally.rules)} rules)")
    else:
        show_table(
            ("rule", "label", "deleted", "relabelled", "kept", "of these changed", "articles"),
            [
                (r.rule, r.label, r.deleted, r.relabelled, r.kept, r.changed, len(r.articles))
                for r in bad
            ],
            title="rules whose spans were deleted more often than kept",
            numbers=(2, 3, 4, 5, 6),
        )
        for rule in bad:
            if rule.example:
                out.print(f"{rule.rule}: {on_one_line(rule.example)}")


def _show_notes(found: CorrectionsReport) -> None:
    out = notes()
    if found.kept:
        out.print(f"predictions as people saw them: {counted(found.kept)}")
    if found.asked:
        out.print(
            f"the same version was asked again, for its predictions were not kept: "
            f"{counted(found.asked)} (annotate pull --full keeps what the server has)"
        )
    if found.rules is not None:
        out.print(
            f"predictions carry no rule's name: {found.rules} was asked which rule marks the same"
        )
    if found.tally.unjudged:
        out.print(f"{found.tally.unjudged} predicted marks are of labels that nobody was asked for")
    for what, count in found.left_out.items():
        out.print(f"left out: {count} {what}")


def _fates_json(fates: Fates) -> dict[str, Any]:
    return {
        "predicted": fates.predicted,
        **{kind: fates.fates[kind] for kind in _FATES},
        "added": fates.added,
        "accepted_share": fates.accepted,
        "interval": fates.interval(),
        "reason": fates.reason,
        "articles": fates.rests_on,
        "actions": fates.actions,
    }


def _rule_json(rule: RuleFates) -> Mapping[str, Any]:
    return {
        "rule": rule.rule,
        "label": rule.label,
        "deleted": rule.deleted,
        "relabelled": rule.relabelled,
        "kept": rule.kept,
        "changed": rule.changed,
        "articles": len(rule.articles),
        "example": rule.example,
    }

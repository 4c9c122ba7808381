"""What a review's push and pull show: as text, and as JSON for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from annotate.cli.output.console import console, named, notes, show_json
from annotate.cli.output.pull_notes import show_pull_notes

if TYPE_CHECKING:
    from annotate.exports.manifests import Version
    from annotate.workflow.mirror.site import Site
    from annotate.workflow.people.decisions import DecisionPlan
    from annotate.workflow.people.review import ReviewPlan, ReviewResult

_SHOWN = 20  # articles, and marks of each
_WORDS = 60  # characters of a mark


def show_review_push(
    site: Site, plan: ReviewPlan, result: ReviewResult | None, *, json_: bool
) -> None:
    """Print what went out to review; `result` is `None` for a dry run."""
    if json_:
        show_json(
            {
                "dry_run": result is None,
                "project": plan.title,
                "export": plan.export,
                "new": len(plan.to_send),
                "changed": len(plan.to_change),
                "already_there": plan.present,
                "decided": plan.decided,
                "taskless": list(plan.taskless),
                "outdated": [asdict(article) for article in plan.outdated],
                "undisputed": plan.undisputed,
                "disputed_marks": plan.marks,
                "changes_page": plan.label_config is not None,
                "project_id": result.project_id if result else None,
            }
        )
        return
    console().print(
        f"{'pushed' if result else 'would push'} {len(plan.to_send)} disputed articles of "
        f"{plan.export} ({plan.marks} disputed marks) to {plan.title!r}; {plan.present} were there "
        f"already ({len(plan.to_change)} with other marks now), {plan.decided} are decided, on "
        f"{plan.undisputed} all annotators agree"
    )
    _show_taskless(plan.taskless)
    for article in plan.outdated[:_SHOWN]:
        notes().print(
            f"{article.article_id}: decided, {article.marks} marks are not judged {article.address}"
        )
    if len(plan.outdated) > _SHOWN:
        notes().print(f"… and {len(plan.outdated) - _SHOWN} more articles")
    if plan.outdated:
        notes().print(
            f"{len(plan.outdated)} decided articles have other marks now than the reviewer was "
            "shown; the decisions stay"
        )
        notes().print(
            "Next: delete the decision in Label Studio, and annotate review push brings the marks "
            "of now; or add to it what it lacks, and press Update"
        )
    if result is not None and result.project_id is not None:
        console().print(site.client.project_url(result.project_id))


def show_decisions(
    plan: DecisionPlan, version: Version | None, *, dry_run: bool, json_: bool
) -> None:
    """Print which decisions were taken, and every mark that was left undecided."""
    if json_:
        show_json(
            {
                "dry_run": dry_run,
                "version": version.name if version else None,
                "changed": len(plan.changes),
                "decided": plan.decided,
                "taskless": list(plan.taskless),
                "open": plan.open,
                "begun": plan.begun,
                "undecided": [asdict(article) for article in plan.undecided],
                "withdrawn": plan.withdrawn,
                "unknown": plan.unknown,
                "unreadable": list(plan.unreadable),
                "inferred_links": plan.inferred,
                "notes": dict(plan.notes),
            }
        )
        return
    out = console()
    if dry_run:
        out.print(f"would change {len(plan.changes)} articles")
    else:
        out.print(f"wrote version {version.name}" if version else "nothing new")
    out.print(
        f"{plan.decided} articles are decided, {plan.open} open ({plan.begun} begun, not "
        f"submitted); {plan.withdrawn} decisions withdrawn; {plan.unknown} decided articles are in "
        "no version any more"
    )
    if plan.inferred:
        out.print(f"{plan.inferred} links of the decisions were inferred from the spans")
    _show_taskless(plan.taskless)
    _show_undecided(plan)
    for why in plan.unreadable[:_SHOWN]:
        notes().print(why)
    if plan.unreadable:
        notes().print(
            f"{len(plan.unreadable)} tasks of the review cannot be read, and are left out"
        )
    show_pull_notes(plan.notes)


def _show_taskless(names: Sequence[str]) -> None:
    if names:
        notes().print(
            f"{len(names)} of the decided articles have no review task any more: {named(names)}. "
            "Their decisions stay; annotate review push --reopen makes the tasks again, to decide "
            "anew or withdraw"
        )


def _show_undecided(plan: DecisionPlan) -> None:
    for article in plan.undecided[:_SHOWN]:
        notes().print(f"{article.article_id}: undecided, {len(article.marks)} marks")
        for mark in article.marks[:_SHOWN]:
            words = mark.words if len(mark.words) <= _WORDS else f"{mark.words[: _WORDS - 1]}…"
            why = "" if mark.reason == "disputed" else f" ({mark.reason})"
            notes().print(f"  {mark.kind} {mark.start}–{mark.end} “{words}”{why}")
        if len(article.marks) > _SHOWN:
            notes().print(f"  … and {len(article.marks) - _SHOWN} more")
        notes().print(f"  {article.address}")
    if len(plan.undecided) > _SHOWN:
        notes().print(f"… and {len(plan.undecided) - _SHOWN} more articles")
    if plan.undecided:
        marks = sum(len(article.marks) for article in plan.undecided)
        notes().print(
            f"{marks} marks of {len(plan.undecided)} submitted articles are undecided. These "
            "articles keep what they had: open them in Label Studio, decide, and press Update"
        )

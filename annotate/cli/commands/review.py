"""`annotate review`."""

from __future__ import annotations

from typing import Annotated

import typer

from annotate.cli.context import online
from annotate.cli.options import Commands, DryRun, Json, Url
from annotate.cli.output.console import progress

app = Commands(
    help="One decision where annotators differ. Example: annotate review push",
    no_args_is_help=True,
)


@app.command("push")
def push(
    url: Url = None,
    dry_run: DryRun = False,
    json_: Json = False,
    reopen: Annotated[
        bool,
        typer.Option(
            "--reopen",
            help="Make the tasks of decided articles again where they were deleted; a decision "
            "that is not made anew there ends at the next review pull.",
        ),
    ] = False,
) -> None:
    """Put every article on which annotators differ into a review project.

    Every mark that anybody made stands there once; the key of its label keeps one that is disputed,
    another key drops it. Looks at the latest export version: pull first. Example: annotate review
    push --dry-run
    """
    from annotate.cli.output.review import show_review_push
    from annotate.workflow.people.review import apply_review, plan_review

    with online(url, writes=not dry_run) as site:
        plan = plan_review(site, reopen=reopen)
        result = None
        if not dry_run:
            count = len(plan.to_send) + len(plan.to_change)
            with progress("pushing", count) as advance:
                result = apply_review(site, plan, on_article=advance)
    show_review_push(site, plan, result, json_=json_)


@app.command("pull")
def pull(url: Url = None, dry_run: DryRun = False, json_: Json = False) -> None:
    """Make the reviewers' decisions the ground truth of their articles, in a new version.

    What the annotators made stays beside it. An article that was submitted with marks undecided is
    told, mark by mark, and gets no ground truth yet. Example: annotate review pull
    """
    from annotate.cli.output.review import show_decisions
    from annotate.workflow.people.decisions import apply_decisions, plan_decisions

    with online(url, writes=not dry_run) as site:
        plan = plan_decisions(site)
        version = None if dry_run else apply_decisions(site, plan)
    show_decisions(plan, version, dry_run=dry_run, json_=json_)

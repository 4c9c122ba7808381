"""`annotate annotators` and `annotate agreement`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.app import current_workspace
from annotate.cli.output import console, percent, progress, show_json, show_table
from annotate.cli.sync import Json, Url, connected

if TYPE_CHECKING:
    from annotate.quality.agreement import Agreement

app = typer.Typer(help="Who annotates. Example: annotate annotators list", no_args_is_help=True)


@app.command("list")
def list_(url: Url = None, json_: Json = False) -> None:
    """List everybody on the server under e-mail and pseudonym, with what they did.

    Example: annotate annotators list
    """
    from annotate.workflow.people.annotators import list_annotators

    workspace = current_workspace()
    with connected(workspace, url) as client, progress("reading work") as advance:
        people = list_annotators(
            workspace, client, on_task=lambda done, total: advance(completed=done, total=total)
        )
    if json_:
        show_json([asdict(person) for person in people])
        return
    show_table(
        ("e-mail", "pseudonym", "annotations", "skips", "median s", "last active"),
        [
            (
                person.email,
                person.pseudonym,
                person.annotations,
                person.skips,
                "" if person.lead_time is None else f"{person.lead_time:.0f}",
                (person.last_active or "")[:16].replace("T", " "),
            )
            for person in people
        ],
        numbers=(2, 3, 4),
    )


@app.command("invite")
def invite(url: Url = None, json_: Json = False) -> None:
    """Print the link where a new annotator makes an account.

    Whoever has the link can join; send it to nobody else. Example: annotate annotators invite
    """
    from annotate.workflow.people.annotators import invite_link

    with connected(current_workspace(), url) as client:
        link = invite_link(client)
    if json_:
        show_json({"invite_url": link})
    else:
        console().print(link)


def agreement(
    export: Annotated[
        str | None, typer.Option(help="Version to look at; by default the latest.")
    ] = None,
    json_: Json = False,
) -> None:
    """Tell how far annotators of the same articles agree: pairwise F1, blind work first.

    Example: annotate agreement --json
    """
    from annotate.workflow.people.annotators import report_agreement

    workspace = current_workspace()
    found = report_agreement(workspace, workspace.scheme(), export=export)
    if json_:
        show_json(
            {
                "export": found.export,
                "blind": _agreement_json(found.blind),
                "corrected": _agreement_json(found.corrected),
            }
        )
        return
    for name, part in (("blind", found.blind), ("corrected", found.corrected)):
        if not part.articles:
            console().print(f"{name}: no article was annotated by two people")
            continue
        show_table(
            ("", "exact F1", "95 %", "token F1", "95 %"),
            [
                (label, *_cells(part, "exact", label), *_cells(part, "token", label))
                for label in part.measures["exact"]
            ],
            title=f"{name}: {part.articles} articles, {part.pairs} pairs of annotations",
            numbers=(1, 3),
        )
        for (one, other), (count, f1) in sorted(part.by_pair.items()):
            console().print(f"{one}, {other}: {percent(f1)} on {count} articles")


def _cells(part: Agreement, measure: str, label: str) -> tuple[str, str]:
    found = part.measures[measure][label]
    return percent(found.f1), f"{percent(found.low)} to {percent(found.high)}"


def _agreement_json(part: Agreement) -> dict[str, Any]:
    return {
        "articles": part.articles,
        "pairs": part.pairs,
        "measures": {
            measure: {label: asdict(found) for label, found in labels.items()}
            for measure, labels in part.measures.items()
        },
        "by_pair": [
            {"annotators": list(names), "articles": count, "macro_exact_f1": f1}
            for names, (count, f1) in sorted(part.by_pair.items())
        ],
    }

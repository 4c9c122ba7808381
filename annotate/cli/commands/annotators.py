"""`annotate annotators`."""

from __future__ import annotations

from dataclasses import asdict

from annotate.cli.context import offline, online
from annotate.cli.options import Commands, Json, Url
from annotate.cli.output.console import console, progress, show_json, show_table

app = Commands(help="Who annotates. Example: annotate annotators list", no_args_is_help=True)


@app.command("list")
def list_(url: Url = None, json_: Json = False) -> None:
    """List everybody on the server under e-mail and pseudonym, with what they did.

    Example: annotate annotators list
    """
    from annotate.workflow.people.annotators import list_annotators

    with online(url) as site, progress("reading work") as advance:
        people = list_annotators(
            site, on_task=lambda done, total: advance(completed=done, total=total)
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
    with online(url) as site:
        link = site.client.invite_link()
    if json_:
        show_json({"invite_url": link})
    else:
        console().print(link)


@app.command("renew")
def renew(json_: Json = False) -> None:
    """Make a new key of the pseudonyms, where the old one is lost: everybody gets a new one.

    Versions keep the old pseudonyms, so that one person stands there under two. A former key file
    is put aside, not removed. Example: annotate annotators renew
    """
    with offline(writes=True) as context:
        aside = context.people.renew()
    if json_:
        show_json({"aside": None if aside is None else str(aside)})
        return
    console().print("made a new key: everybody has a new pseudonym from now on")
    if aside is not None:
        console().print(f"the former file is {aside}")

"""`annotate studio`: the embedded Label Studio."""

from __future__ import annotations

import os
import webbrowser
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.context import current_workspace, offline
from annotate.cli.options import Commands, Json
from annotate.cli.output.console import console, progress, show_json

if TYPE_CHECKING:
    from annotate.studio.postgresql import PostgresDatabase

app = Commands(
    help="The embedded Label Studio of the workspace: loopback only, no telemetry. "
    "Example: annotate studio start",
    no_args_is_help=True,
)

DATABASE_VARIABLE = "ANNOTATE_STUDIO_DATABASE"

Database = Annotated[
    str | None,
    typer.Option(
        envvar=DATABASE_VARIABLE,
        show_envvar=True,
        help="postgresql://USER@HOST:PORT/DATABASE; the password is best given as PGPASSWORD.",
    ),
]


@app.command()
def start(
    port: Annotated[
        int | None, typer.Option(help="First port to try; the next free one above is taken.")
    ] = None,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Start the server and wait until it answers; the first start takes half a minute.

    Its data lies in SQLite, or in the PostgreSQL database that is named at the first start.
    Example: annotate studio start --database postgresql://annotate@localhost/annotate
    """
    from annotate.workflow.state.server import embedded_server

    workspace = current_workspace()
    server = embedded_server(workspace)
    with progress("starting Label Studio") as advance:
        status = server.start(
            port=port or workspace.settings.studio.port,
            database=_database(database),
            on_wait=lambda seconds: advance(completed=int(seconds)),
        )
    if json_:
        show_json(_status_json(status))
        return
    login = server.credentials()
    out = console()
    out.print(f"Label Studio runs at {status.url}")
    out.print(f"login: {login.username if login else '?'}, password in {server.credentials_file}")


@app.command()
def migrate(
    database: Annotated[
        str, typer.Option(envvar=DATABASE_VARIABLE, help="postgresql://USER@HOST:PORT/DATABASE")
    ],
    leave_others: Annotated[
        bool,
        typer.Option(
            "--leave-others", help="Leave other projects on the old server, with people's work."
        ),
    ] = False,
    json_: Json = False,
) -> None:
    """Move the embedded server's project from SQLite to an empty PostgreSQL database.

    Pulls all work, restores it there, copies the open tasks and compares. The SQLite data is kept.
    Annotators need new accounts. The password is best given as PGPASSWORD: a command line can be
    seen by others. Example: annotate studio migrate --database postgresql://annotate@localhost/ls
    """
    from annotate.workflow.maintenance.migrate import migrate as move

    wanted = _database(database)
    if wanted is None:
        raise typer.BadParameter("an address is needed")
    with offline(writes=True) as context, progress("migrating") as advance:
        result = move(
            context,
            wanted,
            leave_others=leave_others,
            on_step=lambda step: advance(description=step),
        )
    if json_:
        show_json(
            {
                "annotated": result.annotated,
                "open": result.open,
                "kept": str(result.kept),
                "url": result.url,
            }
        )
        return
    out = console()
    out.print(
        f"moved {result.annotated} annotated articles and {result.open} open tasks to "
        f"{wanted.address}; Label Studio runs at {result.url}"
    )
    out.print(f"the old server's data stays in {result.kept}")


def _database(url: str | None) -> PostgresDatabase | None:
    from annotate.studio.postgresql import parse_postgres_url

    return None if url is None else parse_postgres_url(url, os.environ)


@app.command()
def stop(json_: Json = False) -> None:
    """Stop the server.

    Example: annotate studio stop
    """
    from annotate.workflow.state.server import embedded_server

    stopped = embedded_server(current_workspace()).stop()
    if json_:
        show_json({"stopped": stopped})
    else:
        console().print("stopped" if stopped else "it was not running")


@app.command()
def status(json_: Json = False) -> None:
    """Tell whether the server runs, and where. Exit code 1 if it does not.

    Example: annotate studio status --json
    """
    from annotate.workflow.state.server import embedded_server

    found = embedded_server(current_workspace()).status()
    if json_:
        show_json(_status_json(found))
    else:
        where = f" at {found.url} (process {found.pid})" if found.url else ""
        console().print(f"{found.state}{where}; log: {found.log}")
    if found.state != "running":
        raise typer.Exit(1)


@app.command("open")
def open_(
    show_password: Annotated[
        bool, typer.Option("--show-password", help="Print the password too.")
    ] = False,
) -> None:
    """Open the server in the browser and say how to log in.

    Example: annotate studio open --show-password
    """
    from annotate.errors import StudioError
    from annotate.workflow.state.server import embedded_server

    server = embedded_server(current_workspace())
    found = server.status()
    login = server.credentials()
    if found.state != "running" or found.url is None or login is None:
        raise StudioError(
            f"the embedded Label Studio is not running ({found.state})",
            hint="start it with: annotate studio start",
        )
    out = console()
    out.print(found.url)
    out.print(f"login: {login.username}")
    out.print(
        f"password: {login.password}"
        if show_password
        else f"password: in {server.credentials_file}, or with --show-password"
    )
    webbrowser.open(found.url)


def _status_json(found: Any) -> dict[str, Any]:
    return {"state": found.state, "url": found.url, "pid": found.pid, "log": str(found.log)}

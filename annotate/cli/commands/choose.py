"""`annotate choose`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.context import offline_anywhere
from annotate.cli.options import DryRun, Json, Overwrite
from annotate.cli.output.console import console, counted, many, notes, progress, show_json
from annotate.errors import UsageError

if TYPE_CHECKING:
    from annotate.archive.choosing import Strategy


def choose(
    shards: Annotated[
        str, typer.Argument(help="Directory or address that prelabel --out has filled.")
    ],
    count: Annotated[int, typer.Option("--n", "-n", min=1, help="Articles to choose.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The JSONL file to write.")
    ] = None,
    random: Annotated[bool, typer.Option("--random", help="By chance: the default.")] = False,
    diverse: Annotated[
        bool,
        typer.Option("--diverse", help="Each unlike those before it; of 20 times as many."),
    ] = False,
    by_claim_density: Annotated[
        bool, typer.Option("--by-claim-density", help="Those with most claims per 100 words.")
    ] = False,
    outlet_balanced: Annotated[
        bool, typer.Option("--outlet-balanced", help="By chance, as many of each outlet.")
    ] = False,
    claim: Annotated[
        str | None, typer.Option(help="The label that is a claim; default: as the links say.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another one is another choice.")] = 0,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Choose the few articles of many shards that people should read; near-duplicates once.

    The file is pushed like any other: as articles, or as predictions beside those of a model.

    Example: annotate choose prelabelled/ --n 500 --diverse --output chosen.jsonl
    """
    from annotate.archive.lines import archive_at
    from annotate.workflow.exchange.choose import (
        check_chosen_output,
        choose_articles,
        write_chosen,
    )

    strategy = _strategy(
        random=random,
        diverse=diverse,
        by_claim_density=by_claim_density,
        outlet_balanced=outlet_balanced,
    )
    if output is None and not dry_run:
        raise UsageError("name the file to write: --output FILE; or look only: --dry-run")
    with offline_anywhere() as context:
        if output is not None:
            check_chosen_output(context, output, overwrite=overwrite)
        archive = archive_at(shards)
        with progress("reading", archive.articles) as advance:
            found = choose_articles(
                context, archive, count, strategy, claim=claim, seed=seed, on_shard=advance
            )
        written = 0
        if output is not None and not dry_run:
            written = write_chosen(archive, found.chosen, output)
    if found.missing:
        notes().print(f"missing of {shards} yet: {many(found.missing, 'shard')}")
    if json_:
        show_json(
            {
                "output": None if output is None or dry_run else str(output),
                "strategy": strategy,
                "seed": seed,
                "chosen": len(found.chosen),
                "articles": found.articles,
                "near_duplicates": found.repeats,
                "in_exports": found.known,
                "candidates": found.candidates,
                "outlets": found.outlets,
                "missing_shards": found.missing,
            }
        )
        return
    console().print(
        f"{'would choose' if not written else 'wrote'} {many(len(found.chosen), 'article')} "
        f"of {found.articles} ({strategy})" + (f" to {output}" if written else "")
    )
    if len(found.chosen) < count:
        notes().print(f"{count} were asked for, and there are no more")
    notes().print(
        f"passed over: {found.repeats} that nearly repeat another, {found.known} in the exports "
        "already"
    )
    console().print(f"outlets: {counted(found.outlets)}")


def _strategy(
    *, random: bool, diverse: bool, by_claim_density: bool, outlet_balanced: bool
) -> Strategy:
    asked: list[Strategy] = []
    asked += ["random"] if random else []
    asked += ["diverse"] if diverse else []
    asked += ["by-claim-density"] if by_claim_density else []
    asked += ["outlet-balanced"] if outlet_balanced else []
    if len(asked) > 1:
        raise UsageError(f"--{' and --'.join(asked)}: name one of them")
    return asked[0] if asked else "random"

"""How the ledger is shown: the accounts, and what was entered, counted by reason."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from annotate.cli.output.console import console, counted, many, notes, show_table
from annotate.quality.ledger import STAGES, Entry
from annotate.workflow.learning.audit.ledger import LedgerReport

COLUMNS = (
    *("stage", "what", "fate", "lost", "article_id", "corpus", "start", "end", "label"),
    *("annotation_id", "annotator", "reason", "detail"),
)


def entry_row(entry: Entry) -> dict[str, Any]:
    """Return an entry as a row."""
    return {**asdict(entry), "lost": entry.lost}


def ledger_json(found: LedgerReport) -> dict[str, Any]:
    """Return a report as JSON: the accounts, and the entries counted."""
    book = found.book
    return {
        "export": found.export,
        "articles": found.articles,
        "annotated": found.annotated,
        "skipped": found.skipped,
        "gold": found.gold,
        "accounts": [
            {"stage": key[0], "what": key[1], **asdict(book.accounts[key])}
            for key in _accounts(found)
        ],
        "balanced": not book.unbalanced(),
        "entries": [
            {
                "stage": key[0],
                "what": key[1],
                "fate": key[2],
                "reason": key[3],
                "count": book.counts[key],
                "articles": len(book.articles[key]),
            }
            for key in book.in_order()
        ],
    }


def show_ledger(found: LedgerReport) -> None:
    """Print the accounts, and what was entered."""
    out = console()
    book = found.book
    if not found.annotated and not book.counts:
        out.print(f"{found.export}: nothing was annotated: there is nothing to lose")
        return
    show_table(
        ("stage", "what", "in", "added", "out", "lost", "changed"),
        [
            (*key, a.incoming, a.added, a.outgoing, a.lost, a.changed)
            for key in _accounts(found)
            for a in [book.accounts[key]]
        ],
        title=f"{many(found.annotated, 'annotated article')} of {found.export}",
        numbers=range(2, 7),
    )
    out.print(f"gold: {counted(found.gold)}; in + added = out + lost on every line")
    for stage, what in book.unbalanced():
        out.print(f"does NOT come out even: {what}s of stage {stage}", style="bold")
    if not book.counts:
        out.print("the ledger is empty: every mark arrives as it was made")
        return
    show_table(
        ("stage", "what", "fate", "count", "articles", "reason"),
        [(*key[:3], book.counts[key], len(book.articles[key]), key[3]) for key in book.in_order()],
        numbers=(3, 4),
    )
    if found.skipped:
        notes().print(f"skipped {found.skipped} times: what was marked there is read nowhere")
    notes().print(
        "what a pull dropped and files lost is known from when this workspace read them; each "
        "entry, with its place: --output"
    )


def _accounts(found: LedgerReport) -> list[Any]:
    return sorted(found.book.accounts, key=lambda key: (STAGES.index(key[0]), key[1]))

"""The ledger: every mark that is not what somebody made of it, between the page and the model.

A mark is a span, a link, or a value of a choice. On each stage what goes in and what is added
equals what comes out and what is lost; a mark that was changed (snapped, named) goes in and comes
out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Stage: TypeAlias = Literal["page", "exchange", "export", "training", "dev"]
"""`page`: read from Label Studio. `exchange`: read from a file. `export`: chosen as gold, divided.

`training` and `dev`: turned into what training sees.
"""

What: TypeAlias = Literal["span", "link", "choice", "item"]
"""`item`: what is no mark of ours, as a note of the annotator is."""

Fate: TypeAlias = Literal[
    "dropped", "unknown", "unmodelled", "unreachable", "snapped", "named", "inferred", "joined"
]

STAGES: tuple[Stage, ...] = get_args(Stage)
LOST: frozenset[Fate] = frozenset({"dropped", "unknown", "unmodelled", "unreachable"})
ADDED: frozenset[Fate] = frozenset({"inferred", "joined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One mark; offsets are code points, half-open, of a link those of its head.

    `corpus` names the foreign corpus of its article. `None` stands for what is not known.
    """

    stage: Stage
    what: What
    fate: Fate
    reason: str
    article_id: str
    start: int | None = None
    end: int | None = None
    label: str | None = None
    annotation_id: str | None = None
    annotator: str | None = None
    corpus: str | None = None
    detail: str | None = None

    @property
    def lost(self) -> bool:
        """Whether the mark goes no further."""
        return self.fate in LOST


@dataclass(slots=True, kw_only=True)
class Account:
    """Marks of one kind on one stage; `changed` ones are among those that come out."""

    incoming: int = 0
    added: int = 0
    outgoing: int = 0
    lost: int = 0
    changed: int = 0

    @property
    def balanced(self) -> bool:
        """Whether nothing is lost that the ledger does not name."""
        return self.incoming + self.added == self.outgoing + self.lost


class Book:
    """The accounts, and the entries counted by stage, mark, fate and reason."""

    def __init__(self) -> None:
        self.accounts: dict[tuple[Stage, What], Account] = {}
        self.counts: Counter[tuple[Stage, What, Fate, str]] = Counter()
        self.articles: dict[tuple[Stage, What, Fate, str], set[str]] = {}

    def enter(self, entry: Entry) -> None:
        """Count an entry in its account."""
        key = (entry.stage, entry.what, entry.fate, entry.reason)
        self.counts[key] += 1
        self.articles.setdefault(key, set()).add(entry.article_id)
        account = self.account(entry.stage, entry.what)
        if entry.fate in ADDED:
            account.added += 1
        elif entry.lost:
            account.lost += 1
        else:
            account.changed += 1

    def account(self, stage: Stage, what: What) -> Account:
        """Return the account of a kind of mark on a stage."""
        return self.accounts.setdefault((stage, what), Account())

    def unbalanced(self) -> list[tuple[Stage, What]]:
        """Return the accounts that do not come out even: there the ledger is wrong."""
        return [key for key, account in self.accounts.items() if not account.balanced]

    def in_order(self) -> list[tuple[Stage, What, Fate, str]]:
        """Return what was counted, by stage, the most frequent first."""
        return sorted(
            self.counts, key=lambda key: (STAGES.index(key[0]), -self.counts[key], *key[1:])
        )

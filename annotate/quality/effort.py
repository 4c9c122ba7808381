"""How many actions it takes to correct a prediction, against marking the article from nothing.

An action is a click, a key or a drag on Label Studio's page. `ACTIONS` is the whole cost model; the
gestures are those of Label Studio's labelling guide ("Add region", "Change label", "Delete entity",
"Add relation") and its keymap: a label's own hotkey, Backspace deletes the selected region, Alt+R
begins a relation, and a selected region has a handle at either end that can be dragged. Reading is
not counted, and neither is a slip.

Predicted and gold spans are paired so that the spans' actions are fewest (`quality/pairing.py`),
whatever nests or overlaps. Links are counted under that pairing; to choose both at once is a
quadratic assignment problem.

Where a pull infers links (`infer_links` in annotate.yaml), a span at which no link of a kind hangs
gets those that structure gives: where these are the right ones, nobody has to draw them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from annotate.quality.pairing import best_pairs
from annotate.records import Link, Span

ACTIONS: Mapping[str, int] = MappingProxyType(
    {
        "add": 2,  # press the label's key, drag over the words
        "delete": 2,  # click the region, press Backspace; its links go with it
        "select": 1,  # click a region, before any change to it
        "boundary": 1,  # drag one end of the selected region
        "relabel": 1,  # press the other label's key
        "choose": 1,  # press a choice's key
        "link": 3,  # click the head, press Alt+R, click the tail
        "unlink": 2,  # click the relation in the panel, then its bin
    }
)
"""Actions of each step. A link's name costs nothing: annotate names a link after its two ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Steps by their name in `ACTIONS`, and spans that needed none (`kept`)."""

    steps: Mapping[str, int]
    kept: int

    @property
    def actions(self) -> int:
        """Return the clicks, keys and drags of all steps."""
        return sum(ACTIONS[step] * count for step, count in self.steps.items())

    def __add__(self, other: Effort) -> Effort:
        return Effort(
            steps=dict(Counter(self.steps) + Counter(other.steps)), kept=self.kept + other.kept
        )


NO_EFFORT = Effort(steps={}, kept=0)


def effort(
    before: Sequence[Span],
    after: Sequence[Span],
    *,
    before_links: Collection[Link] = (),
    after_links: Collection[Link] = (),
    inferred: Collection[Link] = (),
) -> Effort:
    """Return the fewest steps that turn what is shown (`before`) into what is right (`after`).

    With nothing before, that is the effort from nothing. A span becomes another one only where the
    two share a character. Never more than deleting everything and beginning anew. `inferred` are
    the links that structure gives between the spans of `after`, where a pull infers them: none of
    them is added where a link of its kind hangs at its head, or was deleted there. What is inferred
    at a span that should have no link, and showed none, no step takes back; it is not counted.
    """
    pairs = best_pairs(before, after, _saved)
    links = before_links, after_links, inferred
    anew = _counted({}, before, after, *links)
    aligned = _counted(pairs, before, after, *links)
    return min(aligned, anew, key=lambda found: found.actions)


def _saved(span: Span, target: Span) -> int:
    """Return the actions that changing a span saves against deleting it and adding the other."""
    return ACTIONS["delete"] + addition_cost(target) - _cost(_change(span, target))


def _counted(
    pairs: Mapping[int, int],
    before: Sequence[Span],
    after: Sequence[Span],
    before_links: Collection[Link],
    after_links: Collection[Link],
    inferred: Collection[Link],
) -> Effort:
    steps: Counter[str] = Counter()
    kept = 0
    for row, column in pairs.items():
        change = _change(before[row], after[column])
        kept += not change
        steps += change
    steps["delete"] += len(before) - len(pairs)
    for column in set(range(len(after))) - set(pairs.values()):
        steps += _addition(after[column])
    became = {before[row].id: after[column].id for row, column in pairs.items()}
    stay = _by_head(
        (became[link.head_id], became[link.tail_id], link.label)
        for link in before_links
        if link.head_id in became and link.tail_id in became
    )
    wanted, given = (
        _by_head((link.head_id, link.tail_id, link.label) for link in links)
        for links in (after_links, inferred)
    )
    for head in {*stay, *wanted}:
        there, right = stay.get(head, set()), wanted.get(head, set())
        if there or right != given.get(head):
            steps["link"] += len(right - there)
            steps["unlink"] += len(there - right)
    return Effort(steps=dict(+steps), kept=kept)


def _by_head(links: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], set[str]]:
    """Return the tails of links (head, tail, label) by head and label."""
    found: dict[tuple[str, str], set[str]] = {}
    for head, tail, label in links:
        found.setdefault((head, label), set()).add(tail)
    return found


def _change(span: Span, target: Span) -> Counter[str]:
    steps = Counter(
        boundary=(span.start != target.start) + (span.end != target.end),
        relabel=int(span.label != target.label),
        choose=choice_keys(
            {} if span.label != target.label else span.attributes, target.attributes
        ),
    )
    steps["select"] = int(steps.total() > 0)
    return +steps


def _addition(target: Span) -> Counter[str]:
    choices = choice_keys({}, target.attributes)
    return +Counter(add=1, select=int(choices > 0), choose=choices)


def addition_cost(target: Span) -> int:
    """Return the actions of marking a span, with its choices."""
    if not target.attributes:
        return ACTIONS["add"]
    return _cost(_addition(target))


def choice_keys(old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]) -> int:
    """Return the keys to press: a single choice changes with one, and so it is taken back."""
    keys = 0
    for name in {*old, *new}:
        was, now = set(old.get(name, ())), set(new.get(name, ()))
        keys += max(len(now - was), len(was - now))
    return keys


def _cost(steps: Counter[str]) -> int:
    return sum(ACTIONS[step] * count for step, count in steps.items())

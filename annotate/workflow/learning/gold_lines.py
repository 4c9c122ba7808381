"""Which lines of a version hold gold: a small record of each line, and none of its text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from annotate.errors import UsageError
from annotate.exports.lines import ExportedArticle
from annotate.exports.stored import Stored
from annotate.records import Annotation, Article
from annotate.workflow.learning.separation import Gold
from annotate.workflow.state.context import Context


@dataclass(slots=True, kw_only=True)
class GoldLines:
    """What is kept of a version's lines, by their numbers."""

    gold: Callable[[Iterable[int]], Gold]
    """The gold of lines, read when it is asked for."""
    marked: dict[int, frozenset[str]] = field(default_factory=dict)
    """Line with gold → labels of its spans."""
    tests: list[int] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    """Lines whose annotators may have seen predictions."""
    groups: dict[str, str] = field(default_factory=dict)
    corpora: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    undecided: list[str] = field(default_factory=list)


def read_gold_lines(context: Context, lines: Sequence[ExportedArticle]) -> GoldLines:
    """Go through the lines once; of their articles and annotations nothing is held."""

    def gold(number: int) -> tuple[Article, Annotation]:
        line = lines[number]
        decided = context.decide(line.annotations)
        if decided is None:
            raise UsageError(f"{line.article.article_id}: no rule of adjudication decides")
        return line.article, decided.annotation

    read = GoldLines(gold=lambda numbers: Stored(gold, numbers))
    labels: dict[frozenset[str], frozenset[str]] = {}
    for number, line in enumerate(lines):
        name = line.article.article_id
        read.groups[name] = line.group
        if line.corpus is not None:
            read.corpora[name] = line.corpus
        if line.split == "test":
            read.tests.append(number)
        decided = context.decide(line.annotations)
        if decided is None:
            if line.annotations:
                read.undecided.append(name)
            continue
        found = frozenset(span.label for span in decided.annotation.spans)
        read.marked[number] = labels.setdefault(found, found)
        if len(line.annotations) > 1:
            read.rules[name] = decided.rule
        if not line.blind or decided.annotation.prediction_shown is not None:
            read.seen.add(number)
    return read

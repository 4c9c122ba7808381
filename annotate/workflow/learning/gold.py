"""Gold to score against: from a file of annotated articles, or straight from an export version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotate.errors import InputError, UsageError
from annotate.jsonl import ArticleLine, read_article_lines, the_one_that_counts
from annotate.workflow.state.context import Context

SPLITS = ("test", "dev", "train", "all")
"""What may be scored; `train` has foreign corpora in it, `all` also what serves for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """Annotated articles, one set of marks each; `name` says where they come from."""

    name: str
    lines: tuple[ArticleLine, ...]
    source: str
    """`file` or `export`."""
    split: str | None = None
    several: int = 0
    """Articles with several annotations, of which one counts, or what a majority has."""
    rules: Mapping[str, int] = field(default_factory=dict)
    """Rule of adjudication → articles of which it chose the annotation."""
    undecided: tuple[str, ...] = ()
    """Annotated articles that are left out, since no rule decides."""
    seen: int = 0
    """Articles whose annotators saw a machine's marks, as far as it is known."""


def read_gold(path: Path, *, split: str | None = None) -> Gold:
    """Read annotated articles in annotate's own JSONL; `split` keeps those of one split alone.

    Where an article stands several times, the line that says `reference` counts; where all say that
    they do not, none does. Raises
    `InputError` with file and line: predictions, an article that stands twice, lines that do not
    say their split though one was asked for; and where there is no article.
    """
    _check(split)
    found: dict[str, list[tuple[int, ArticleLine]]] = {}
    for number, line in read_article_lines(path):
        if line.model_version is not None:
            raise InputError(
                f"the line carries model_version {line.model_version!r}: these are predictions, "
                "and gold is what people annotated",
                path=path,
                line=number,
                hint="name it as the file to score; if a person corrected it, remove model_version",
            )
        if split not in (None, "all") and line.split is None:
            raise InputError(
                f"the line does not say its split, and --split {split} was asked for",
                path=path,
                line=number,
                hint="score an export version straight: annotate evaluate --export N --split test",
            )
        found.setdefault(line.article.article_id, []).append((number, line))
    if not found:
        raise InputError("no article in the file", path=path)
    counting = {name: the_one_that_counts(lines, path=path) for name, lines in found.items()}
    kept = [
        (line, len(found[name]) > 1)
        for name, line in counting.items()
        if line is not None and split in (None, "all", line.split)
    ]
    gold = _gold(
        (line for line, _ in kept),
        name=str(path),
        source="file",
        split=split,
        several=sum(several for _, several in kept),
    )
    return replace(gold, undecided=tuple(n for n, line in counting.items() if line is None))


def gold_of_export(
    context: Context, *, export: str | None = None, split: str | None = None
) -> Gold:
    """Return the annotated articles of an export version, by default its test articles.

    Of several annotations that counts which the workspace's rules choose, as in training.
    Raises `UnknownExportError`, `DamagedExportError`, and `UsageError` for an unknown split.
    """
    split = _check(split) or "test"
    version = context.versions.find(export)
    lines: list[ArticleLine] = []
    several = 0
    rules: Counter[str] = Counter()
    undecided: list[str] = []
    for line in context.versions.load(version).values():
        if not line.annotations or split not in ("all", line.split):
            continue
        decided = context.decide(line.annotations)
        if decided is None:
            undecided.append(line.article.article_id)
            continue
        annotation = decided.annotation
        if len(line.annotations) > 1:
            several += 1
            rules[decided.rule] += 1
        lines.append(
            ArticleLine(
                article=line.article,
                spans=annotation.spans,
                links=annotation.links,
                labels=annotation.labels,
                split=line.split,
                blind=line.blind and annotation.prediction_shown is None,
            )
        )
    name = f"{'all' if split == 'all' else split} articles of {version.name}"
    gold = _gold(lines, name=name, source="export", split=split, several=several)
    return replace(gold, rules=dict(rules), undecided=tuple(undecided))


def names(lines: Sequence[ArticleLine]) -> list[str]:
    """Return a name for every line: its article's id, with the text's hash where there are two."""
    counts = Counter(line.article.article_id for line in lines)
    return [
        line.article.article_id
        if counts[line.article.article_id] == 1
        else f"{line.article.article_id} (text {line.article.text_sha256[:8]})"
        for line in lines
    ]


def _gold(
    lines: Iterable[ArticleLine], *, name: str, source: str, split: str | None, several: int
) -> Gold:
    kept = tuple(lines)
    return Gold(
        name=name,
        lines=kept,
        source=source,
        split=split,
        several=several,
        seen=sum(line.blind is False for line in kept),
    )


def _check(split: str | None) -> str | None:
    if split is not None and split not in SPLITS:
        raise UsageError(f"no split {split!r}; there are {', '.join(SPLITS)}")
    return split

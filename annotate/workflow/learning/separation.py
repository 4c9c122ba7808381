"""Keeping test texts out of what is learned: exact ones, near-duplicates, and those to come.

The register knows the articles that this workspace has placed, annotated or not. A version can hold
others (pulled from a shared project, or merged): they are compared with its test articles.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TypeAlias, TypeVar
from weakref import finalize

from annotate.articles.duplicates import NearDuplicates
from annotate.exports.lines import ExportedArticle
from annotate.exports.stored import Stored
from annotate.records import Annotation, Article
from annotate.workflow.state.register import Register

Gold: TypeAlias = Sequence[tuple[Article, Annotation]]

_Gold = TypeVar("_Gold")

_APART = ("test", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOut:
    """A gold article of `split` that nearly repeats a test article, so that nothing learns it."""

    article_id: str
    split: str
    repeats: str
    """Id of the test article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Texts without labels, each once, and how many were kept apart from it."""

    texts: Sequence[str]
    left_out: int


def texts_of_tests(lines: Iterable[ExportedArticle]) -> NearDuplicates:
    """Return the texts of a version's test articles, to ask what nearly repeats them."""
    return NearDuplicates(
        (line.article.article_id, line.article.text) for line in lines if line.split == "test"
    )


def divide_gold(
    chosen: Iterable[tuple[ExportedArticle, _Gold]], tests: NearDuplicates
) -> tuple[dict[str, list[_Gold]], tuple[KeptOut, ...]]:
    """Return what stands for the gold of articles by what they serve for, `foreign` among it.

    What nearly repeats a test article is kept out, and named. A foreign corpus alone is better than
    nothing: where one's own articles give no training gold, it is that.
    """
    splits: dict[str, list[_Gold]] = {"train": [], "dev": [], "test": [], "none": [], "foreign": []}
    out: dict[str, list[KeptOut]] = {split: [] for split in splits}
    for line, gold in chosen:
        split = "foreign" if line.corpus is not None and line.split == "train" else line.split
        article = line.article
        found = None if split in _APART else tests.find(article.text)
        if found is None:
            splits[split].append(gold)
        else:
            out[split].append(KeptOut(article_id=article.article_id, split=split, repeats=found))
    if not splits["train"]:
        splits["train"], splits["foreign"] = splits["foreign"], []
    return splits, tuple(kept for split in out.values() for kept in split)


def pool_of(
    lines: Stored[ExportedArticle],
    articles: Iterable[Article],
    *,
    tests: NearDuplicates,
    register: Register,
) -> Pool:
    """Return the texts of a version and of the workspace, but for those of test articles.

    Left out is what is a test article or will become one, what nearly repeats one, whether it was
    annotated or not, and what nearly repeats articles of several splits. Texts of the version are
    read from it when they are asked for, others from a file that is gone with the pool.
    """
    places: dict[str, int] = {}
    apart: set[str] = set()
    for number, line in enumerate(lines):
        article = line.article
        known = None if line.corpus is not None else register.known_split(article)
        fits = line.split not in _APART and known not in _APART and not tests.find(article.text)
        if fits:
            places.setdefault(article.text_sha256, number)
        else:
            apart.add(article.text_sha256)
    others = TextFile()
    for article in articles:
        if article.text_sha256 in places or article.text_sha256 in apart:
            continue
        if register.split_to_come(article) in _APART or tests.find(article.text):
            apart.add(article.text_sha256)
        else:
            places[article.text_sha256] = len(lines) + others.add(article.text)

    def read(place: int) -> str:
        of_version = place < len(lines)
        return lines[place].article.text if of_version else others.read(place - len(lines))

    kept = (place for sha, place in places.items() if sha not in apart)
    return Pool(texts=Stored(read, kept), left_out=len(apart))


class TextFile:
    """Texts in a file without a name, which is gone when nobody reads them any more."""

    def __init__(self) -> None:
        self._stream: IO[bytes] | None = None
        self._ends = array("q", [0])

    def add(self, text: str) -> int:
        """Write a text and return its number."""
        if self._stream is None:
            self._stream = TemporaryFile()  # noqa: SIM115 - closed with the last reader
            finalize(self, self._stream.close)
        self._stream.seek(self._ends[-1])
        self._ends.append(self._ends[-1] + self._stream.write(text.encode()))
        return len(self._ends) - 2

    def read(self, number: int) -> str:
        """Return the text of that number."""
        if self._stream is None:
            raise IndexError(number)
        start, end = self._ends[number : number + 2]
        self._stream.seek(start)
        return self._stream.read(end - start).decode()

"""Keeping test texts out of what is learned: exact ones, near-duplicates, and those to come.

The register knows the articles that this workspace has placed, annotated or not. A version can hold
others (pulled from a shared project, or merged): they are compared with its test articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate.articles.duplicates import NearDuplicates
from annotate.exports.lines import ExportedArticle
from annotate.records import Annotation, Article
from annotate.workflow.state.register import Register

Gold = list[tuple[Article, Annotation]]

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

    texts: tuple[str, ...]
    left_out: int


def texts_of_tests(lines: Iterable[ExportedArticle]) -> NearDuplicates:
    """Return the texts of a version's test articles, to ask what nearly repeats them."""
    return NearDuplicates(
        (line.article.article_id, line.article.text) for line in lines if line.split == "test"
    )


def keep_out_repeats(
    gold: Mapping[str, Gold], tests: NearDuplicates
) -> tuple[dict[str, Gold], tuple[KeptOut, ...]]:
    """Return gold by split without what nearly repeats a test article, and what that was."""
    kept: dict[str, Gold] = {}
    out: list[KeptOut] = []
    for split, pairs in gold.items():
        kept[split] = []
        for article, annotation in pairs:
            found = None if split in _APART else tests.find(article.text)
            if found is None:
                kept[split].append((article, annotation))
            else:
                out.append(KeptOut(article_id=article.article_id, split=split, repeats=found))
    return kept, tuple(out)


def divide_gold(
    chosen: Iterable[tuple[ExportedArticle, Annotation]], tests: NearDuplicates
) -> tuple[dict[str, Gold], tuple[KeptOut, ...]]:
    """Return articles with the annotation that counts by what they serve for, `foreign` among it.

    What nearly repeats a test article is kept out. A foreign corpus alone is better than nothing:
    where one's own articles give no training gold, it is that.
    """
    splits: dict[str, Gold] = {"train": [], "dev": [], "test": [], "none": [], "foreign": []}
    for line, annotation in chosen:
        foreign = line.corpus is not None and line.split == "train"
        splits["foreign" if foreign else line.split].append((line.article, annotation))
    splits, kept_out = keep_out_repeats(splits, tests)
    if not splits["train"]:
        splits["train"], splits["foreign"] = splits["foreign"], []
    return splits, kept_out


def pool_of(
    lines: Sequence[ExportedArticle],
    articles: Iterable[Article],
    *,
    tests: NearDuplicates,
    register: Register,
) -> Pool:
    """Return the texts of a version and of the workspace, but for those of test articles.

    Left out is what is a test article or will become one, what nearly repeats one, whether it was
    annotated or not, and what nearly repeats articles of several splits.
    """
    texts: dict[str, str] = {}
    apart: set[str] = set()
    for line in lines:
        article = line.article
        known = None if line.corpus is not None else register.known_split(article)
        fits = line.split not in _APART and known not in _APART and not tests.find(article.text)
        if fits:
            texts[article.text_sha256] = article.text
        else:
            apart.add(article.text_sha256)
    for article in articles:
        if article.text_sha256 in texts or article.text_sha256 in apart:
            continue
        if register.split_to_come(article) in _APART or tests.find(article.text):
            apart.add(article.text_sha256)
        else:
            texts[article.text_sha256] = article.text
    kept = tuple(text for sha, text in texts.items() if sha not in apart)
    return Pool(texts=kept, left_out=len(apart))

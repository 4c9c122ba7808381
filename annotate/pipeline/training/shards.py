"""A corpus on disk: spaCy's `DocBin`s in a directory, of which memory holds one at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from spacy.tokens import Doc, DocBin
from spacy.training.corpus import walk_corpus
from spacy.vocab import Vocab

SHARD_TOKENS = 100_000
"""A file is full from so many tokens on; the documents in it take about 30 MB once read."""


def write_corpus(docs: Iterable[Doc], path: Path, *, tokens: int = SHARD_TOKENS) -> Path:
    """Write documents in their order as files of a directory, made anew; return its path.

    `spacy.Corpus.v1` reads such a directory. A file ends with the document that makes it full.
    """
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    shard, held, number = _empty(), 0, 0
    for doc in docs:
        shard.add(doc)
        held += len(doc)
        if held >= tokens:
            shard.to_disk(_name(path, number))
            shard, held, number = _empty(), 0, number + 1
    if len(shard) or not number:
        shard.to_disk(_name(path, number))
    return path


def read_corpus(path: str | Path, vocab: Vocab) -> Iterator[Doc]:
    """Yield the documents of a directory or a file in their order."""
    for shard in walk_corpus(path, ".spacy"):
        yield from DocBin().from_disk(shard).get_docs(vocab)


def _empty() -> DocBin:
    return DocBin(attrs=["ORTH", "SPACY"])


def _name(path: Path, number: int) -> Path:
    return path / f"{number:06d}.spacy"

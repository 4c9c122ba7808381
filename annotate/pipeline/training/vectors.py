"""Word vectors from the workspace's own articles (extra `vectors`)."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np
from spacy.language import Language
from spacy.vectors import Vectors

from annotate.pipeline.languages import blank
from annotate.pipeline.rule_labels import ENGLISH

WIDTH = 100

_EPOCHS = 8
_MIN_COUNT = 3


def can_learn_vectors() -> bool:
    """Tell whether gensim is installed."""
    return importlib.util.find_spec("gensim") is not None


def write_vectors(
    texts: Iterable[str], path: Path, *, seed: int = 0, language: str = ENGLISH
) -> int:
    """Learn vectors and write them as a blank pipeline to `path`; return the number of words.

    fastText skip-grams (Bojanowski et al. 2017) by gensim, in one thread, so that a seed gives the
    same vectors again. Words seen fewer than three times have none. Texts without such a word give
    no vectors, and 0.
    """
    from gensim.models import FastText

    nlp = blank(language)
    model = FastText(
        vector_size=WIDTH,
        window=5,
        min_count=_MIN_COUNT,
        sg=1,
        min_n=3,
        max_n=5,
        bucket=50_000,
        workers=1,
        seed=seed,
        hashfxn=_stable_hash,
    )
    with TemporaryFile("w+", encoding="utf-8", dir=path.parent) as stream:
        sentences = _Sentences(stream)
        for text in texts:
            sentences.add(nlp, text)
        model.build_vocab(corpus_iterable=sentences)
        words = list(model.wv.index_to_key)
        if words:
            model.train(corpus_iterable=sentences, total_examples=sentences.count, epochs=_EPOCHS)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings,
        data=np.asarray(model.wv.vectors, dtype="f") if words else np.zeros((1, WIDTH), dtype="f"),
        keys=[nlp.vocab.strings.add(word) for word in words] or None,
        name="annotate_articles",
    )
    nlp.to_disk(path)
    return len(words)


class _Sentences:
    """Lines of texts as lists of tokens, in a file that every epoch goes through."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self.count = 0

    def add(self, nlp: Language, text: str) -> None:
        for line in text.split("\n"):
            if line.strip():
                tokens = [token.text for token in nlp.make_doc(line) if not token.is_space]
                self._stream.write(json.dumps(tokens) + "\n")
                self.count += 1

    def __iter__(self) -> Iterator[list[str]]:
        self._stream.seek(0)
        return map(json.loads, self._stream)


def _stable_hash(word: str) -> int:
    """Hash a word the same in every process (Python's own hash is salted)."""
    value = 2166136261
    for byte in word.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value

"""Word vectors from the workspace's own articles (extra `vectors`)."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path

import numpy as np
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
    sentences = [
        [token.text for token in nlp.make_doc(line) if not token.is_space]
        for text in texts
        for line in text.split("\n")
        if line.strip()
    ]
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
    model.build_vocab(corpus_iterable=sentences)
    words = list(model.wv.index_to_key)
    if words:
        model.train(corpus_iterable=sentences, total_examples=len(sentences), epochs=_EPOCHS)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings,
        data=np.asarray(model.wv.vectors, dtype="f") if words else np.zeros((1, WIDTH), dtype="f"),
        keys=[nlp.vocab.strings.add(word) for word in words] or None,
        name="annotate_articles",
    )
    nlp.to_disk(path)
    return len(words)


def _stable_hash(word: str) -> int:
    """Hash a word the same in every process (Python's own hash is salted)."""
    value = 2166136261
    for byte in word.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value

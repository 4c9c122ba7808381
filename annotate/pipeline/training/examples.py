"""Paragraphs as spaCy's examples, on disk until a batch needs them.

spaCy's loop holds all examples of a corpus, to shuffle them before each epoch. Of one on disk it
holds a place in a file; the words of a batch become documents when the batch is learned from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from spacy.tokens import Doc, Span, SpanGroup
from spacy.training import Example
from spacy.vocab import Vocab

from annotate.pipeline.training.config import SPANS_KEY

_LENGTH_BYTES = 4


class StoredExample(Example):
    """A paragraph in a file: each time that a document is asked for, it is made anew.

    It is what a batch is made of. Before a component sees a batch, `Language.update` makes of it
    examples that hold their documents.
    """

    __slots__ = ("_place", "_store", "_vocab", "_words")

    def __init__(self, store: ExampleStore, vocab: Vocab, place: int, words: int) -> None:
        self._store = store
        self._vocab = vocab
        self._place = place
        self._words = words

    def __len__(self) -> int:
        return self._words

    @property  # type: ignore[misc]  # what is set stands in the copy that an update makes
    def predicted(self) -> Doc:
        """The paragraph without what people marked."""
        words, spaces, _, _ = self._store.read(self._place)
        return Doc(self._vocab, words=words, spaces=spaces)

    @property  # type: ignore[misc]
    def reference(self) -> Doc:
        """The paragraph with what people marked."""
        return make_piece(self._vocab, *self._store.read(self._place))

    x = predicted
    y = reference


class ExampleStore:
    """Paragraphs in a file."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def keep(self, piece: Doc) -> StoredExample:
        """Write a paragraph and return what stands for it."""
        group = piece.spans[SPANS_KEY]
        record = json.dumps(
            (
                [token.text for token in piece],
                [bool(token.whitespace_) for token in piece],
                [(span.start, span.end, span.label_) for span in group],
                dict(group.attrs),
            )
        ).encode()
        place = self._stream.seek(0, 2)
        self._stream.write(len(record).to_bytes(_LENGTH_BYTES, "little"))
        self._stream.write(record)
        return StoredExample(self, piece.vocab, place, len(piece))

    def read(self, place: int) -> tuple[list[str], list[bool], list[Any], dict[str, Any]]:
        """Return words, spaces, spans (start, end, label) and the group's attrs at a place."""
        self._stream.seek(place)
        length = int.from_bytes(self._stream.read(_LENGTH_BYTES), "little")
        words, spaces, spans, attrs = json.loads(self._stream.read(length))
        return words, spaces, spans, attrs


_store: ContextVar[ExampleStore | None] = ContextVar("store", default=None)


def as_example(piece: Doc) -> Example:
    """Return a paragraph as an example, within `examples_on_disk` as a stored one."""
    store = _store.get()
    if store is not None:
        return store.keep(piece)
    words = [token.text for token in piece]
    spaces = [bool(token.whitespace_) for token in piece]
    return Example(Doc(piece.vocab, words=words, spaces=spaces), piece)


@contextmanager
def examples_on_disk(directory: Path) -> Iterator[None]:
    """Let `as_example` keep paragraphs in a file of the directory for the length of a block."""
    with TemporaryFile(dir=directory) as stream:
        token = _store.set(ExampleStore(stream))
        try:
            yield
        finally:
            _store.reset(token)


def make_piece(
    vocab: Vocab,
    words: list[str],
    spaces: list[bool],
    spans: Iterable[tuple[int, int, str]],
    attrs: dict[str, Any],
) -> Doc:
    """Return a paragraph as a document of its own; spans are (start, end, label) in tokens."""
    piece = Doc(vocab, words=words, spaces=spaces)
    piece.spans[SPANS_KEY] = SpanGroup(
        piece,
        name=SPANS_KEY,
        spans=[Span(piece, start, end, label=label) for start, end, label in spans],
        attrs=attrs,
    )
    return piece

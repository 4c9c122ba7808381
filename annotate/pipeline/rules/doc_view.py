"""From a spaCy Doc to the views that the rules look at, and back."""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from annotate.pipeline.paragraphs import paragraphs
from annotate.pipeline.rules.tokens import Range, Tokens, make_tokens


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """A paragraph's tokens without white space; `indices` are their indices in the Doc."""

    tokens: Tokens
    indices: tuple[int, ...]

    def to_doc(self, start: int, end: int) -> Range:
        """Return a range of the view as a range of the Doc's tokens."""
        return self.indices[start], self.indices[end - 1] + 1


def paragraph_views(doc: Doc) -> Iterator[ParagraphView]:
    """Yield the view of each paragraph of a document, in order."""
    texts = [token.text for token in doc]
    spaces = [bool(token.whitespace_) for token in doc]
    for start, end in paragraphs(doc):
        indices = [index for index in range(start, end) if not texts[index].isspace()]
        followed = [
            spaces[index] or (index + 1 < end and texts[index + 1].isspace()) for index in indices
        ]
        yield ParagraphView(make_tokens([texts[i] for i in indices], followed), tuple(indices))

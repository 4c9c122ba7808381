"""What the rules know about a paragraph before they look for anything in it."""

from bisect import bisect_right
from dataclasses import dataclass

from annotate.pipeline.rules.lexicon import FunctionWords, Lexicon
from annotate.pipeline.rules.quotes import Quotes, find_quotes
from annotate.pipeline.rules.sentences import find_sentences
from annotate.pipeline.rules.tokens import Range, Tokens


@dataclass(frozen=True, slots=True)
class Context:
    """A paragraph: its tokens, quotations and sentences, and the lexicon."""

    tokens: Tokens
    quotes: Quotes
    sentences: tuple[Range, ...]
    lexicon: Lexicon

    def sentence_at(self, token: int) -> Range:
        """Return the sentence that a token belongs to."""
        place = bisect_right(self.sentences, token, key=lambda sentence: sentence[0])
        return self.sentences[place - 1]

    @property
    def words(self) -> FunctionWords:
        """The closed classes of words."""
        return self.lexicon.words


def make_context(tokens: Tokens, lexicon: Lexicon) -> Context:
    """Find the quotations and sentences of a paragraph."""
    quotes = find_quotes(tokens, lexicon)
    return Context(tokens, quotes, tuple(find_sentences(tokens, quotes, lexicon)), lexicon)

"""The spaCy component `attribution_rules`: rule spans and quotations as span groups."""

import json
from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from annotate.errors import LexiconError
from annotate.pipeline.rules.doc_view import paragraph_views
from annotate.pipeline.rules.labelling import label_paragraph
from annotate.pipeline.rules.lexicon import Lexicon, lexicon_from_texts, read_texts
from annotate.pipeline.rules.links_component import AttributionLinks
from annotate.pipeline.rules.scores import rule_scores

QUOTATIONS_KEY = "quotations"
PARTS_KEY = "attribution_parts"
SENTENCES_KEY = "attribution_sentences"
_LEXICONS_FILE = "lexicons.json"


class AttributionRules:
    """Writes the rules' spans to `doc.spans[spans_key]` and all quotations to `"quotations"`.

    Beside them stand `"attribution_parts"` (Source, Cue and Content, as attribution research tells
    them apart) and `"attribution_sentences"`: features for a network, and weak labels for schemes
    of that kind.

    The group of spans is sorted by (start, -end, label); its attributes `scores` and `rules` are
    parallel to it and hold the precision and the name of the rule that made each span; the parts
    have `rules` alone. No token attribute is set.

    `lexicons` are paths of extra lexicon files. They are read when the component is first used or
    saved, not before: a pipeline that was saved carries their text and never looks for the files.
    """

    def __init__(self, spans_key: str = "attribution_rules", lexicons: Iterable[str] = ()) -> None:
        self.spans_key = spans_key
        self._paths = tuple(Path(path) for path in lexicons)
        self._texts: tuple[tuple[str, str], ...] | None = None

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon with the extra files merged. Raises LexiconError where one is invalid."""
        return lexicon_from_texts(self._extra_texts())

    def _extra_texts(self) -> tuple[tuple[str, str], ...]:
        if self._texts is None:
            self._texts = read_texts(self._paths)
        return self._texts

    def __call__(self, doc: Doc) -> Doc:
        """Write the two span groups. Raises LexiconError where an extra lexicon is invalid."""
        lexicon, scores_of = self.lexicon, rule_scores()
        spans: list[Span] = []
        scores: list[float] = []
        rules: list[str] = []
        quotations: list[Span] = []
        parts: list[Span] = []
        part_rules: list[str] = []
        sentences: list[Span] = []
        for view in paragraph_views(doc):
            found = label_paragraph(view.tokens, lexicon)
            for start, end, label, rule in found.spans:
                first, last = view.to_doc(start, end)
                spans.append(Span(doc, first, last, label=label))
                scores.append(scores_of[rule])
                rules.append(rule)
            quotations.extend(
                Span(doc, *view.to_doc(start, end), label="Quotation")
                for start, end in found.quotations
            )
            parts.extend(
                Span(doc, *view.to_doc(part.start, part.end), label=part.label)
                for part in found.parts
            )
            part_rules.extend(part.rule for part in found.parts)
            sentences.extend(
                Span(doc, *view.to_doc(start, end), label="Sentence")
                for start, end in found.sentences
            )
        doc.spans[PARTS_KEY] = SpanGroup(
            doc, name=PARTS_KEY, attrs={"rules": part_rules}, spans=parts
        )
        doc.spans[SENTENCES_KEY] = SpanGroup(doc, name=SENTENCES_KEY, spans=sentences)
        doc.spans[self.spans_key] = SpanGroup(
            doc, name=self.spans_key, attrs={"scores": scores, "rules": rules}, spans=spans
        )
        doc.spans[QUOTATIONS_KEY] = SpanGroup(doc, name=QUOTATIONS_KEY, spans=quotations)
        return doc

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the texts of the extra lexicons. Raises LexiconError if one cannot be read."""
        del exclude
        return json.dumps(self._extra_texts()).encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "AttributionRules":
        """Take the extra lexicons from `to_bytes`. Raises LexiconError if one is invalid."""
        del exclude
        self._take_texts(json.loads(data), source="bytes")
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the texts of the extra lexicons to a folder; raises as `to_bytes` does."""
        del exclude
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _LEXICONS_FILE).write_text(json.dumps(self._extra_texts()), "utf-8")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "AttributionRules":
        """Take the extra lexicons from `to_disk`. Raises LexiconError if one is invalid."""
        del exclude
        file = Path(path) / _LEXICONS_FILE
        self._take_texts(json.loads(file.read_text("utf-8")), source=str(file))
        return self

    def _take_texts(self, stored: object, *, source: str) -> None:
        if not isinstance(stored, list | tuple):
            raise LexiconError(f"{source}: expected a list of lexicon files and their texts.")
        texts = tuple((str(file), str(text)) for file, text in stored)
        lexicon_from_texts(texts)
        self._texts = texts


@Language.factory(
    "attribution_rules",
    default_config={"spans_key": "attribution_rules", "lexicons": []},
    assigns=["doc.spans"],
)
def make_attribution_rules(
    nlp: Language, name: str, spans_key: str, lexicons: list[str]
) -> AttributionRules:
    """Make the component that finds Claims, Sources and Hedges by rule."""
    del nlp, name
    return AttributionRules(spans_key, lexicons)


@Language.factory(
    "attribution_links",
    default_config={"spans_key": "sc"},
    requires=["doc.spans"],
    assigns=["doc.spans"],
)
def make_attribution_links(nlp: Language, name: str, spans_key: str) -> AttributionLinks:
    """Make the component that links the spans of a group."""
    del nlp, name
    return AttributionLinks(spans_key)

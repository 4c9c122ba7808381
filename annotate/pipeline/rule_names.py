"""Which rule marks what in an article: the names that predictions do not carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from spacy.tokens import Doc

from annotate.labels import LabelScheme
from annotate.pipeline.prediction import load_rules
from annotate.pipeline.workers import predict_in_processes
from annotate.records import Article, Prediction, Span

Place: TypeAlias = tuple[int, int, str]

_RULE = "\0rule"  # no control of a labelling config can have that name
_BATCH = 16
_SHARED = 300  # articles from which on a second process is worth its start


class RuleNamer:
    """The rules; each span of their predictions has the rule's name besides its choices.

    `aliases` map labels that the rules know to what they are called now. Choices, links and scores,
    which take as long as the rules, are there where the rules are `whole`.
    """

    def __init__(
        self,
        scheme: LabelScheme,
        version: str,
        aliases: Mapping[str, str],
        lexicons: Sequence[Path],
        *,
        whole: bool,
    ) -> None:
        self._pipeline = load_rules(scheme, version, lexicons=lexicons, aliases=aliases)
        self._whole = whole
        if not whole:
            self._pipeline.nlp.select_pipes(enable=["attribution_rules"])
        self.left_out = self._pipeline.left_out

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction]:
        """Yield the rules' prediction of each article, in order."""
        pairs = ((article.text, article) for article in articles)
        for doc, article in self._pipeline.nlp.pipe(pairs, as_tuples=True, batch_size=_BATCH):
            names = self._names(doc)
            if self._whole:
                said = self._pipeline.prediction_of(doc, article)
                spans = tuple(
                    replace(span, attributes={**span.attributes, _RULE: (names[_place(span)],)})
                    for span in said.spans
                )
                yield replace(said, spans=spans)
                continue
            yield Prediction(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                spans=tuple(
                    Span(id=f"{n}", start=p[0], end=p[1], label=p[2], attributes={_RULE: (rule,)})
                    for n, (p, rule) in enumerate(names.items())
                ),
                model_version=self._pipeline.model_version,
            )

    def _names(self, doc: Doc) -> dict[Place, str]:
        pipeline = self._pipeline
        group: Any = doc.spans[pipeline.spans_key]
        known = pipeline.scheme.span_labels
        places = (
            (span.start_char, span.end_char, pipeline.aliases.get(span.label_, span.label_))
            for span in group
        )
        return {
            place: rule
            for place, rule in zip(places, group.attrs["rules"], strict=True)
            if place[2] in known
        }


def predict_by_rules(
    articles: Sequence[Article],
    *,
    scheme: LabelScheme,
    version: str,
    aliases: Mapping[str, str],
    lexicons: Sequence[Path] = (),
) -> Iterator[tuple[Prediction, dict[Place, str]]]:
    """Yield, an article, what the rules say, and which rule marks each place (start, end, label).

    Offsets count code points. Many articles are shared with a second process. Raises `ModelError`
    where the rules know no label of the scheme.
    """
    load = partial(RuleNamer, scheme, version, dict(aliases), tuple(lexicons), whole=True)
    for said in _shared(load, articles):
        yield replace(said, spans=tuple(map(_without_name, said.spans))), _named(said)


def name_rules(
    articles: Sequence[Article],
    *,
    scheme: LabelScheme,
    version: str,
    aliases: Mapping[str, str],
    lexicons: Sequence[Path] = (),
) -> Iterator[dict[Place, str]]:
    """Yield the names alone, as `predict_by_rules` does, in half of its time."""
    load = partial(RuleNamer, scheme, version, dict(aliases), tuple(lexicons), whole=False)
    yield from map(_named, _shared(load, articles))


def _shared(load: Callable[[], RuleNamer], articles: Sequence[Article]) -> Iterator[Prediction]:
    if len(articles) >= _SHARED:
        return predict_in_processes(load, articles, processes=2, left_out=Counter())
    return load().predict(articles)


def _named(said: Prediction) -> dict[Place, str]:
    return {_place(span): span.attributes[_RULE][0] for span in said.spans}


def _without_name(span: Span) -> Span:
    held = {name: values for name, values in span.attributes.items() if name != _RULE}
    return replace(span, attributes=held)


def _place(span: Span) -> Place:
    return (span.start, span.end, span.label)

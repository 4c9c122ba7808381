"""Which rule marks what in an article: the names that predictions do not carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from annotate.labels import LabelScheme
from annotate.pipeline.prediction import Pipeline, load_rules
from annotate.pipeline.workers import predict_in_processes
from annotate.records import Article, Prediction, Span

Place: TypeAlias = tuple[int, int, str]

_RULE = "\0rule"  # no control of a labelling config can have that name
_BATCH = 16
_SHARED = 300  # articles from which on a second process is worth its start


class RuleNamer:
    """The rules; each span of their predictions has the rule's name besides its choices.

    `labels` are those of the labelling config, `aliases` map what the rules call them to these.
    Choices and links, which take as long as the rules, are there where the rules are `whole`.
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
        if not whole:
            self._pipeline.nlp.select_pipes(enable=["attribution_rules"])
        self.left_out = self._pipeline.left_out

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction]:
        """Yield the rules' prediction of each article, in order."""
        pipeline = self._pipeline
        pairs = ((article.text, article) for article in articles)
        for doc, article in pipeline.nlp.pipe(pairs, as_tuples=True, batch_size=_BATCH):
            group: Any = doc.spans[pipeline.spans_key]
            names = {
                (span.start_char, span.end_char, _now(pipeline, span.label_)): rule
                for span, rule in zip(group, group.attrs["rules"], strict=True)
            }
            said = pipeline.prediction_of(doc, article)
            named = tuple(
                replace(span, attributes={**span.attributes, _RULE: (names[_place(span)],)})
                for span in said.spans
            )
            yield replace(said, spans=named)


def predict_by_rules(
    articles: Sequence[Article],
    *,
    scheme: LabelScheme,
    version: str,
    aliases: Mapping[str, str],
    lexicons: Sequence[Path] = (),
    whole: bool = True,
) -> Iterator[tuple[Prediction, dict[Place, str]]]:
    """Yield, an article, what the rules say, and which rule marks each place (start, end, label).

    Offsets count code points. Many articles are shared with a second process. Raises `ModelError`
    where the rules know no label of the scheme.
    """
    load = partial(RuleNamer, scheme, version, dict(aliases), tuple(lexicons), whole=whole)
    if len(articles) >= _SHARED:
        found = predict_in_processes(load, articles, processes=2, left_out=Counter())
    else:
        found = load().predict(articles)
    for said in found:
        names = {_place(span): span.attributes[_RULE][0] for span in said.spans}
        yield replace(said, spans=tuple(map(_without_name, said.spans))), names


def _without_name(span: Span) -> Span:
    held = {name: values for name, values in span.attributes.items() if name != _RULE}
    return replace(span, attributes=held)


def _now(pipeline: Pipeline, label: str) -> str:
    return pipeline.aliases.get(label, label)


def _place(span: Span) -> Place:
    return (span.start, span.end, span.label)

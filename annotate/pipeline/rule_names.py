"""Which rule marks what in an article: the names that predictions do not carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from annotate.pipeline.docs import read_doc
from annotate.pipeline.rule_labels import weak_group
from annotate.pipeline.training.loop import rules_pipeline
from annotate.pipeline.workers import predict_in_processes
from annotate.records import Article, Prediction, Span

_RULE = "rule"
_BATCH = 16
_SHARED = 300  # articles from which on a second process is worth its start


class RuleNamer:
    """The rules alone; a span of its predictions has the rule's name as its only attribute.

    `labels` are those of the labelling config, `aliases` map what the rules call them to these.
    """

    def __init__(
        self,
        version: str,
        labels: Sequence[str],
        aliases: Mapping[str, str],
        lexicons: Sequence[Path],
    ) -> None:
        former = {now: was for was, now in aliases.items()}
        self._key, _ = weak_group([former.get(label, label) for label in labels])
        self._labels = frozenset(labels)
        self._aliases = dict(aliases)
        self._nlp = rules_pipeline(lexicons)
        self._version = version
        self.left_out: Counter[str] = Counter()

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction]:
        """Yield the rules' spans of each article, in order; of labels that the config has."""
        pairs = ((article.text, article) for article in articles)
        for doc, article in self._nlp.pipe(pairs, as_tuples=True, batch_size=_BATCH):
            group: Any = doc.spans[self._key]
            names = {
                (span.start_char, span.end_char, span.label_): rule
                for span, rule in zip(group, group.attrs["rules"], strict=True)
            }
            spans, _, _ = read_doc(doc, key=self._key, article_id=article.article_id)
            yield Prediction(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                spans=tuple(
                    Span(
                        id=span.id,
                        start=span.start,
                        end=span.end,
                        label=self._aliases.get(span.label, span.label),
                        attributes={_RULE: (names[span.start, span.end, span.label],)},
                    )
                    for span in spans
                    if self._aliases.get(span.label, span.label) in self._labels
                ),
                model_version=self._version,
            )


def name_rules(
    articles: Sequence[Article],
    *,
    version: str,
    labels: Sequence[str],
    aliases: Mapping[str, str],
    lexicons: Sequence[Path] = (),
) -> Iterator[dict[tuple[int, int, str], str]]:
    """Yield, an article, the name of the rule that marks each place (start, end, label).

    Offsets count code points. Many articles are shared with a second process.
    """
    load = partial(RuleNamer, version, tuple(labels), dict(aliases), tuple(lexicons))
    if len(articles) >= _SHARED:
        found = predict_in_processes(load, articles, processes=2, left_out=Counter())
    else:
        found = load().predict(articles)
    for prediction in found:
        yield {(s.start, s.end, s.label): s.attributes[_RULE][0] for s in prediction.spans}

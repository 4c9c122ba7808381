"""`span_crf`: a trainable spaCy component that marks overlapping spans with exact posteriors.

A linear-chain CRF a label, over paragraphs, so that spans of different labels overlap freely. A
label whose spans nest (a claim inside a claim) has a second chain for the inner ones.

No postponed annotations here: spaCy reads those of `initialize` at run time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc, Span, SpanGroup
from spacy.training import Example
from thinc.api import Optimizer, set_dropout_rate

from annotate.pipeline.paragraphs import paragraphs
from annotate.pipeline.span_crf.batches import (
    Batch,
    assign_states,
    paragraph_batches,
    word_groups,
)
from annotate.pipeline.span_crf.calibrate import IDENTITY, fit_scale, rescale
from annotate.pipeline.span_crf.chain import (
    BEGIN,
    UNIT,
    best_paths,
    forward_backward,
    path_spans,
)
from annotate.pipeline.span_crf.gradient import add_gradients
from annotate.pipeline.span_crf.model import DEFAULT_MODEL, CrfModel, transitions_of
from annotate.pipeline.span_crf.prior import with_prior
from annotate.pipeline.span_crf.scores import judged_spans, known_labels, score_spans

_WORDS_AT_ONCE = 4000  # more makes prediction slower, since the arrays leave the cache
_SAMPLE = 10  # documents that the network takes its shape from


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span that was found: token offsets, half-open, and its posterior probability."""

    start: int
    end: int
    label: str
    score: float


@Language.factory(
    "span_crf",
    assigns=["doc.spans"],
    default_config={
        "model": DEFAULT_MODEL,
        "spans_key": "sc",
        "nested_labels": [],
        "recall_bias": 0.0,
        "prior": [],
    },
    default_score_weights={"spans_macro_f": 1.0},
)
def make_span_crf(
    nlp: Language,
    name: str,
    model: CrfModel,
    spans_key: str,
    nested_labels: list[str],
    recall_bias: float,
    prior: list[dict[str, Any]],
) -> "SpanCrf":
    """Build the component.

    `nested_labels` get a second chain for spans inside spans. `recall_bias` is added to the score
    of beginning a span before decoding: above 0 it finds more and is wrong more often. `prior` says
    how far spans of rules are believed, which another component has made before.
    """
    return SpanCrf(
        nlp.vocab,
        model,
        name,
        spans_key=spans_key,
        nested_labels=nested_labels,
        recall_bias=recall_bias,
        prior=prior,
    )


class SpanCrf(TrainablePipe):  # type: ignore[misc]  # spaCy gives no types here
    """The component; `labels` are those seen at initialisation, sorted."""

    def __init__(
        self,
        vocab: Any,
        model: CrfModel,
        name: str,
        *,
        spans_key: str = "sc",
        nested_labels: Sequence[str] = (),
        recall_bias: float = 0.0,
        prior: Sequence[Any] = (),
    ) -> None:
        self.vocab = vocab
        self.model = model
        self.name = name
        self.cfg: dict[str, Any] = {
            "labels": [],
            "spans_key": spans_key,
            "nested_labels": sorted(nested_labels),
            "recall_bias": recall_bias,
            "prior": list(prior),
            "score_scale": list(IDENTITY),
        }

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels that the component can give."""
        return tuple(self.cfg["labels"])

    @property
    def label_data(self) -> list[str]:
        """Labels, as `spacy init labels` stores them."""
        return list(self.labels)

    @property
    def key(self) -> str:
        """Name of the span group that is read in training and written in prediction."""
        key: str = self.cfg["spans_key"]
        return key

    @property
    def chains(self) -> list[str]:
        """Label of every chain: one a label, then one more for each label that nests."""
        return [*self.labels, *(name for name in self.cfg["nested_labels"] if name in self.labels)]

    def add_label(self, label: str) -> int:
        """Add a label before initialisation; return 1 if it is new."""
        if label in self.cfg["labels"]:
            return 0
        self.cfg["labels"].append(label)
        self.vocab.strings.add(label)
        return 1

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,  # noqa: ARG002 - spaCy's signature
        labels: Sequence[str] | None = None,
    ) -> None:
        """Collect the labels (or take `labels`) and give the network its shape."""
        examples = list(islice(get_examples(), _SAMPLE if labels else None))
        found = labels or sorted(
            {
                span.label_
                for example in examples
                for span in example.reference.spans.get(self.key, ())
            }
        )
        if not found:
            raise ValueError(f"{self.name}: no span in group {self.key!r} of any example")
        for label in found:
            self.add_label(label)
        self.model.attrs["chains"] = len(self.chains)
        self.model.initialize(X=[example.predicted for example in examples[:_SAMPLE]])

    def predict(self, docs: Iterable[Doc]) -> list[list[ScoredSpan]]:
        """Return the spans of every document, sorted by place."""
        docs = list(docs)
        results: list[list[ScoredSpan]] = [[] for _ in docs]
        filled = [index for index, doc in enumerate(docs) if paragraphs(doc)]
        if not filled:
            return results
        scores: list[Any] = []
        for group in word_groups([docs[index] for index in filled], _WORDS_AT_ONCE):
            scores += with_prior(group, self.model.predict(group), self.chains, self.cfg["prior"])
        for batch in paragraph_batches([docs[index] for index in filled], scores, len(self.chains)):
            for index, span in self._decode(batch):
                results[filled[index]].append(span)
        for spans in results:
            spans.sort(key=lambda span: (span.start, -span.end, span.label))
        return results

    def set_annotations(self, docs: Iterable[Doc], scores: list[list[ScoredSpan]]) -> None:
        """Write the spans to the group, with `scores` among its attrs."""
        for doc, spans in zip(docs, scores, strict=True):
            group = SpanGroup(
                doc,
                name=self.key,
                spans=[Span(doc, span.start, span.end, label=span.label) for span in spans],
                attrs={"scores": rescale([span.score for span in spans], self.cfg["score_scale"])},
            )
            doc.spans[self.key] = group

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """Take one step of gradient descent on the negative log-likelihood.

        A reference whose group names its `labels` leaves the chains of the others untouched: what
        was not annotated is unknown, not absent.
        """
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = [example for example in examples if paragraphs(example.predicted)]
        if not examples:
            return losses
        set_dropout_rate(self.model, drop)
        docs = [example.predicted for example in examples]
        found, backprop = self.model.begin_update(docs)
        scores = with_prior(docs, found, self.chains, self.cfg["prior"])
        gradients: list[Any] = [np.zeros_like(score) for score in scores]
        transitions = transitions_of(self.model)
        d_transitions: Any = np.zeros_like(transitions, dtype=np.float32)
        gold = [self._gold(example) for example in examples]
        known = [self._known(example) for example in examples]
        for batch in paragraph_batches(docs, scores, len(self.chains)):
            losses[self.name] += add_gradients(
                batch, transitions, gold, known, gradients, d_transitions
            )
        self.model.inc_grad("transitions", self.model.ops.asarray3f(d_transitions))
        backprop(gradients)
        if sgd is not None:
            self.finish_update(sgd)
        return losses

    def get_loss(self, examples: Iterable[Example], scores: Any) -> tuple[float, Any]:
        """Not used: the gradient needs what `update` holds at hand."""
        raise NotImplementedError

    def score(self, examples: Iterable[Example], **_: Any) -> dict[str, Any]:
        """Return exact precision, recall and F1 over all labels, a label, and their mean.

        A label that a reference does not name among its `labels` is not scored there.
        """
        return score_spans(examples, self.labels, key=self.key)

    def calibrate(self, docs: Iterable[Doc], gold: Iterable[Doc]) -> tuple[float, float]:
        """Fit the scale of the scores on held-out documents and return it.

        `docs` are predicted by this component, `gold` the same documents as people marked them;
        labels that a gold group does not name are left out.
        """
        self.cfg["score_scale"] = list(IDENTITY)
        scale = fit_scale(judged_spans(docs, gold, self.labels, key=self.key))
        self.cfg["score_scale"] = list(scale)
        return scale

    def unreachable(self, doc: Doc) -> list[Span]:
        """Return the gold spans of group `key` that no path of the chains can produce.

        Those are spans across paragraphs, and spans that cross or nest beyond the label's chains.
        """
        _, left = assign_states(doc.spans.get(self.key, ()), doc, self.chains)
        return left

    def _gold(self, example: Example) -> npt.NDArray[np.int64]:
        spans = example.get_aligned_spans_y2x(
            example.reference.spans.get(self.key, ()), allow_overlap=True
        )
        states, _ = assign_states(spans, example.predicted, self.chains)
        return states

    def _known(self, example: Example) -> npt.NDArray[np.bool_]:
        labels = known_labels(example, self.labels, key=self.key)
        return np.array([label in labels for label in self.chains])

    def _decode(self, batch: Batch) -> Iterator[tuple[int, ScoredSpan]]:
        transitions = transitions_of(self.model)
        marginals = forward_backward(batch.scores, transitions, batch.lengths)
        biased = batch.scores.copy()
        biased[..., [BEGIN, UNIT]] += self.cfg["recall_bias"]
        paths = best_paths(biased, transitions, batch.lengths)
        for column, (index, first, last) in enumerate(batch.pieces):
            seen: set[tuple[int, int, str]] = set()
            for chain, label in enumerate(self.chains):
                for start, end in path_spans(paths[: last - first, chain, column]):
                    if (start, end, label) in seen:
                        continue
                    seen.add((start, end, label))
                    score = marginals.span(chain, column, start, end)
                    yield index, ScoredSpan(first + start, first + end, label, score)

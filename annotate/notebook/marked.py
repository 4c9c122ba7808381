"""Articles with their marks: as a table, as spaCy `Doc`s, against gold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from annotate.errors import UsageError
from annotate.labels import LabelScheme
from annotate.notebook.given import Pair, as_pairs, check_labels
from annotate.notebook.scheme import label_scheme
from annotate.quality.mentions import CONTEXT, Marked, Mention, mentions
from annotate.records import Annotation, Article, ArticleKey, Prediction

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.documents import Docs, MakeDoc
    from annotate.workflow.learning.evaluation import Evaluation


def table(
    pairs: Iterable[Pair], *, scheme: LabelScheme | None = None, context: int = CONTEXT
) -> list[Mention]:
    """Return a row for every span of every (article, annotation or prediction), as a dictionary.

    A row holds the article's metadata, the span as written with `context` characters on either
    side, its offsets (code points, half-open), choices and links; for a claim also its sources, the
    chain of sources and its hedges. Where such links were not annotated, these are `None`. A text
    may stand for its article. `scheme` says which label is a claim; by default `label_scheme()`.

    >>> texts = ["A memo said the quay is reportedly unsafe."]
    >>> rows = annotate.table(zip(texts, annotate.prelabel(texts)))
    >>> claim = next(row for row in rows if row["label"] == "Claim")
    >>> claim["text"], claim["sources"], claim["source_types"], claim["hedges"]
    ('the quay is reportedly unsafe', ['A memo said'], ['document'], ['reportedly'])

    Raises `RecordError` for marks of another text, `UsageError` for labels that the scheme has not.
    """
    labels = scheme or label_scheme()
    marked = [Marked(article=a, marks=m) for a, m in as_pairs(pairs, scheme=labels)]
    return mentions(marked, labels, context=context)


def docs(pairs: Iterable[Pair], *, spans_key: str = "sc", make_doc: MakeDoc | None = None) -> Docs:
    """Return a spaCy `Doc` for every (article, annotation or prediction).

    Spans stand in `doc.spans[spans_key]` and may overlap; ids, choices, scores and links stand in
    that group's `attrs`, the article's metadata in `doc.user_data["annotate"]`. `make_doc` is your
    pipeline's `nlp.make_doc`, by default spaCy's English tokenizer. The list's `issues` name every
    span that was moved to token boundaries or lost, its `lost_links` counts links.

    >>> texts = ["Officials said the bridge may close."]
    >>> docs = annotate.docs(zip(texts, annotate.prelabel(texts)))
    >>> docs
    <1 Docs; spans moved: 0, lost: 0; links lost: 0>
    >>> [(span.text, span.label_) for span in docs[0].spans["sc"]]
    [('Officials said', 'Source'), ('the bridge may close', 'Claim'), ('may', 'Hedge')]

    Raises `RecordError` for marks of another text, and where the tokenizer changes a text.
    """
    from annotate.pipeline.documents import marked_docs

    marked = [Marked(article=a, marks=m) for a, m in as_pairs(pairs)]
    items = [(item.article, item.marks) for item in marked]
    return marked_docs(items, spans_key=spans_key, make=make_doc)


def evaluate(
    gold: Iterable[tuple[Article | str, Annotation]],
    predicted: Iterable[Prediction],
    *,
    scheme: LabelScheme | None = None,
) -> Evaluation:
    """Score predictions against gold: pairs of an article and the annotation that counts.

    Predictions are found by article id and exact text, in any order; those of articles that gold
    has not are left alone. Labels that were not annotated in an article do not count there. The
    result holds exact, overlap and token counts by label (`counts`, `macro`), bootstrap intervals,
    `calibration`, `confusion` and every mistake; `to_json()` gives all numbers.

    >>> gold = annotate.open_workspace("my-project").version().gold()
    >>> evaluation = annotate.evaluate(gold, annotate.prelabel(article for article, _ in gold))
    >>> evaluation.counts["Source"]["exact"].recall
    1.0

    Raises `UsageError` for gold without articles, with an article twice or without a prediction,
    and for labels that `scheme` (by default `label_scheme()`) has not; `RecordError` for marks of
    another text.
    """
    from annotate.workflow.learning.evaluate import evaluate_predictions

    labels = scheme or label_scheme()
    found: dict[ArticleKey, Prediction] = {}
    for prediction in predicted:
        check_labels(prediction, labels)
        found[ArticleKey(prediction.article_id, prediction.text_sha256)] = prediction
    items: dict[ArticleKey, tuple[Article, Annotation, Prediction]] = {}
    for article, annotation in as_pairs(gold, scheme=labels):
        if not isinstance(annotation, Annotation):
            raise UsageError(
                f"{article.article_id}: gold is a prediction; expected a person's annotation"
            )
        Marked(article=article, marks=annotation)
        if article.key in items:
            raise UsageError(
                f"{article.article_id}: stands twice in gold",
                hint="one annotation an article counts: version.gold() chooses",
            )
        if article.key not in found:
            raise UsageError(
                f"{article.article_id}: no prediction for this text",
                hint="pre-label gold's own articles: [article for article, _ in gold]",
            )
        items[article.key] = (article, annotation, found[article.key])
    if not items:
        raise UsageError("no article in gold")
    versions = {prediction.model_version for _, _, prediction in items.values()}
    return evaluate_predictions(
        items.values(), labels.span_labels, name=", ".join(sorted(versions))
    )

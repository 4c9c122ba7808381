"""Pre-label articles without a server: one JSON object a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import tee
from pathlib import Path

from annotate.files import write_lines_atomic
from annotate.jsonl import ArticleLine, article_line_to_json, dumps
from annotate.labels import LabelScheme
from annotate.outputs import is_prediction, require_free, require_jsonl
from annotate.pipeline.registry import Model
from annotate.records import Article, Prediction
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class PrelabelResult:
    """What was written; `left_out` counts what the labelling config cannot hold.

    An article without a prediction has no line.
    """

    articles: int
    spans: dict[str, int]
    links: int
    model_version: str
    left_out: dict[str, int]


def check_output(
    context: Context, output: Path, *, overwrite: bool = False, inputs: Iterable[Path] = ()
) -> None:
    """Raise `UsageError` where `prelabel` would not write to `output`; `inputs` are read."""
    require_jsonl(output)
    require_free(
        output, context.workspace, replaceable=is_prediction, overwrite=overwrite, inputs=inputs
    )


def prelabel(
    context: Context,
    articles: Iterable[Article],
    model: Model,
    output: Path,
    *,
    processes: int = 1,
    overwrite: bool = False,
    on_article: Callable[[], None] | None = None,
) -> PrelabelResult:
    """Write the articles with the model's predictions to `output`, whole or not at all.

    Raises `UsageError` where `output` is a file that holds something else than predictions, unless
    `overwrite` allows that.
    """
    check_output(context, output, overwrite=overwrite)
    scheme = context.scheme
    pipeline = context.models.load(model)
    spans: dict[str, int] = {}
    links = 0

    def lines() -> Iterator[str]:
        nonlocal links
        once, again = tee(articles)
        predictions = pipeline.predict(once, processes=processes)
        for article, prediction in zip(again, predictions, strict=True):
            if on_article is not None:
                on_article()
            if prediction is None:
                continue
            for span in prediction.spans:
                spans[span.label] = spans.get(span.label, 0) + 1
            links += len(prediction.links)
            yield dumps(article_line_to_json(prediction_line(article, prediction, scheme)))

    count = write_lines_atomic(output, lines())
    return PrelabelResult(
        articles=count,
        spans=spans,
        links=links,
        model_version=model.version,
        left_out=dict(pipeline.left_out),
    )


def prediction_line(article: Article, prediction: Prediction, scheme: LabelScheme) -> ArticleLine:
    """Return a prediction as an article line."""
    return ArticleLine(
        article=article,
        spans=prediction.spans,
        links=prediction.links,
        labels=scheme.all_names,
        scores=prediction.scores,
        model_version=prediction.model_version,
    )

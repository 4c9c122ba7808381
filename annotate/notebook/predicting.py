"""Pre-labels without a workspace and without files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.labels import LabelScheme
from annotate.notebook.given import as_articles
from annotate.notebook.scheme import label_scheme
from annotate.records import Article, Prediction

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.workflow.state.models import Loaded


class Predictions(list[Prediction]):
    """A prediction an article, in order.

    `left_out` counts by name what the model found and the labels cannot hold.
    """

    def __init__(
        self,
        predictions: Iterable[Prediction] = (),
        *,
        model_version: str = "",
        left_out: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(predictions)
        self.model_version = model_version
        self.left_out = dict(left_out or {})


def prelabel(
    articles: Iterable[Article | str],
    *,
    model: str | Path | None = None,
    scheme: LabelScheme | None = None,
) -> Predictions:
    """Return what a model marks in texts or articles, one prediction each, in order.

    `model` is the directory of a trained pipeline; by default the rules for English. `scheme` says
    which labels there are; by default those of the shipped labelling config, `label_scheme()`.

    >>> text = "Officials said the bridge may close."
    >>> prediction, = annotate.prelabel([text])
    >>> for span in prediction.spans:
    ...     print(span.label, span.start, span.end, text[span.start : span.end])
    Source 0 14 Officials said
    Claim 15 35 the bridge may close
    Hedge 26 29 may

    Offsets are code points, half-open. Raises `ModelError` where the directory holds no pipeline or
    one for other labels, `UsageError` for a single text outside of a list, `RecordError` for an
    empty one.
    """
    from annotate.pipeline.prediction import load_rules, load_trained
    from annotate.pipeline.registry import ModelStore, model_at

    known = as_articles(articles)
    labels = scheme or label_scheme()
    if model is None:
        pipeline = load_rules(labels, ModelStore(Path()).rules().version)
    else:
        path = Path(model)
        pipeline = load_trained(path, labels, model_at(path).version)
    return predictions_of(pipeline, known)


def predictions_of(pipeline: Loaded, articles: Iterable[Article]) -> Predictions:
    """Return the predictions of a loaded model; raises `ModelError` where it gives none."""
    from annotate.workflow.state.models import predict_all

    found = list(predict_all(pipeline, articles))
    return Predictions(
        found, model_version=pipeline.model_version, left_out=dict(pipeline.left_out)
    )

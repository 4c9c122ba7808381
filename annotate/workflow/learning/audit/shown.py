"""What people saw before they annotated: predictions that were kept, else the same model again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotate.errors import AnnotateError, UnknownModelError
from annotate.exports.lines import ExportedArticle
from annotate.origins import KEPT
from annotate.pipeline.fitting import fit
from annotate.pipeline.registry import Model, kept_name
from annotate.pipeline.rule_labels import ENGLISH
from annotate.quality.corrections.work import RuleNames
from annotate.records import Annotation, Article, ArticleKey, Prediction
from annotate.studio.results import UNKNOWN_MODEL
from annotate.workflow.state.context import Context
from annotate.workflow.state.models import predict_all

BLIND = "annotations of blind articles, which saw no machine's marks"
UNNAMED = "annotations that name no prediction: begun from nothing, or unsaved work taken up again"
FROM_FILES = "annotations from files and from reviewers, of which nobody knows what they saw"
FORGOTTEN = "annotations of predictions that the server had forgotten when they were read"
GONE = "annotations whose prediction is not kept, and whose model is gone or runs other code"
COSTS = "annotations whose prediction is not kept, and whose model asks a server"
UNFIT = "predicted marks of labels that the labelling config has not any more"
FAILED = "annotations whose prediction is not kept, and whose model cannot be loaded"

_SHARED = 300  # articles from which on a second process is worth its start


@dataclass(slots=True, kw_only=True)
class Shown:
    """Annotations with what they began with, in the order of the articles, and what is not there.

    `kept` and `asked` count annotations by model version, by where the prediction comes from.
    """

    work: list[tuple[ExportedArticle, list[tuple[Annotation, Prediction]]]] = field(
        default_factory=list
    )
    left_out: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    rules: dict[ArticleKey, RuleNames] = field(default_factory=dict)
    """The rules' names, where the rules themselves were asked again."""


def find_shown(context: Context, lines: Sequence[ExportedArticle]) -> Shown:
    """Return the annotations of `lines` whose prediction is known word for word.

    A model is asked again where it is the very version that was shown, code included; none is
    asked that asks somebody else.
    """
    shown = Shown()
    found: dict[tuple[ArticleKey, str], Prediction] = {}
    missing: dict[str, dict[ArticleKey, Article]] = {}
    begun: list[tuple[ExportedArticle, list[Annotation]]] = []
    with context.seen(reads=True) as seen:
        for line in lines:
            held = list(_begun(line, shown.left_out))
            for version in sorted({a.prediction_shown or "" for a in held}):
                prediction = seen.prediction(line.article, version)
                if prediction is None:
                    missing.setdefault(version, {})[line.key] = line.article
                else:
                    found[line.key, version] = _as_named_now(context, prediction, shown.left_out)
            if held:
                begun.append((line, held))
    why: dict[str, str] = {}
    for version, articles in sorted(missing.items()):
        model = _same_model(context, version)
        if isinstance(model, str):
            why[version] = model
            continue
        try:
            for prediction, names in _again(context, model, list(articles.values())):
                key = ArticleKey(prediction.article_id, prediction.text_sha256)
                found[key, version] = prediction
                if names is not None:
                    shown.rules[key] = names
        except AnnotateError:
            why[version] = FAILED
    for line, held in begun:
        pairs = list(_paired(line, held, found, why, missing, shown))
        if pairs:
            shown.work.append((line, pairs))
    return shown


def _again(
    context: Context, model: Model, articles: Sequence[Article]
) -> Iterator[tuple[Prediction, RuleNames | None]]:
    """Yield what a model says of articles, and, of the rules, which of them says it."""
    if model.path is None and model.predicts and context.settings.language == ENGLISH:
        from annotate.pipeline.rule_names import predict_by_rules

        yield from predict_by_rules(
            articles,
            scheme=context.scheme,
            version=model.version,
            aliases=context.settings.aliases,
            lexicons=context.workspace.lexicons,
        )
        return
    loaded = context.models.load(model)
    processes = 2 if len(articles) >= _SHARED else 1
    for prediction in predict_all(loaded, articles, processes=processes):
        yield prediction, None


def _as_named_now(context: Context, said: Prediction, left_out: Counter[str]) -> Prediction:
    """Return a prediction that was kept under the labels of now; what has none is left out."""
    scheme, aliases = context.scheme, context.settings.aliases
    if not aliases and all(span.label in scheme.span_labels for span in said.spans):
        return said
    unfit: Counter[str] = Counter()
    spans, links = fit(said.spans, said.links, scheme, aliases=aliases, left_out=unfit)
    if unfit:
        left_out[UNFIT] += unfit.total()
    ids = {span.id for span in spans}
    scores = {key: score for key, score in said.scores.items() if key in ids}
    return replace(said, spans=spans, links=links, scores=scores)


def _begun(line: ExportedArticle, left_out: Counter[str]) -> Iterator[Annotation]:
    """Yield the annotations that say with which model version they began."""
    for annotation in line.annotations:
        if annotation.annotation_id.startswith(KEPT):
            left_out[FROM_FILES] += 1
        elif annotation.prediction_shown is None:
            left_out[BLIND if line.blind else UNNAMED] += 1
        elif annotation.prediction_shown == UNKNOWN_MODEL:
            left_out[FORGOTTEN] += 1
        else:
            yield annotation


def _paired(
    line: ExportedArticle,
    held: Sequence[Annotation],
    found: Mapping[tuple[ArticleKey, str], Prediction],
    why: Mapping[str, str],
    missing: Mapping[str, Mapping[ArticleKey, Article]],
    shown: Shown,
) -> Iterator[tuple[Annotation, Prediction]]:
    for annotation in held:
        version = annotation.prediction_shown or ""
        prediction = found.get((line.key, version))
        if prediction is None:
            shown.left_out[why[version]] += 1
            continue
        again = line.key in missing.get(version, {})
        (shown.asked if again else shown.kept)[version] += 1
        yield annotation, prediction


def _same_model(context: Context, version: str) -> Model | str:
    """Return the model whose predictions carry this version now, else why there is none."""
    try:
        model = context.models.store.find(kept_name(version))
    except UnknownModelError:
        return GONE
    if model.version != version:
        return GONE
    return COSTS if model.asks is not None or model.configured else model

"""The audit of the latest export version for people who accept what the machine says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from annotate.errors import UnknownModelError
from annotate.exports.lines import ExportedArticle
from annotate.exports.manifests import Version
from annotate.labels import LabelScheme
from annotate.origins import KEPT
from annotate.pipeline.registry import NONE, Model, kept_name
from annotate.quality.bias import AuditedWork, BiasAudit, audit_bias
from annotate.records import Annotation, Prediction
from annotate.workflow.state.context import Context
from annotate.workflow.state.models import predict_all


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasReport:
    """All work together, and each annotator's own."""

    export: str
    models: Mapping[str, int]
    """Model versions that were asked again, with the annotations that they were asked for."""
    substituted: int
    """Corrected annotations whose own model is gone: the one in use was asked instead."""
    other_code: int
    """Corrected annotations whose own model other code runs by now: it may say something else."""
    left_out: int
    """Annotations of articles that are not blind, begun without pre-labels.

    They are no blind work: no hash has chosen them, and what was marked there taught the model.
    """
    model: str | None
    """Model in use; `None` where there is none."""
    everybody: BiasAudit
    by_annotator: Mapping[str, BiasAudit]

    def notes(self) -> list[str]:
        """Return what whoever reads the audit has to know of how it was made."""
        told = []
        if self.substituted:
            told.append(
                f"{self.substituted} annotations were made with models that are gone; the one in "
                "use was asked instead, and may have learned from this very work"
            )
        if self.other_code:
            told.append(
                f"{self.other_code} annotations were made with models that other code runs by now: "
                "they may not say again what people saw"
            )
        if self.left_out:
            told.append(
                f"left out: {self.left_out} annotations of articles that are not blind, begun "
                "without predictions"
            )
        if self.model is None:
            told.append("no model is in use: what people mark now, no machine has shown them")
        if self.models:
            asked = ", ".join(f"{name} {count}" for name, count in self.models.items())
            told.append(f"asked again: {asked}")
        return told


@dataclass(frozen=True, slots=True)
class _Item:
    line: ExportedArticle
    annotation: Annotation
    model: Model


def report_bias(
    context: Context,
    *,
    export: str | None = None,
    on_article: Callable[[int], None] | None = None,
) -> BiasReport:
    """Compare corrected with blind work of an export version.

    The model that an annotator was shown is asked again, for blind work the one that was shown most
    often; where it is gone, the model in use. What came from files is left out: nobody knows what
    those people saw. Raises `UnknownExportError`.
    """
    version = context.versions.find(export)
    return bias_of(context, version, context.versions.load(version).values(), on_article=on_article)


def bias_of(
    context: Context,
    version: Version,
    held: Iterable[ExportedArticle],
    *,
    on_article: Callable[[int], None] | None = None,
) -> BiasReport:
    """Return the same of the lines of a version that were loaded."""
    in_use = context.models.in_use()
    work = [
        (line, annotation)
        for line in held
        for annotation in line.annotations
        if not annotation.annotation_id.startswith(KEPT)
    ]
    clear = [(line, a) for line, a in work if line.blind == (a.prediction_shown is None)]
    items, substituted = _items(context, clear)
    by_model: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        by_model[item.model.version].append(item)
    works: list[AuditedWork] = []
    for group in by_model.values():
        loaded = context.models.load(group[0].model)
        predictions = predict_all(loaded, (item.line.article for item in group))
        for item, prediction in zip(group, predictions, strict=True):
            works.append(_work(item, prediction, context.scheme))
            if on_article is not None:
                on_article(1)
    people = sorted({work.annotator for work in works})
    asked = {name: len(group) for name, group in sorted(by_model.items()) if name != NONE}
    return BiasReport(
        export=version.name,
        models=asked,
        substituted=substituted,
        other_code=sum(
            item.annotation.prediction_shown is not None
            and item.model.name == kept_name(item.annotation.prediction_shown)
            and item.model.version != item.annotation.prediction_shown
            for item in items
        ),
        left_out=len(work) - len(clear),
        model=in_use.version if in_use.predicts else None,
        everybody=audit_bias(works),
        by_annotator={
            name: audit_bias(work for work in works if work.annotator == name) for name in people
        },
    )


def _items(
    context: Context, work: list[tuple[ExportedArticle, Annotation]]
) -> tuple[list[_Item], int]:
    store = context.models.store
    in_use = store.in_use()
    known: dict[str, Model | None] = {}
    for _, annotation in work:
        shown = annotation.prediction_shown
        if shown is not None and shown not in known:
            try:
                known[shown] = store.find(kept_name(shown))
            except UnknownModelError:
                known[shown] = None
    asked = Counter(
        (known[a.prediction_shown] or in_use).version for _, a in work if a.prediction_shown
    )
    models = {m.version: m for m in (*known.values(), in_use) if m is not None}
    usual = models[asked.most_common(1)[0][0]] if asked else in_use
    items = [
        _Item(line, a, (known[a.prediction_shown] or in_use) if a.prediction_shown else usual)
        for line, a in work
    ]
    return items, sum(
        a.prediction_shown is not None and not known[a.prediction_shown] for _, a in work
    )


def _work(item: _Item, prediction: Prediction, scheme: LabelScheme) -> AuditedWork:
    annotation = item.annotation
    known = {label for label in scheme.span_labels if label in annotation.labels}
    marked = {(s.start, s.end, s.label) for s in annotation.spans if s.label in known}
    said = {(s.start, s.end, s.label) for s in prediction.spans if s.label in known}
    return AuditedWork(
        article_id=item.line.article.article_id,
        annotator=annotation.annotator,
        blind=annotation.prediction_shown is None,
        words=len(item.line.article.text.split()),
        spans=Counter(label for _, _, label in marked),
        found=len(marked & said),
        predicted=len(said),
        lead_time=annotation.lead_time,
    )

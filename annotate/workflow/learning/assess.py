"""One evaluation: gold from a file or a version, and a model or a file of predictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.errors import UsageError
from annotate.workflow.learning.evaluate import evaluate_file, evaluate_model
from annotate.workflow.learning.evaluation import Evaluation
from annotate.workflow.learning.gold import Gold, gold_of_export, read_gold
from annotate.workflow.learning.taught import Taught, taught_any, taught_by
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The scores, what they were made on, and which of that taught the model."""

    evaluation: Evaluation
    gold: Gold
    taught: tuple[Taught, ...]
    other_code: str | None = None
    """What to know of a model that other code runs than it was kept with."""
    foreign: bool = False
    """Whether the model is the pre-labeller of annotate.yaml, which was taught elsewhere."""
    failed: tuple[str, ...] = ()
    """Gold articles of which the model gave no prediction."""
    strange: Mapping[str, int] = field(default_factory=dict)
    """Gold spans by label, of labels that the labelling config has not: they are not scored."""
    without: str | None = None
    """What follows where there is no model."""

    def warnings(self) -> list[str]:
        """Return everything that whoever reads the scores has to know."""
        told = [warning for taught in self.taught if (warning := taught.warning())]
        if self.strange:
            spans = ", ".join(f"{label} {count}" for label, count in self.strange.items())
            told.append(f"not scored, as the labelling config has no such label: gold {spans}")
        if self.without:
            told.append(self.without)
        if self.other_code:
            told.append(self.other_code)
        if self.foreign:
            told.append(
                f"nobody knows whether {self.evaluation.name} has read gold articles when it was "
                "made elsewhere"
            )
        if self.failed:
            told.append(
                f"{self.evaluation.name} gave no prediction of {len(self.failed)} gold articles, "
                f"which are scored as if it had marked nothing: {', '.join(self.failed)}"
            )
        gold = self.gold
        if not gold.lines:
            told.append(f"{gold.name}: no annotated article to score on")
        if gold.several:
            by = ", ".join(f"{rule} {count}" for rule, count in sorted(gold.rules.items()))
            told.append(
                f"{gold.several} gold articles were annotated several times: "
                f"{f'decided by {by}' if by else 'the line counts that says reference'}"
            )
        if gold.undecided:
            told.append(
                f"{len(gold.undecided)} annotated articles are left out, since no rule of "
                f"adjudication decides: {', '.join(gold.undecided[:5])}"
                f"{' and more' if len(gold.undecided) > 5 else ''}"
            )
        if gold.seen:
            told.append(
                f"in {gold.seen} gold articles people saw a machine's marks: they may agree with it"
            )
        return told

    def to_json(self) -> dict[str, Any]:
        """Return the scores as JSON, with what they were made on."""
        return {
            **self.evaluation.to_json(),
            "name": self.evaluation.name,
            "gold": {
                "name": self.gold.name,
                "source": self.gold.source,
                "split": self.gold.split,
                "several_annotations": self.gold.several,
                "decided_by": dict(self.gold.rules),
                "undecided": list(self.gold.undecided),
                "predictions_shown": self.gold.seen,
            },
            "without_prediction": list(self.failed),
            "unknown_labels": dict(self.strange),
            "taught": [taught.to_json() for taught in self.taught],
        }


def assess(
    context: Context,
    *,
    gold: Path | None = None,
    export: str | None = None,
    split: str | None = None,
    predicted: Path | None = None,
    model: str | None = None,
) -> Assessment:
    """Score a file of predictions, or a model (by default the one in use), against gold.

    Gold is a JSONL file, else an export version (by default the latest), of which the test articles
    count unless `split` says otherwise. Raises `UsageError` for what cannot go together,
    `InputError` for files that cannot be compared, and what the export store raises.
    """
    if gold is not None and export is not None:
        raise UsageError("give a file with gold or --export, not both")
    if predicted is not None and model is not None:
        raise UsageError("give a file with predictions or --model, not both")
    chosen = context.models.choose(model) if predicted is None else None
    if gold is not None:
        held = read_gold(gold, split=split)
    else:
        held = gold_of_export(context, export=export, split=split)
    articles = [line.article for line in held.lines]
    labels = Counter(span.label for line in held.lines for span in line.spans)
    failed: tuple[str, ...] = ()
    if chosen is not None:
        result = evaluate_model(context, held, chosen)
        found = taught_by(context, chosen, articles)
        taught = [] if found is None else [found]
        if chosen.configured and context.models.asked is not None:
            known = context.models.asked.failed
            failed = tuple(article.article_id for article in articles if article.key in known)
    elif predicted is not None:
        result, versions = evaluate_file(held, context.scheme.span_labels, predicted)
        taught = taught_any(context, versions, articles)
    return Assessment(
        evaluation=result,
        gold=held,
        taught=tuple(taught),
        other_code=None if chosen is None else chosen.other_code(),
        foreign=chosen is not None and chosen.configured,
        failed=failed,
        strange={
            label: count
            for label, count in sorted(labels.items())
            if label not in context.scheme.span_labels
        },
        without=None if chosen is None else chosen.without_predictions(),
    )

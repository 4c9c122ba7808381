"""Several models and files of predictions on the same gold, each compared with the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from annotate.errors import UsageError
from annotate.pipeline.registry import NONE
from annotate.quality.gate import Verdict, decide
from annotate.workflow.learning.assess import Assessment, assess
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """What was scored, in the order in which it was named."""

    assessments: tuple[Assessment, ...]
    verdicts: tuple[Verdict, ...]
    """What the gate says of the second and all further ones, if the first were in use."""

    def warnings(self) -> list[str]:
        """Return everything that whoever reads the scores has to know, each once."""
        return list(dict.fromkeys(said for each in self.assessments for said in each.warnings()))

    def to_json(self) -> dict[str, Any]:
        """Return the scores of each as JSON, with the verdict on all but the first."""
        verdicts = [None, *(asdict(verdict) for verdict in self.verdicts)]
        return {
            "compared": [
                {**assessment.to_json(), "verdict": verdict}
                for assessment, verdict in zip(self.assessments, verdicts, strict=True)
            ]
        }


def assess_each(
    context: Context,
    *,
    models: Sequence[str],
    predicted: Sequence[Path],
    gold: Path | None = None,
    export: str | None = None,
    split: str | None = None,
) -> SideBySide:
    """Score models, then files of predictions, on the same gold, as `assess` does each.

    Raises `UsageError` where two of them are the same, and what `assess` raises.
    """
    settings: dict[str, Any] = {"gold": gold, "export": export, "split": split}
    found = [assess(context, model=model, **settings) for model in models]
    found += [assess(context, predicted=path, **settings) for path in predicted]
    names = [each.evaluation.name for each in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"{', '.join(twice)}: named twice, and nothing to compare")
    gate = context.settings.gate
    first = found[0].evaluation
    blind = len(found[0].gold.lines) - found[0].gold.seen
    return SideBySide(
        assessments=tuple(found),
        verdicts=tuple(
            decide(
                first.scores,
                each.evaluation.scores,
                context.scheme.span_labels,
                margin=gate.margin,
                min_articles=gate.min_test_articles,
                samples=gate.samples,
                blind=blind,
                weights=gate.weights,
                nothing=first.name == NONE,
            )
            for each in found[1:]
        ),
    )

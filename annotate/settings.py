"""What annotate.yaml may hold, section by section."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from annotate.prelabellers.settings import PrelabellerSettings

AdjudicationRule = Literal["ground_truth", "reviewer", "majority", "latest"]

_Share = Annotated[float, Field(ge=0.0, lt=1.0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class StudioSettings(_Section):
    """Which Label Studio is used; without a URL the embedded one of the workspace."""

    url: str | None = None
    api_key_file: str | None = None
    project_id: int | None = None
    port: Annotated[int, Field(ge=1024, le=65535)] = 8080
    commit_wait: Annotated[int, Field(ge=1, le=86_400)] = 900
    """Seconds for which a server may still commit an import that it did not answer."""


class SplitSettings(_Section):
    """Shares of articles for development and test; the rest trains."""

    dev: _Share = 0.15
    test: _Share = 0.25

    @model_validator(mode="after")
    def _leave_some_for_training(self) -> SplitSettings:
        if self.dev + self.test >= 1.0:
            raise ValueError("dev and test leave nothing for training (their sum must be below 1)")
        return self


class AnnotatorSettings(_Section):
    """Which share of the articles several people annotate, and how many they are."""

    share: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    each: Annotated[int, Field(ge=1, le=20)] = 2


class TrainingSettings(_Section):
    """How `annotate retrain` trains; `None` lets the number of articles decide."""

    seed: int = 0
    epochs: Annotated[int, Field(ge=1, le=100)] | None = None
    weak_pretraining: bool | None = None
    vectors: bool = False
    weak_epochs: Annotated[int, Field(ge=1, le=20)] = 2
    config: str | None = None
    """A partial spaCy config that changes the network and how it learns."""


class GateSettings(_Section):
    """When a candidate replaces the pipeline in use."""

    margin: Annotated[float, Field(ge=0.0, le=1.0)] = 0.01
    min_test_articles: Annotated[int, Field(ge=1)] = 30
    weights: dict[str, Annotated[float, Field(ge=0.0)]] = {}
    samples: Annotated[int, Field(ge=100, le=100_000)] = 2000
    min_articles: Annotated[int, Field(ge=5)] = 10
    folds: Annotated[int, Field(ge=2, le=20)] = 5
    repeats: Annotated[int, Field(ge=0, le=20)] = 2


class Settings(_Section):
    """What annotate.yaml may hold; unknown keys are refused."""

    project: Annotated[str, Field(min_length=3, max_length=50)] = "News claims"
    label_config: str = "label_configs/claims.xml"
    guidelines: str | None = "label_configs/guidelines.md"
    articles: list[str] = ["articles"]
    exports: str = "exports"
    models: str = "models"
    encoding: str | None = None
    links: dict[str, Annotated[list[str], Field(min_length=2, max_length=2)]] = {}
    infer_links: bool = False  # whether a pull completes the links that people did not draw
    aliases: dict[str, str] = {}
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "en"
    lexicons: list[str] = []
    studio: StudioSettings = StudioSettings()
    split: SplitSettings = SplitSettings()
    annotators: AnnotatorSettings = AnnotatorSettings()
    training: TrainingSettings = TrainingSettings()
    gate: GateSettings = GateSettings()
    adjudication: list[AdjudicationRule] = [*("ground_truth", "reviewer", "latest")]
    """Which of several annotations of an article counts: the first rule that decides."""
    prelabeller: PrelabellerSettings | None = None

    @field_validator("adjudication")
    @classmethod
    def _let_each_rule_decide(cls, rules: list[AdjudicationRule]) -> list[AdjudicationRule]:
        if not rules:
            raise ValueError("no rule; there are ground_truth, reviewer, majority and latest")
        if len(set(rules)) != len(rules):
            raise ValueError("a rule stands twice")
        if "latest" in rules[:-1]:
            raise ValueError("latest always decides, so no rule after it can: name it last")
        return rules

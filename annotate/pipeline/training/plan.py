"""What a training is given, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spacy.language import Language

from annotate.pipeline.rule_labels import ENGLISH
from annotate.pipeline.training.config import Schedule
from annotate.pipeline.training.corpus import CorpusReport
from annotate.pipeline.training.overrides import ConfigOverrides
from annotate.records import Annotation, Article

Gold = Sequence[tuple[Article, Annotation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What is learned from what."""

    train: Gold
    dev: Gold
    pool: Sequence[str]
    """Texts without labels, for weak pretraining and word vectors."""
    foreign: Gold = ()
    """Other people's corpora: learned before one's own gold, which decides."""
    examples: Gold = ()
    """Gold from which choices are learned as well (types of sources …), and nothing else."""
    weak_labels: Sequence[str] | None = None
    """Labels that are learned from the rules' spans of the pool first; `None`: all of them."""
    labels: Sequence[str]
    seed: int = 0
    vectors: bool = False
    """Whether to learn word vectors from pool and training texts first."""
    epochs: int | None = None
    weak_epochs: int = 2
    language: str = ENGLISH
    """Code of spaCy's blank pipeline; the rules take part in English alone."""
    lexicons: Sequence[Path] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """What labels that the rules know are called here."""
    overrides: ConfigOverrides | None = None
    """What the workspace's own config changes in the one that trains."""
    gpu_id: int = -1
    """The graphics card that trains; -1 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Where the pipeline lies and what went into it."""

    path: Path
    train: CorpusReport
    dev: CorpusReport
    foreign: CorpusReport
    weak_articles: int
    filled: Mapping[str, int]
    """Label → articles in which nobody annotated it, and the rules' spans of it were learned."""
    choices: Sequence[str]
    """What was learned besides the spans: `Source.source_type` …"""
    vectors: int
    """Words with a vector of their own."""
    score_scale: tuple[float, float]
    """Slope and intercept that make the scores keep their word on development articles."""
    schedule: Schedule
    nested_labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretrained:
    """What trainings on different parts of one's own gold have in common."""

    rules: Language
    nested_labels: tuple[str, ...]
    start: Path | None
    """Where the weights lie; `None` where there was nothing to learn beforehand."""
    vectors: Path | None
    vector_words: int
    weak_articles: int
    foreign: CorpusReport
    filled: Mapping[str, int]

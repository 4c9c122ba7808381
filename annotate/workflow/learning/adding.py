"""A spaCy pipeline that somebody else made becomes a model of the workspace."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.errors import ModelError, UsageError
from annotate.pipeline.registry import Model
from annotate.records import Article
from annotate.workflow.learning.scratch import training_directory
from annotate.workflow.state.context import Context

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.discovery import Found, Source
    from annotate.pipeline.reading import Reading

TRIED_ON = 50
"""Articles on which a pipeline is tried before it is added."""

_RESERVED = re.compile(r"(rules|prelabeller)(-.*)?|none|.*-code-.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPlan:
    """What would be added, and what it was seen to find."""

    source: Source
    given: str
    """The directory or package, as the user named it."""
    name: str
    reading: Reading
    found: Found
    fitting: Mapping[str, int]
    """Label of ours → spans that the trial found."""
    left_out: Mapping[str, int]
    """Label that the labelling config has not → spans that the trial found."""
    unmet: tuple[str, ...]
    """Labels in --labels and --drop that the pipeline neither names nor showed."""

    language: str
    """The language of the workspace's articles."""

    def warnings(self) -> list[str]:
        """Return everything that whoever adds it has to know."""
        told = []
        theirs = str(self.source.nlp.lang)
        if self.language not in (theirs, "xx") and theirs != "xx":
            told.append(
                f"it is a pipeline for {theirs!r}, and annotate.yaml says language: {self.language}"
            )
        if not self.found.articles:
            told.append("the workspace has no article: the pipeline was not tried")
        elif not sum(self.fitting.values()):
            told.append(f"it finds nothing in {self.found.articles} articles of the workspace")
        if self.left_out:
            named = ", ".join(f"{label} {count}" for label, count in self.left_out.items())
            told.append(
                f"left out, since the labelling config has no such label: {named}; --labels "
                "FROM=TO brings them, --drop LABEL leaves them out without a word"
            )
        if self.unmet:
            told.append(f"it has no label {', '.join(self.unmet)}: {self.found}")
        return told

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "from": self.given,
            "name": self.name,
            "reads": self.reading.to_json(),
            "found": self.found.to_json(),
            "fitting": dict(self.fitting),
            "left_out": dict(self.left_out),
            "warnings": self.warnings(),
        }


def plan_add(
    context: Context,
    wanted: str,
    *,
    spans_key: str | None = None,
    ents: bool = False,
    labels: Mapping[str, str] | None = None,
    drop: Sequence[str] = (),
    name: str | None = None,
) -> AddPlan:
    """Load a pipeline from a directory or a package, try it on articles, and see what fits.

    Without `spans_key` or `ents` the group `sc` is read, else the only group, else the entities.
    Raises `ModelError` that lists what the pipeline has where nothing of it fits, `UsageError` for
    what cannot go together.
    """
    from annotate.pipeline.discovery import look_at, open_source
    from annotate.pipeline.reading import Reading

    if ents and spans_key is not None:
        raise UsageError("give --spans-key or --ents, not both")
    labels = labels or {}
    if both := sorted(labels.keys() & set(drop)):
        raise UsageError(f"{', '.join(both)}: both in --labels and in --drop")
    scheme = context.scheme
    for ours in labels.values():
        if ours not in scheme.span_labels:
            raise UsageError(
                f"--labels: {ours!r} is no label of the labelling config, which has "
                f"{', '.join(scheme.span_labels)}"
            )
    source = open_source(wanted)
    found = look_at(source.nlp, _trial(context))
    if not ents and spans_key is None:
        spans_key = found.only_key()
    reading = Reading(
        spans_key=spans_key, labels=dict(labels), drop=frozenset(drop), package=source.package
    )
    there = found.of(spans_key)
    aliases = context.settings.aliases
    fitting: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for label, count in there.items():
        if (ours_now := reading.name(label)) is None:
            continue
        ours_now = aliases.get(ours_now, ours_now)
        if ours_now in scheme.span_labels:
            fitting[ours_now] += count
        else:
            left_out[label] += count
    if not fitting:
        raise ModelError(
            f"{wanted}: nothing in its {reading} fits; in {found.articles} articles it has "
            f"{found}; the labelling config has {', '.join(scheme.span_labels)}",
            hint="map its labels: --labels FROM=TO; or read something else of it: --spans-key KEY, "
            "--ents",
        )
    return AddPlan(
        source=source,
        given=wanted,
        name=_name(wanted, name),
        reading=reading,
        found=found,
        fitting=dict(fitting),
        left_out=dict(left_out),
        language=context.settings.language,
        unmet=tuple(sorted({*labels, *drop} - there.keys())),
    )


def apply_add(context: Context, plan: AddPlan) -> Model:
    """Copy the pipeline into the registry, under the hash of its files and of what is read."""
    from annotate.pipeline.reading import write_reading

    store = context.models.store
    lineage = {
        "created_at": context.clock().isoformat(timespec="seconds"),
        "state": "added",
        "from": plan.given,
        "package": plan.source.package,
        "meta": dict(plan.source.meta),
        "reads": plan.reading.to_json(),
        "found": plan.found.to_json(),
    }
    with training_directory(store.directory) as directory:
        staged = directory / "pipeline"
        # Links, not copies: what is kept is copied from them, and a pipeline may be large.
        shutil.copytree(
            plan.source.path.resolve(),
            staged,
            copy_function=os.symlink,
            ignore=shutil.ignore_patterns("__pycache__", ".git"),
        )
        write_reading(staged, plan.reading)
        return store.keep(staged, name=plan.name, lineage=lineage)


def _trial(context: Context) -> list[Article]:
    return list(islice(context.articles().articles, TRIED_ON))


def _name(wanted: str, name: str | None) -> str:
    if name is not None:
        if _RESERVED.fullmatch(name):
            raise ModelError(f"{name!r} is no name for a model: it means something else already")
        return name
    made = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(wanted).resolve().name).strip("._-")
    return made if made and not _RESERVED.fullmatch(made) else "added"

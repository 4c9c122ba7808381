"""The models of a workspace: one directory each, what they came from, and which is in use.

    models/<model version>/          a spaCy pipeline
    models/<model version>.json      its lineage: export version, counts, scores, the gate's verdict
    models/in-use                    the model version that pre-labels

A model version is a name and a hash of weights, config, lexicons and code. The lineage lies
outside the hash, and keeps the hashes of files and code apart. After an upgrade other code runs a
pipeline, and it may predict otherwise: its predictions come under another version, the former one
with `-code-` and the code's hash. A pipeline whose files were changed is refused. `rules` stands
for the rule pre-labeller, `prelabeller` for the one that annotate.yaml names, and `none` for no
model at all: none of them needs a directory.
"""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.errors import ModelError, UnknownModelError
from annotate.files import place_directory, write_atomic
from annotate.pipeline.hashing import code_hash, files_hash, pipeline_hash, rules_hash
from annotate.pipeline.rule_labels import ENGLISH, why_no_rules

RULES = "rules"
NONE = "none"
"""Name and version of no model: it marks nothing, and tasks are pushed without predictions."""

PRELABELLER = "prelabeller"
"""Name of the pre-labeller that annotate.yaml names; its version is its own."""

_CODE = "-code-"
"""Stands in a version between a kept model's name and the hash of other code that runs it."""

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that was kept; `lineage` is empty for the rules and for none.

    `version` is what its predictions carry now.
    """

    version: str
    path: Path | None
    lineage: Mapping[str, Any]
    unknown: tuple[str, ...] = ()
    language: str = ENGLISH
    """Of no model: the labels, where the rules know none of them, and the articles' language."""
    configured: bool = False
    """Whether annotate.yaml names it, as `prelabeller`."""
    asks: str | None = None
    """Host that is asked for each prediction that is not known yet."""

    @property
    def predicts(self) -> bool:
        """Whether it marks anything at all."""
        return self.version != NONE

    def without_predictions(self) -> str | None:
        """Return, where no model is in use, what follows from it."""
        if self.predicts:
            return None
        why = why_no_rules(self.unknown, self.language) or "no model"
        return f"{why}: tasks are pushed without predictions; annotate retrain makes a model"

    @property
    def name(self) -> str:
        """Under which it was kept: its directory's name; the version says also what runs it."""
        return kept_name(self.version)

    def other_code(self) -> str | None:
        """Return, for a model that other code runs than it was kept with, what that means."""
        if self.version == self.name:
            return None
        return (
            f"{self.name} was kept with other code than runs it now: it may predict otherwise, and "
            f"its predictions come as {self.version}; annotate retrain makes one with this code"
        )


class ModelStore:
    """The models of one workspace; `unknown` returns its labels where the rules know none.

    `configured` returns the pre-labeller that annotate.yaml names, if it does.
    """

    def __init__(
        self,
        directory: Path,
        *,
        lexicons: Sequence[Path] = (),
        unknown: Callable[[], tuple[str, ...]] = tuple,
        language: str = ENGLISH,
        configured: Callable[[], Model | None] = lambda: None,
    ) -> None:
        self.directory = directory
        self._lexicons = lexicons
        self._unknown = unknown
        self._language = language
        self._configured = configured

    def rules(self) -> Model:
        """Return the rule pre-labeller; its version changes with its lexicons and its code."""
        digest = rules_hash(self._lexicons)
        return Model(version=f"{RULES}-{digest[:12]}", path=None, lineage={})

    def none(self) -> Model:
        """Return no model: it marks nothing."""
        labels = self._unknown()
        return Model(version=NONE, path=None, lineage={}, unknown=labels, language=self._language)

    def untrained(self, *, configured: bool = True) -> list[Model]:
        """Return what can be used before anything was trained.

        Without `configured` the pre-labeller that annotate.yaml names is left out, which may fail.
        """
        named = self._configured() if configured else None
        rules = [] if self._unknown() else [self.rules()]
        return [*([] if named is None else [named]), *rules, self.none()]

    def models(self) -> list[Model]:
        """Return the trained models, oldest first."""
        found = []
        for path in sorted(self.directory.glob("*.json")):
            lineage = _lineage(path)
            if (self.directory / path.stem).is_dir():
                found.append(_kept(self.directory / path.stem, lineage))
        return sorted(found, key=lambda model: str(model.lineage.get("created_at") or ""))

    def find(self, wanted: str) -> Model:
        """Return the model of that version, its unique beginning, or name.

        `rules`, `none` and `prelabeller` are names. Raises `UnknownModelError` that lists what
        there is.
        """
        if wanted == NONE:
            return self.none()
        rules = self.rules()
        if wanted in (RULES, rules.version):
            return rules
        models = self.models()
        for model in models:
            if wanted in (model.version, model.name):
                return model
        configured = self._configured()
        if configured is not None:
            if wanted == PRELABELLER:
                return configured
            models.append(configured)
        fitting = [model for model in models if model.version.startswith(wanted)]
        if len(fitting) != 1:
            named = [RULES, NONE, *([] if configured is None else [PRELABELLER])]
            known = ", ".join([*named, *(model.version for model in models)])
            what = "no model" if not fitting else "more than one model"
            raise UnknownModelError(f"{what} is {wanted!r}; there are: {known}")
        return fitting[0]

    def in_use(self) -> Model:
        """Return the model that pre-labels.

        Until one was chosen it is the pre-labeller that annotate.yaml names, else the rules, and
        none where the rules know none of the labels.
        """
        try:
            chosen = (self.directory / "in-use").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return self.untrained()[0]
        if chosen == RULES:
            return self.rules()
        try:
            return self.find(chosen)
        except UnknownModelError as error:
            raise UnknownModelError(
                f"the model in use, {chosen!r}, is gone: {error.message}",
                hint="choose another with: annotate models use NAME",
            ) from None

    def use(self, model: Model) -> None:
        """Make a model the one that pre-labels."""
        rules = model.path is None and model.predicts
        name = PRELABELLER if model.configured else RULES if rules else model.name
        write_atomic(self.directory / "in-use", name + "\n")

    def keep(self, pipeline: Path, *, name: str, lineage: Mapping[str, Any]) -> Model:
        """Copy a trained pipeline into the registry and return it under its version.

        A pipeline that is already there (same hash) keeps its place and gets the new lineage. What
        a run that was killed has copied in part is removed: one at a time keeps models.
        """
        if not _SAFE.fullmatch(name):
            raise ModelError(f"{name!r} is no name for a model: letters, digits, . _ - only")
        version = f"{name}-{pipeline_hash(pipeline)[:12]}"
        target = self.directory / version
        for left in self.directory.glob(".*.partial"):
            shutil.rmtree(left, ignore_errors=True)
        if not target.exists():
            partial = self.directory / f".{version}.partial"
            shutil.copytree(pipeline, partial)
            place_directory(partial, target)
        hashes = {"files": files_hash(target), "code": code_hash()}
        whole = {**lineage, "hashes": hashes}
        write_atomic(
            self.directory / f"{version}.json",
            json.dumps(whole, indent=2, ensure_ascii=False) + "\n",
        )
        return Model(version=version, path=target, lineage=whole)


def model_at(path: Path) -> Model:
    """Return the pipeline of any directory as a model; one of a registry keeps version and lineage.

    One whose files were changed since it was kept has a version of its own, and no lineage. Raises
    `ModelError` where there is none.
    """
    check_pipeline(path)
    digest = pipeline_hash(path)[:12]
    name = path.resolve().name
    beside = path.resolve().with_name(f"{name}.json")
    lineage = _lineage(beside) if beside.is_file() else {}
    known = (lineage.get("hashes") or {}).get("files")
    if known is not None and known == files_hash(path):
        return replace(_kept(path.resolve(), lineage), path=path)
    if name.endswith(f"-{digest}"):
        return Model(version=name, path=path, lineage=lineage)
    return Model(version=f"{name}-{digest}", path=path, lineage={})


def kept_name(version: str) -> str:
    """Return the name under which the model of a version was kept, whatever code runs it."""
    return version.partition(_CODE)[0]


def check_kept(model: Model) -> None:
    """Raise `ModelError` for a kept model whose files are not those that were kept."""
    known = (model.lineage.get("hashes") or {}).get("files")
    if model.path is None or known is None or known == files_hash(model.path):
        return
    raise ModelError(
        f"{model.path}: the model's files are not those that were kept",
        hint="put them back, or train anew: annotate retrain (before that: annotate models use "
        "rules, or none, where the model is in use)",
    )


def check_pipeline(path: Path) -> None:
    """Raise `ModelError` for a directory that holds no pipeline, before all of it is read."""
    if not (path / "config.cfg").is_file():
        raise ModelError(f"{path}: no spaCy pipeline there (config.cfg is missing)")


def _kept(path: Path, lineage: Mapping[str, Any]) -> Model:
    """Return a kept model under the version that its predictions carry with the code of now."""
    known = (lineage.get("hashes") or {}).get("code")
    if known is None:  # kept before code and files were told apart
        same = path.name.endswith(f"-{_whole_hash(path, path.stat().st_mtime_ns)[:12]}")
    else:
        same = known == code_hash()
    version = path.name if same else f"{path.name}{_CODE}{code_hash()[:8]}"
    return Model(version=version, path=path, lineage=lineage)


@functools.lru_cache(maxsize=256)
def _whole_hash(path: Path, _changed: int) -> str:
    return pipeline_hash(path)


def _lineage(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: the model's lineage cannot be read: {error}") from None
    if not isinstance(value, dict):
        raise ModelError(f"{path}: expected an object")
    return value

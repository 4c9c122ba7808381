"""annotate.yaml → `Workspace`: paths, settings, and secrets from outside the file.

Precedence: command-line flag > environment variable > annotate.yaml > default.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from annotate.errors import LabelConfigError, NoWorkspaceError, WorkspaceError
from annotate.files import slug, write_atomic
from annotate.labels import LabelScheme, parse_label_config
from annotate.plain_yaml import line_of, line_of_key, parse_yaml
from annotate.prelabellers.settings import SECTIONS, PackageSettings
from annotate.settings import Settings

CONFIG_NAME = "annotate.yaml"
STATE_DIRECTORY = ".annotate"
_EXPORTS_DIRECTORY = "exports-directory"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A directory with an annotate.yaml, and everything that it names."""

    root: Path
    settings: Settings

    @property
    def state(self) -> Path:
        """Where annotate keeps what is its own: server, register, pseudonyms."""
        return self.root / STATE_DIRECTORY

    @property
    def models(self) -> Path:
        """Directory of the model registry."""
        return self.root / self.settings.models

    @property
    def exports(self) -> Path:
        """Directory of the export versions of this workspace's project.

        It follows the project: once versions were written it stays, whatever the project is called.
        """
        named = self.root / self.settings.exports / slug(self.settings.project)
        kept = self._kept_exports()
        if kept is None:
            return named
        former = named.parent / kept
        return named if _has_versions(named) and not _has_versions(former) else former

    def keep_exports(self) -> None:
        """Remember the directory of the export versions, for a project whose title changes."""
        name = self.exports.name
        if self._kept_exports() != name:
            write_atomic(self.state / _EXPORTS_DIRECTORY, name + "\n")

    def other_exports(self) -> list[str]:
        """Return the names of directories beside `exports` that hold versions of other projects."""
        exports = self.exports
        found = sorted(exports.parent.glob("*"))
        return [path.name for path in found if path != exports and _has_versions(path)]

    def _kept_exports(self) -> str | None:
        try:
            name = (self.state / _EXPORTS_DIRECTORY).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return name if name and Path(name).name == name else None

    @property
    def lexicons(self) -> tuple[Path, ...]:
        """Extra lexicon files of the rules."""
        return tuple(self.root / name for name in self.settings.lexicons)

    @property
    def training_config(self) -> Path | None:
        """The workspace's own spaCy config for training, where it names one."""
        name = self.settings.training.config
        return None if name is None else self.root / name

    def label_config(self) -> str:
        """Return the labelling config's XML; raises `LabelConfigError` naming the file."""
        return _read(self.root / self.settings.label_config, "label_config")

    def scheme(self) -> LabelScheme:
        """Return the label scheme of the labelling config and the workspace's link ends."""
        scheme = parse_label_config(
            self.label_config(), name=str(self.root / self.settings.label_config)
        )
        ends = {name: (pair[0], pair[1]) for name, pair in self.settings.links.items()}
        return scheme.with_link_ends(ends)

    def guidelines(self) -> str | None:
        """Return the annotators' guidelines (Markdown), where the workspace names some."""
        if self.settings.guidelines is None:
            return None
        return _read(self.root / self.settings.guidelines, "guidelines")


def _has_versions(directory: Path) -> bool:
    return any((directory / "versions").glob("*.json"))


def find_workspace(start: Path, environment: Mapping[str, str] | None = None) -> Workspace:
    """Return the workspace that `start` lies in: the nearest directory with an annotate.yaml.

    Raises `NoWorkspaceError` where there is none, with the next step.
    """
    start = start.resolve()
    for directory in (start, *start.parents):
        if (directory / CONFIG_NAME).is_file():
            return load_workspace(directory, environment)
    raise NoWorkspaceError(
        f"no {CONFIG_NAME} in {start} or above it",
        hint="make a workspace with: annotate init DIR",
    )


def load_workspace(root: Path, environment: Mapping[str, str] | None = None) -> Workspace:
    """Read `root`/annotate.yaml; raises `WorkspaceError` with file, line and what was expected."""
    path = root / CONFIG_NAME
    try:
        raw = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise WorkspaceError(
            f"{path}: cannot be read: {reason}", hint="make a workspace with: annotate init DIR"
        ) from None
    try:
        node, value = parse_yaml(raw)
    except yaml.YAMLError as error:
        line = line_of(error)
        where = "" if line is None else f":{line}"
        problem = getattr(error, "problem", None) or "broken"
        raise WorkspaceError(f"{path}{where}: not YAML: {problem}") from None
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise WorkspaceError(f"{path}:1: expected keys and values")
    _apply_environment(value, os.environ if environment is None else environment)
    try:
        settings = Settings.model_validate(value)
    except ValidationError as error:
        raise WorkspaceError(_first_problem(path, node, error)) from None
    return Workspace(root=root.resolve(), settings=settings)


_ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "ANNOTATE_PROJECT": ("project",),
    "ANNOTATE_STUDIO_URL": ("studio", "url"),
    "ANNOTATE_API_KEY_FILE": ("studio", "api_key_file"),
}


def _apply_environment(value: dict[str, Any], environment: Mapping[str, str]) -> None:
    for variable, keys in _ENVIRONMENT.items():
        given = environment.get(variable)
        if given:
            target = value
            for key in keys[:-1]:
                section = target.setdefault(key, {})
                if not isinstance(section, dict):
                    return  # the validation that follows names the broken section
                target = section
            target[keys[-1]] = given


def _first_problem(path: Path, node: yaml.Node | None, error: ValidationError) -> str:
    problem = error.errors()[0]
    keys = [str(part) for part in problem["loc"]]
    section = SECTIONS.get(keys[1]) if keys[0] == "prelabeller" and len(keys) > 1 else None
    if section is not None:
        del keys[1]  # which kind of section it was checked as, no key
    line = line_of_key(node, keys)
    where = f"{path}:{line}" if line else str(path)
    if problem["type"] == "extra_forbidden":
        model: type[BaseModel] = Settings
        for key in keys[:-1]:
            annotation = section or model.model_fields[key].annotation
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                model = annotation
        known = ", ".join(sorted(model.model_fields))
        if section is PackageSettings:
            known += "; kind: openai has others"
        return f"{where}: unknown key {keys[-1]!r}; expected one of: {known}"
    return f"{where}: {'.'.join(keys) or 'file'}: {problem['msg']}"


def _read(path: Path, setting: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise LabelConfigError(
            f"{path}: cannot be read: {error.strerror}", hint=f"{setting} in annotate.yaml names it"
        ) from None
    except UnicodeDecodeError as error:
        raise LabelConfigError(f"{path}: not UTF-8 at byte {error.start}") from None

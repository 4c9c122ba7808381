"""What a workspace's own config (`training.config`) changes in the config that trains."""

from __future__ import annotations

import configparser
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thinc.api import Config, ConfigValidationError

from annotate.errors import WorkspaceError
from annotate.pipeline.training.config import RULE_SPANS

_HERE = "here"
_SPANS = "span_crf"
_SECTIONS = ("components", "initialize", "nlp", "paths", "training")
_GOLD = "it comes from the export version that is learned from"
_LENGTH = "the amount of gold decides, or training.epochs in annotate.yaml"
_TOKENS = "rules and gold rest on the tokens of the language in annotate.yaml"
_BEFORE = "training.weak_pretraining in annotate.yaml says what is learned before the gold"

OWNED: Mapping[str, str] = {
    "corpora": _GOLD,
    "pretraining": _BEFORE,
    "system": "the seed is training.seed in annotate.yaml; gpu_allocator stands in [training]",
    "nlp.lang": _TOKENS,
    "nlp.tokenizer": _TOKENS,
    "nlp.disabled": "every component is used",
    "nlp.pipeline": "components that are not annotate's own stand, in the order of the file, after "
    "the rules and before span_crf",
    "components.attribution_rules": "lexicons in annotate.yaml adds to the rules",
    "components.attribution_links": "links are made by rules, which have no network",
    "components.span_choices": "choices are learned from the gold, and have no network",
    "components.span_crf.factory": "this is the component that is trained",
    "components.span_crf.source": "this is the component that is trained",
    "components.span_crf.spans_key": "other components read this group",
    "components.span_crf.nested_labels": "the gold says which labels nest",
    "components.span_crf.prior": "it is counted in the gold",
    "training.seed": "it is training.seed in annotate.yaml",
    "training.train_corpus": _GOLD,
    "training.dev_corpus": _GOLD,
    "training.max_epochs": _LENGTH,
    "training.max_steps": _LENGTH,
    "training.patience": _LENGTH,
    "training.eval_frequency": "the pipeline is scored after each epoch",
    "training.logger": "annotate tells the progress itself",
    "training.score_weights": "the best epoch is chosen by the macro F1 that the gate compares",
    "initialize.after_init": "there a training takes up the weights of the stage before it",
    "initialize.init_tok2vec": _BEFORE,
    "initialize.components.attribution_rules": "lexicons in annotate.yaml adds to the rules",
    "initialize.components.attribution_links": "links are made by rules",
    "initialize.components.span_choices": "choices are learned from the gold",
    "initialize.components.span_crf": "the labels are those of the export version",
}
"""Sections and keys that annotate itself sets, and why no file may."""

_SECTION = re.compile(r"\s*\[([^\]]+)\]")
_KEY = re.compile(r"([^\s#;\[=][^=]*?)\s*=")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigOverrides:
    """A partial spaCy config, read and parsed; what it says of networks is not checked yet."""

    path: Path
    sections: Config
    """Its sections, nested, with variables as they are written."""
    sha256: str
    """Of the file's bytes."""
    lines: Mapping[str, int]
    """Line of each section and of each key, `section.key`."""

    def values(self) -> dict[str, Any]:
        """Return the values that it sets: section and key, joined by dots → value."""
        return dict(_leaves(self.sections))

    def components(self) -> list[str]:
        """Return the names of the components that it adds, in its order."""
        found: Mapping[str, Any] = self.sections.get("components", {})
        return [name for name in found if name != _SPANS]

    def applied(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return a config of `training_config` with these sections over it.

        A block that names another registered function than the one below it replaces that whole;
        other blocks are merged. Components that are added come after the rules. What an embedding
        of the rules' spans leaves out is as in annotate's own. `${paths.here}` is the directory of
        the file. Raises `WorkspaceError` where a variable stands for nothing.
        """
        merged = Config(dict(config)).merge(self.sections)
        merged["nlp"]["pipeline"] = [
            place
            for name in config["nlp"]["pipeline"]
            for place in ((*self.components(), name) if name == _SPANS else (name,))
        ]
        added = self.sections.get("training", {}).get("annotating_components", [])
        merged["training"]["annotating_components"] = [
            *config["training"]["annotating_components"],
            *added,
        ]
        own = config["components"][_SPANS]["model"]["tok2vec"]["embed"]
        if config["initialize"]["vectors"] is not None:
            merged["initialize"]["vectors"] = config["initialize"]["vectors"]
        for block in _blocks(merged["components"]):
            if block.get("@architectures") == own["@architectures"]:
                block.setdefault("rule_spans", list(RULE_SPANS))
                block.setdefault("rule_mask", own["rule_mask"])
                block.setdefault("include_static_vectors", own["include_static_vectors"])
        merged.setdefault("paths", {}).setdefault(_HERE, str(self.path.resolve().parent))
        try:
            whole = merged.interpolate()
        except (ConfigValidationError, configparser.Error) as error:
            raise self.error(_one_line(error)) from None
        if whole["paths"].pop(_HERE) and not whole["paths"]:
            del whole["paths"]
        return dict(whole)

    def error(
        self, what: str, *, section: str = "", key: str = "", hint: str | None = None
    ) -> WorkspaceError:
        """Return the error that names file, line, section and key."""
        return _error(self.path, self.lines, what, section=section, key=key, hint=hint)


def read_overrides(path: Path) -> ConfigOverrides:
    """Read a partial config.

    Raises `WorkspaceError` with file, section, key and reason where it cannot be read, or sets what
    annotate sets itself.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise WorkspaceError(
            f"{path}: cannot be read: {reason}", hint="training.config in annotate.yaml names it"
        ) from None
    lines = _lines(text)
    try:
        sections = _parse(text)
    except ValueError as error:
        raise WorkspaceError(f"{path}: not a config of spaCy: {error}") from None
    found = ConfigOverrides(
        path=path, sections=sections, sha256=hashlib.sha256(content).hexdigest(), lines=lines
    )
    _check_owned(found)
    _check_components(found)
    return found


def _check_owned(found: ConfigOverrides) -> None:
    for name, value in found.sections.items():
        if name not in _SECTIONS and name not in OWNED:
            known = ", ".join(f"[{section}]" for section in _SECTIONS)
            raise found.error(f"unknown section; expected one of: {known}", section=name)
        if not isinstance(value, dict):
            raise found.error("stands in no section", key=name)
    for owned, reason in OWNED.items():
        node: Any = found.sections
        for part in owned.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        if node is not None or owned in found.lines:
            section, key = owned, ""
            if not isinstance(node, dict):
                section, _, key = owned.rpartition(".")
            raise found.error(f"annotate sets this itself: {reason}", section=section, key=key)


def _check_components(found: ConfigOverrides) -> None:
    """Refuse a component that is none, and lists of components that are not in the file."""
    added: Mapping[str, Any] = found.sections.get("components", {})
    for name in found.components():
        block = added[name]
        if not isinstance(block, dict) or not {"factory", "source"} & block.keys():
            raise found.error(
                f"{name!r} has neither factory nor source, and is no component of annotate's that "
                "may be changed: that is span_crf",
                section=f"components.{name}",
            )
    training = found.sections.get("training", {})
    lists = {key: training.get(key, []) for key in ("annotating_components", "frozen_components")}
    for key, names in lists.items():
        unknown = not isinstance(names, list) or any(n not in found.components() for n in names)
        if unknown:
            known = ", ".join(found.components()) or "there is none"
            raise found.error(
                f"expected a list of components that this file adds ({known})",
                section="training",
                key=key,
            )
    for name in lists["frozen_components"]:
        if "source" not in added[name] or name not in lists["annotating_components"]:
            raise found.error(
                f"spaCy does not initialise a frozen component: {name!r} needs a source, and has "
                "to stand in annotating_components too",
                section="training",
                key="frozen_components",
            )


def _blocks(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _blocks(value)


def _leaves(node: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in node.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _parse(text: str) -> Config:
    """Return a config whose sections stand in any order, and may lack those above them.

    Raises `ValueError` where it cannot be read, with a line where one is known.
    """
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    try:
        parser.read_string(text)
    except configparser.DuplicateSectionError as error:
        raise ValueError(f"line {error.lineno}: [{error.section}] stands there twice") from None
    except configparser.DuplicateOptionError as error:
        raise ValueError(
            f"line {error.lineno}: {error.option} stands twice in [{error.section}]"
        ) from None
    except configparser.MissingSectionHeaderError as error:
        raise ValueError(f"line {error.lineno}: stands in no section") from None
    except configparser.ParsingError as error:
        raise ValueError(f"line {error.errors[0][0]}: neither [section] nor key = value") from None
    above = {
        ".".join(parts[:depth]): ""
        for parts in (name.split(".") for name in parser.sections())
        for depth in range(1, len(parts))
    }
    chunks = above | {
        name: "".join(f"{key} = {value}\n" for key, value in parser[name].items())
        for name in parser.sections()
    }
    ordered = sorted(chunks, key=lambda name: name.count("."))
    whole = "\n".join(f"[{name}]\n{chunks[name]}" for name in ordered)
    try:
        return Config().from_str(whole, interpolate=False)
    except (ConfigValidationError, configparser.Error) as error:
        raise ValueError(_one_line(error)) from None


def _lines(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _SECTION.match(line):
            section = match[1].strip()
            found.setdefault(section, number)
        elif match := _KEY.match(line):
            found.setdefault(f"{section}.{match[1]}", number)
    return found


def _error(
    path: Path, lines: Mapping[str, int], what: str, *, section: str, key: str, hint: str | None
) -> WorkspaceError:
    below = (number for name, number in lines.items() if section and name.startswith(section))
    line = lines.get(f"{section}.{key}" if key else section) or min(below, default=None)
    where = f"{path}:{line}" if line else str(path)
    place = " ".join(part for part in (f"[{section}]" if section else "", key) if part)
    return WorkspaceError(f"{where}: {place}: {what}" if place else f"{where}: {what}", hint=hint)


def _one_line(error: Exception) -> str:
    text = str(error).removeprefix("\n\nConfig validation error")
    return " ".join(text.replace("<string>", "the file").split())

"""Labelling configs as Label Studio reads them, and what it refuses to change in one."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from double.answers import Refusal, invalid
from double.state import Project
from double.summary import Summary


@dataclass(frozen=True)
class Control:
    name: str
    to_name: str
    type: str
    labels: tuple[tuple[tuple[str, str], ...], ...]
    """The attributes of each label."""

    @property
    def values(self) -> list[str]:
        return [dict(attributes).get("value", "") for attributes in self.labels]


@dataclass(frozen=True)
class Config:
    controls: tuple[Control, ...]
    objects: tuple[tuple[str, str, str], ...]
    """Name, type and data key of what is shown."""

    def as_json(self) -> dict[str, Any]:
        """Return the two readings of the config that a project carries."""
        inputs = {name: [{"type": kind, "valueType": None, "value": key}]
                  for name, kind, key in self.objects}  # fmt: skip
        return {
            "control_weights": {
                c.name: {"overall": 1.0, "type": c.type, "labels": dict.fromkeys(c.values, 1.0)}
                for c in self.controls
            },
            "parsed_label_config": {
                c.name: {
                    "type": c.type,
                    "to_name": [c.to_name],
                    "inputs": inputs.get(c.to_name, []),
                    "labels": c.values,
                    "labels_attrs": {dict(a).get("value", ""): dict(a) for a in c.labels},
                }
                for c in self.controls
            },
        }


@functools.cache
def parse(text: str) -> Config:
    """Return controls and objects; raises `ET.ParseError`."""
    root = ET.fromstring(text)  # noqa: S314 - the tests' own configs
    controls = tuple(
        Control(
            name=node.get("name", ""),
            to_name=node.get("toName", ""),
            type=node.tag,
            labels=tuple(tuple(child.attrib.items()) for child in node if "value" in child.attrib),
        )
        for node in root.iter()
        if "toName" in node.attrib
    )
    objects = tuple(
        (node.get("name", ""), node.tag, node.get("value", "")[1:])
        for node in root.iter()
        if "name" in node.attrib
        and "toName" not in node.attrib
        and node.get("value", "").startswith("$")
    )
    return Config(controls, objects)


def check_config(text: str) -> None:
    """Refuse what is no labelling config."""
    try:
        root = ET.fromstring(text)  # noqa: S314 - the tests' own configs
    except ET.ParseError as error:
        raise invalid("label_config", str(error)) from None
    for node in root.iter():
        if node.tag in ("Labels", "Choices", "TextArea"):
            for name in ("name", "toName"):
                if name not in node.attrib:
                    raise _lacking(name)
        own = {"Labels": "Label", "Choices": "Choice"}.get(node.tag)
        if own and node.find(own) is None:
            raise _lacking(own)


def _lacking(name: str) -> Refusal:
    message = f"Validation failed on : {name!r} is a required property"
    return invalid("label_config", message)


def check_change(project: Project, text: str, *, name: str, used: bool, strict: bool) -> None:
    """Refuse a config under which annotations could not be; `strict` looks at labels too.

    `used` tells whether the project has annotations or drafts; `name` is the field of the refusal.
    """
    try:
        config = parse(text)
    except ET.ParseError as error:
        raise Refusal(400, str(error)) from None
    check_config(text)
    summary = project.summary
    if not used:
        project.summary = Summary()
        return
    known = {f"{c.name}|{c.to_name}|{c.type.lower()}" for c in config.controls}
    if not known:
        return
    lost = [
        f"{count} with from_name={key.split('|')[0]}, to_name={key.split('|')[1]}, "
        f"type={key.split('|')[2]}"
        for key, count in summary.annotations.items()
        if key not in known
    ]
    if lost:
        raise invalid(
            name,
            "Created annotations are incompatible with provided labeling schema, we found:\n"
            + "\n".join(lost),
        )
    values = {control.name: set(control.values) for control in config.controls}
    for control in {**summary.labels, **summary.draft_labels}:
        own = summary.labels.get(control, Counter())
        drafts = summary.draft_labels.get(control, Counter())
        if control not in values:
            raise invalid(
                name,
                f'There are {(own + drafts).total()} annotation(s) created with tag "{control}", '
                "you can't remove it",
            )
        gone = [label for label in {**own, **drafts} if label not in values[control]]
        if gone and strict:
            told = [f"{label} ({_told(own[label], drafts[label])})\n" for label in gone]
            raise invalid(
                name,
                f"These labels still exist in annotations or drafts:\n{''.join(told)}"
                f'Please add labels to tag with name="{control}".',
            )


def _told(annotations: int, drafts: int) -> str:
    counts = (("annotation", annotations), ("draft", drafts))
    return ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counts if n)


def fits(config: Config, result: Any) -> bool:
    """Tell whether Label Studio's validator lets a prediction pass; it does not look at offsets."""
    if not isinstance(result, list):
        return False
    controls = {control.name: control for control in config.controls}
    for item in result:
        if item.get("type") == "relation":
            continue
        control = controls.get(item.get("from_name"))
        if (
            control is None
            or item.get("to_name") != control.to_name
            or str(item.get("type")).lower() != control.type.lower()
            or not set((item.get("value") or {}).get(item["type"], ())) <= set(control.values)
        ):
            return False
    return True

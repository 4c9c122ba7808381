"""The JSON schema of a reply, made of what the labelling config lets people mark."""

from __future__ import annotations

from typing import Any

from annotate.labels import LabelScheme


def marks_schema(scheme: LabelScheme) -> dict[str, Any]:
    """Return the schema: a list of marks `{id, label, quote, occurrence, choices, links}`.

    Every property is required and no other one allowed, as strict servers want it. `choices` and
    `links` are there where the labelling config has any.
    """
    mark: dict[str, Any] = {
        "id": {"type": "integer"},
        "label": {"type": "string", "enum": list(scheme.span_labels)},
        "quote": {"type": "string"},
        "occurrence": {"type": ["integer", "null"]},
    }
    if scheme.choices:
        names = [control.name for control in scheme.choices]
        options = dict.fromkeys(option for c in scheme.choices for option in c.options)
        mark["choices"] = _list(
            {
                "name": {"type": "string", "enum": names},
                "option": {"type": "string", "enum": list(options)},
            }
        )
    if scheme.link_labels:
        mark["links"] = _list(
            {
                "label": {"type": "string", "enum": list(scheme.link_labels)},
                "to": {"type": "integer"},
            }
        )
    return _object({"marks": _list(mark)})


def _list(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }

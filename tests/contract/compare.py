"""Answers of both sides, brought to a form in which they can be compared whole."""

import re

LEFT_OUT = {
    "duration",
    "config_essential_data_has_changed",
    "annotations_results",  # a text for the eye, in no order that anybody relies on
    "predictions_results",
    "annotations_ids",
    "last_activity",  # the server keeps it elsewhere, and late
    "date_joined",
    "username",  # made of the address
    "token",
    "invite_url",
    "unique_lock_id",
    "version",
    "url",
}
"""Fields whose values are not compared; that they are there, and of which type, is."""

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_KINDS = (
    ("task", {"inner_id"}),
    ("annotation", {"was_cancelled"}),
    ("draft", {"was_postponed"}),
    ("prediction", {"mislabeling"}),
    ("project", {"label_config"}),
    ("webhook", {"send_payload"}),
    ("backend", {"basic_auth_user"}),
    ("view", {"order", "data"}),
    ("user", {"email"}),
)
_UNORDERED = ("annotators", "predictions_model_versions")
_REFERENCES = {
    "task": "task",
    "task_ids": "task",
    "included": "task",
    "project": "project",
    "parent_prediction": "prediction",
    "predictions": "prediction",  # of an export: bare ids
    "parent_annotation": "annotation",
    "completed_by": "user",
    "updated_by": "user",
    "user_id": "user",
    "annotators": "user",
    "user": "user",
}


class Reader:
    """Gives every id of one side a number of its own, by order of appearance."""

    def __init__(self, emails=()):
        self._seen = {}
        self._emails = {email: f"<person {n}>" for n, email in enumerate(emails)}

    def read(self, value, name=None):
        """Return the value with ids, stamps and people's names replaced."""
        if isinstance(value, dict):
            return self._record(value, name)
        if isinstance(value, list):
            return _sorted([self.read(item, name) for item in value], name)
        if name in LEFT_OUT:
            return type(value).__name__
        if isinstance(value, str):
            text = self._text(value)
            return ",".join(sorted(text.split(","))) if name in _UNORDERED else text
        if isinstance(value, int) and not isinstance(value, bool) and name in _REFERENCES:
            return self._number(_REFERENCES[name], value)
        return value

    def _record(self, value, place):
        marked = (kind for kind, marks in _KINDS if marks <= value.keys())
        kind = "task" if place == "tasks" else next(marked, None)
        found = {}
        if "id" in value and isinstance(value["id"], int) and kind:
            found["id"] = self._number(kind, value["id"])
        if "status_code" in value:
            value = {**value, "id": "<uuid>"}
        for name in sorted(value.keys() - found.keys()):
            found[name] = self.read(value[name], name)
        return found

    def _number(self, kind, number):
        seen = self._seen.setdefault(kind, {})
        return f"<{kind} {seen.setdefault(number, len(seen))}>"

    def _text(self, value):
        for email, person in self._emails.items():
            if email in value:
                value = re.sub(rf"{re.escape(email)}(, \d+)?", person, value)
        return _UUID.sub("<uuid>", _STAMP.sub("<stamp>", value))


def _sorted(values, name):
    return sorted(values) if name in _UNORDERED else values


def differences(ours, theirs, place=""):
    """Return where two values that were read differ, one line a place."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = []
        for name in sorted(ours.keys() | theirs.keys()):
            if name not in theirs:
                found.append(f"{place}.{name}: the server has no such field")
            elif name not in ours:
                found.append(f"{place}.{name}: the double lacks it ({theirs[name]!r})")
            else:
                found += differences(ours[name], theirs[name], f"{place}.{name}")
        return found
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [
            line
            for number, (a, b) in enumerate(zip(ours, theirs, strict=True))
            for line in differences(a, b, f"{place}[{number}]")
        ]
    return [] if ours == theirs else [f"{place}: {ours!r}, but the server says {theirs!r}"]

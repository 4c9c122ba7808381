"""What JSON, UTF-8 and every database that reads them can hold: faults of texts and values. Pure.

Lone surrogates have no UTF-8, U+0000 is refused by PostgreSQL, and Python's JSON writes things that
other readers refuse (NaN) or that come back as something else (tuples, keys that are numbers).
"""

from __future__ import annotations

import math
from typing import Any

_COMMON = 2**63


def text_fault(value: Any) -> str | None:
    """Say what is wrong with a text, or return `None`."""
    if not isinstance(value, str):
        return f"is {type(value).__name__}, not a text"
    try:
        value.encode()
    except UnicodeEncodeError as error:
        return f"holds a lone surrogate at character {error.start}"
    at = value.find("\0")
    return None if at < 0 else f"holds U+0000 at character {at}"


def is_plain(value: Any) -> bool:
    """Tell quickly that nothing is wrong with a value; false may be a false alarm of the rare."""
    kind = type(value)
    if kind is str:
        return value.isascii() and "\0" not in value
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii() or "\0" in key or not is_plain(item):
                return False
        return True
    if kind is list:
        return all(map(is_plain, value))
    return value is None or kind is bool or (kind is int and -_COMMON < value < _COMMON)


def json_fault(value: Any, name: str) -> str | None:
    """Say what in a value is not plain JSON and where, as `meta.a[2] is bytes`, or return `None`.

    Plain are objects with keys of text, lists, texts, booleans, finite numbers and nothing.
    """
    try:
        return _fault(value, name)
    except RecursionError:
        return f"{name} is nested too deeply"


def _fault(value: Any, name: str) -> str | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        fault = text_fault(value)
        return fault and f"{name} {fault}"
    if isinstance(value, int | float):
        return _number_fault(value, name)
    if isinstance(value, dict):
        for key, item in value.items():
            fault = text_fault(key)
            if fault:
                return f"{name}: the key {key!r} {fault}"
            fault = _fault(item, f"{name}.{key}")
            if fault:
                return fault
        return None
    if isinstance(value, list):
        for index, item in enumerate(value):
            fault = _fault(item, f"{name}[{index}]")
            if fault:
                return fault
        return None
    return f"{name} is {type(value).__name__}, which JSON does not have"


def _number_fault(value: float, name: str) -> str | None:
    if isinstance(value, int):
        # Python neither writes nor reads longer ones in decimal (sys.set_int_max_str_digits).
        return f"{name} has more than 4,000 digits" if value.bit_length() > 13_000 else None
    return None if math.isfinite(value) else f"{name} is {value}, which JSON does not have"


def json_kind(value: Any) -> str:
    """Return what a JSON value is, in a word or two, for messages."""
    names = {
        dict: "an object",
        list: "a list",
        str: "a string",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        type(None): "nothing",
    }
    return names.get(type(value), type(value).__name__)

"""Reading YAML that people wrote: whatever is wrong with it is one kind of error, with its line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import yaml

MAX_NODES: Final = 100_000
"""Values that a file may come to, those that aliases repeat counted each time."""


def parse_yaml(text: str) -> tuple[yaml.Node | None, Any]:
    """Return the node of a document, with its marks, and its value; `None` for an empty one.

    Raises `yaml.YAMLError` alone, with the line where it is known: for what is no YAML, keys that
    stand twice, aliases that contain themselves or repeat too much, values that cannot be (a date
    that no calendar has, a number of thousands of digits).
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return None, None
        if _size(node, {}) > MAX_NODES:
            raise _problem("aliases repeat too much", node)
        return node, loader.construct_document(node)
    except yaml.YAMLError:
        raise
    except RecursionError:
        raise _problem("nested too deeply", None) from None
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _problem(str(error), None) from None


def line_of(error: yaml.YAMLError) -> int | None:
    """Return the line of an error, counted from 1, where it is known."""
    mark = getattr(error, "problem_mark", None)
    return None if mark is None else int(mark.line) + 1


def line_of_key(node: yaml.Node | None, keys: Sequence[str]) -> int | None:
    """Return the line, counted from 1, of the last of nested keys that stands in a document."""
    line = None
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            for name, child in node.value:
                if name.value == key:
                    line = name.start_mark.line + 1
                    node = child
                    break
            else:
                return line
        elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
            node = node.value[int(key)]
            line = node.start_mark.line + 1
        else:
            return line
    return line


class _Loader(yaml.SafeLoader):
    """A SafeLoader that refuses a key that stands twice: one of the values would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[tuple[str, str]] = set()
        pairs = node.value if node.id == "mapping" else ()  # a tag may call anything a mapping
        for key, _ in pairs:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if (key.tag, key.value) in seen:
                    raise _problem(f"{key.value!r} stands twice", key)
                seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep=deep)


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Return how many values a node comes to when its aliases are written out."""
    if id(node) in known:
        if known[id(node)] == 0:
            raise _problem("an alias contains itself", node)
        return known[id(node)]
    known[id(node)] = 0
    size = 1
    if isinstance(node, yaml.SequenceNode):
        size += sum(_size(item, known) for item in node.value)
    elif isinstance(node, yaml.MappingNode):
        size += sum(_size(part, known) for pair in node.value for part in pair)
    known[id(node)] = size
    return size


def _problem(what: str, node: yaml.Node | None) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(
        problem=what, problem_mark=None if node is None else node.start_mark
    )

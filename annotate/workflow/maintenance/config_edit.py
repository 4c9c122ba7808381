"""Renaming a label in a labelling config and in annotate.yaml; nothing else is touched. Pure.

Both files are people's: comments, order and spacing stay as they are.

annotate.yaml is edited by the places that PyYAML tells, not by ruamel.yaml: its round trip keeps
comments and order, and not indentation of lists, spaces in flow style, flow over several lines,
aligned values, several blank lines at the top, escapes in quotes, `True`, `~`, `---` or CRLF. Of 38
odd files that were tried (ruamel.yaml 0.19, quotes preserved), 26 came back changed or not at all,
the one of this repository among them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

import yaml

from annotate.errors import LabelConfigError, WorkspaceError
from annotate.plain_yaml import parse_yaml

_LABEL = re.compile(r"<Label\b[^>]*>")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")  # anchor and tag before a scalar
_HOTKEY = re.compile(r"\s+hotkey\s*=\s*(\"[^\"]*\"|'[^']*')")


def rename_in_config(xml: str, old: str, new: str) -> str:
    """Return the labelling config with a label renamed: its element, conditions and styles.

    Raises `LabelConfigError` where no single `<Label>` has that value.
    """
    element = _label_element(xml, old)
    was, now = (escape(label, {'"': "&quot;"}) for label in (old, new))
    renamed = xml.replace(element, element.replace(_value(element, old), f"value={quoteattr(new)}"))
    renamed = re.sub(
        r"whenLabelValue\s*=\s*\"([^\"]*)\"",
        lambda match: (
            'whenLabelValue="'
            + ",".join(now if part.strip() == was else part for part in match[1].split(","))
            + '"'
        ),
        renamed,
    )
    return renamed.replace(f':{was}"]', f':{now}"]').replace(f'="{was}"]', f'="{now}"]')


def with_both_labels(xml: str, old: str, new: str) -> str:
    """Return the config with the new label beside the old one, for the time of the change."""
    element = _label_element(xml, old)
    twin = _HOTKEY.sub("", element.replace(_value(element, old), f"value={quoteattr(new)}"))
    if not element.endswith("/>"):
        twin = twin[:-1] + "/>"
        return xml.replace(element, twin + element)
    return xml.replace(element, element + twin)


def rename_in_settings(text: str, old: str, new: str) -> str:
    """Return annotate.yaml with a label renamed in links, weights and aliases, and an alias added.

    The alias makes pipelines that know the old name give the new one. Raises `WorkspaceError`.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        raise WorkspaceError("annotate.yaml: not YAML") from None
    places: set[tuple[int, int]] = set()  # what an alias (`*x`) repeats is met again
    aliases: yaml.Node | None = None
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value in ("links", "gate", "aliases"):
                places |= {
                    (start + _properties(text[start:end]), end)
                    for start, end in _scalars(value, old, keys=key.value == "gate")
                }
            if key.value == "aliases" and isinstance(value, yaml.MappingNode):
                aliases = value
    entry = f"{json.dumps(old, ensure_ascii=False)}: {json.dumps(new, ensure_ascii=False)}"
    quoted = json.dumps(new, ensure_ascii=False)
    edits = [(start, end, quoted) for start, end in places]
    if isinstance(aliases, yaml.MappingNode) and aliases.value:
        at = aliases.value[0][0].start_mark
        gap = ", " if aliases.flow_style else "\n" + " " * at.column
        edits.append((at.index, at.index, entry + gap))
    elif aliases is not None:
        edits.append((aliases.start_mark.index, aliases.end_mark.index, f"{{{entry}}}"))
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    if aliases is None:
        comment = "# A label was renamed: pipelines may know its old name."
        text = text.rstrip("\n") + f"\n\n{comment}\naliases:\n  {entry}\n"
    if _alias(text, old) != new:
        raise WorkspaceError(
            "annotate.yaml: cannot be changed safely",
            hint=f"put {entry} under aliases by hand, and rename {old!r} in links and gate",
        )
    return text


def _alias(text: str, old: str) -> str | None:
    try:
        _, settings = parse_yaml(text)
    except yaml.YAMLError:
        return None
    aliases = settings.get("aliases") if isinstance(settings, dict) else None
    return aliases.get(old) if isinstance(aliases, dict) else None


def _properties(written: str) -> int:
    """Return the length of anchor and tag, with which a scalar's place begins."""
    match = _PROPERTIES.match(written)
    return match.end() if match else 0


def _scalars(node: yaml.Node, wanted: str, *, keys: bool) -> Iterator[tuple[int, int]]:
    """Yield the places of scalars of that value; of keys only where `keys`."""
    if isinstance(node, yaml.ScalarNode):
        if node.value == wanted:
            yield node.start_mark.index, node.end_mark.index
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child, wanted, keys=keys)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            if keys:
                yield from _scalars(key, wanted, keys=keys)
            yield from _scalars(child, wanted, keys=keys)


def _label_element(xml: str, label: str) -> str:
    found = [e for e in _LABEL.findall(xml) if _value(e, label)]
    if len(found) != 1:
        raise LabelConfigError(
            f"{len(found)} <Label> elements have the value {label!r}; exactly one is expected"
        )
    return str(found[0])


def _value(element: str, label: str) -> str:
    """Return the element's `value` attribute as it is written, empty if it is another one."""
    escaped = quoteattr(label)
    for written in (f"value={escaped}", f"value='{escaped[1:-1]}'"):
        if re.search(r"\s" + re.escape(written), element):
            return written
    return ""

"""Labels of a team's own: any labelling config, or plain names → what `annotate init` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from annotate.colours import PALETTE
from annotate.errors import LabelConfigError, UsageError
from annotate.label_xml import parse_xml
from annotate.labels import LabelScheme, parse_label_config
from annotate.workflow.state.labelling_page import draw_page

_KEPT = frozenset(
    "View Style Header Collapse Panel Labels Label Text Relations Relation Choice".split()
)
"""Tags that are drawn anew, or that say only how a page looks."""

_STEM = "labels"

LinkEnds = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLabels:
    """The files for labels of one's own, and what to know of them."""

    name: str
    """Of both files, without what stands after the dot."""
    page: str
    guidelines: str
    scheme: LabelScheme
    notes: tuple[str, ...]
    """What the drawn page has not, by name."""


def own_labels(wanted: str, *, template: str, known: Iterable[str]) -> OwnLabels:
    """Read a labelling config (`FILE.xml`) or labels (`PERSON,MONEY`) and draw their page.

    `known` are the names of shipped configs. Raises `LabelConfigError` for a file that cannot be
    read or served, `UsageError` for anything else.
    """
    path = Path(wanted)
    if path.is_file() or path.suffix.lower() == ".xml":
        xml, name = _read(path), wanted
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-.") or _STEM
    elif "," in wanted:
        xml, name, stem = _plain(wanted), "--label-config", _STEM
    else:
        raise UsageError(
            f"no labelling config is called {wanted!r}; there are: {', '.join(known)}",
            hint="one of your own: --label-config FILE.xml, or labels: --label-config PERSON,MONEY",
        )
    scheme = parse_label_config(xml, name=name)
    _check_names(scheme, name)
    return OwnLabels(
        name=stem,
        page=draw_page(scheme, template),
        guidelines=_guidelines(scheme),
        scheme=scheme,
        notes=tuple(_notes(parse_xml(xml, name), scheme)),
    )


def links_text(kinds: Iterable[str], ends: LinkEnds) -> str:
    """Return the setting `links`; kinds whose ends nobody knows are named beside it."""
    known = [f"  {name}: [{head}, {tail}]" for name, (head, tail) in ends.items()]
    open_ = [f"#   {_in_yaml(kind)}: [HEAD, TAIL]" for kind in kinds if kind not in ends]
    if open_:
        open_ = ["# To fill in, if only some labels are joined:", *open_]
    return "\n".join([*open_, "links:" if known else "links: {}", *known])


def weights_text(labels: Iterable[str]) -> str:
    """Return an example of the setting `gate.weights`."""
    return "{" + ", ".join(f"{_in_yaml(label)}: 1" for label in list(labels)[:3]) + "}"


def _in_yaml(name: str) -> str:
    plain = re.fullmatch(r"[A-Za-z][\w-]*", name, re.ASCII)
    reserved = name.lower() in ("yes", "no", "true", "false", "on", "off", "null", "y", "n")
    return name if plain and not reserved else json.dumps(name, ensure_ascii=False)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise LabelConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise LabelConfigError(f"{path}: not UTF-8 at byte {error.start}") from None


def _plain(wanted: str) -> str:
    names = [name.strip() for name in wanted.split(",")]
    labels = "".join(f"<Label value={quoteattr(name)}/>" for name in names if name)
    text = '<Text name="text" value="$text"/>'
    return f'<View><Labels name="label" toName="text">{labels}</Labels>{text}</View>'


def _check_names(scheme: LabelScheme, name: str) -> None:
    """Refuse a label with a comma where the page has to name it among others."""
    commas = [label for label in scheme.span_labels if "," in label]
    if commas and scheme.choices:
        raise LabelConfigError(
            f"{name}: the label {commas[0]!r} has a comma, and whenLabelValue could not name it",
            hint="rename the label, or leave the <Choices> out",
        )


def _notes(root: Element, scheme: LabelScheme) -> Iterable[str]:
    choices = {control.name for control in scheme.choices}
    for element in root.iter():
        named = f'<{element.tag} name="{element.get("name", "")}">'
        if element.tag == "Choices" and element.get("name") not in choices:
            yield f"{named} is left out: choices about the whole article are not modelled"
        elif element.tag != "Choices" and element.tag not in _KEPT:
            yield f"{named} is left out: spans, their choices and relations alone are modelled"
    if len(scheme.span_labels) > len(PALETTE):
        yield (
            f"{len(scheme.span_labels)} labels: after the {len(PALETTE)}th, colours and lines "
            "come again"
        )


def _guidelines(scheme: LabelScheme) -> str:
    """Return guidelines with a section for everything that can be marked, to fill in."""
    labels = _listed(scheme.span_labels)
    begin = (
        f"You read a news article and mark {labels}. A mark starts and ends with a word. Where the "
        "machine has marked something, correct that before you add what it missed; where it is "
        "right, leave it. An article without anything to mark is submitted empty."
    )
    parts = [f"# Marking {labels}", begin]
    for label in scheme.span_labels:
        parts += [
            f"## {label}",
            f"To fill in: what {label} is, in one sentence.",
            "- To fill in: an example, with **the marked words** in bold.",
            "- To fill in: a near miss, and why it is not marked.",
        ]
    for control in scheme.choices:
        of, options = (_listed(names, "or") for names in (control.labels, control.options))
        parts += [f"## {control.name}", f"To fill in: when a {of} is {options}."]
    if scheme.link_labels:
        kinds = ", ".join(f"*{kind}*" for kind in scheme.link_labels)
        parts += ["## Links", f"To fill in: which mark is linked to which ({kinds})."]
    return "\n\n".join(parts) + "\n"


def _listed(names: tuple[str, ...], word: str = "and") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"

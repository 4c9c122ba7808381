"""The XML of a labelling config, read with suspicion: `name` stands in every message."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from annotate.errors import LabelConfigError

DIGITS = "1234567890"
LETTERS = "qwetasdfgzxcbnmyop"
"""Keys without those that the page takes for itself (`u`, `r`, `h`, `v`)."""

FREE_KEYS = DIGITS + LETTERS
"""Keys that a label or an option may have."""


def parse_xml(xml: str, name: str) -> Element:
    """Return the root; raises `LabelConfigError` for broken XML, entities and aliases."""
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except ParseError as error:
        line, column = error.position
        raise LabelConfigError(f"{name}:{line}:{column + 1}: broken XML: {error}") from None
    except DefusedXmlException:
        raise LabelConfigError(f"{name}: document types and entities are refused") from None
    for element in root.iter():
        if element.get("alias") is not None:
            raise LabelConfigError(
                f'{name}: <{element.tag} alias="{element.get("alias")}"> cannot be served: '
                "Label Studio's validator then knows the alias alone",
                hint="give the label its final name as value, and remove the alias",
            )
    return root


def only_element(root: Element, tag: str, name: str) -> Element:
    """Return the only element of that tag; raises `LabelConfigError`."""
    found = list(root.iter(tag))
    if len(found) != 1:
        raise LabelConfigError(f"{name}: exactly one <{tag}> is expected, found {len(found)}")
    return found[0]


def attribute_of(element: Element, attribute: str, name: str) -> str:
    """Return an attribute that has to be there; raises `LabelConfigError`."""
    value = element.get(attribute)
    if not value:
        raise LabelConfigError(f"{name}: <{element.tag}> has no {attribute!r}")
    return value


def values_of(group: Element, tag: str, name: str) -> tuple[str, ...]:
    """Return the values of the tags within a group, each of which stands once."""
    values = [attribute_of(element, "value", name) for element in group.iter(tag)]
    if not values:
        raise LabelConfigError(f"{name}: <{group.tag}> holds no <{tag}>")
    for value in values:
        if values.count(value) > 1:
            raise LabelConfigError(f'{name}: <{tag} value="{value}"> stands twice')
    return tuple(values)

"""Labelling config (Label Studio XML) → `LabelScheme`: what can be marked, and how it is named.

The engine knows no label by name. What it may not know it refuses here, with the reason, before
anything is pushed: see `docs/formats.md` for the configs that are served.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element

from annotate.colours import label_colours
from annotate.errors import LabelConfigError, SchemeMismatchError
from annotate.label_xml import attribute_of, only_element, parse_xml, values_of

_OBJECT_TAGS = frozenset(
    "Audio AudioPlus Chat HyperText Image List Paragraphs Pdf Table TimeSeries Video".split()
)
_OTHER_SPAN_TAGS = frozenset("HyperTextLabels ParagraphLabels Taxonomy".split())


TASK_FIELDS = frozenset(
    (
        *("article_id", "text_sha256", "title", "outlet", "url", "published", "byline", "meta"),
        *("group", "split", "revises", "restored", "queue", "lane", "review", "prelabelled"),
    )
)
"""Fields of a task that annotate writes beside the text; the text cannot have their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceControl:
    """Choices that are made for a region; `labels` are the region labels that they belong to."""

    name: str
    options: tuple[str, ...]
    labels: tuple[str, ...]
    multiple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScheme:
    """What a labelling config lets people mark.

    `link_ends` tells which labels a link kind joins, head first; it comes from the workspace
    (Label Studio's config cannot say it) and may leave kinds out.
    """

    from_name: str
    to_name: str
    text_key: str
    span_labels: tuple[str, ...]
    choices: tuple[ChoiceControl, ...] = ()
    link_labels: tuple[str, ...] = ()
    link_ends: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict, compare=False)
    """CSS colours of the labels; what can be marked does not hang on them."""

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every label, choice control and link kind: what an annotation may declare as known."""
        return (*self.span_labels, *(choice.name for choice in self.choices), *self.link_labels)

    def choice(self, name: str) -> ChoiceControl | None:
        """Return the per-region choice control of that name, if there is one."""
        return next((choice for choice in self.choices if choice.name == name), None)

    def fit_choices(
        self, label: str, choices: Mapping[str, tuple[str, ...]]
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        """Divide the per-region choices of a span into those that fit, and the rest.

        What does not fit are all values of a control that the config has not, or not for that
        label, and values that are no options of theirs. Whoever drops the rest has to count it.
        """
        held: dict[str, tuple[str, ...]] = {}
        rest: dict[str, tuple[str, ...]] = {}
        for name, values in choices.items():
            control = self.choice(name)
            options = control.options if control and label in control.labels else ()
            fitting = tuple(value for value in values if value in options)
            strange = tuple(value for value in values if value not in options)
            if fitting or (options and not values):
                held[name] = fitting
            if strange or not options:
                rest[name] = strange
        return held, rest

    def name_link(self, head_label: str, tail_label: str) -> str | None:
        """Return the only link kind that joins these two labels, or `None` where it is open."""
        fitting = [
            name
            for name in self.link_labels
            if self.link_ends.get(name) in (None, (head_label, tail_label))
        ]
        exact = [name for name in fitting if name in self.link_ends]
        if len(exact) == 1:
            return exact[0]
        return fitting[0] if len(fitting) == 1 else None

    def with_link_ends(self, ends: Mapping[str, tuple[str, str]]) -> LabelScheme:
        """Return the scheme with the workspace's link ends.

        Raises `SchemeMismatchError` where they name a link or a label that the config has not.
        """
        for name, (head, tail) in ends.items():
            if name not in self.link_labels:
                raise SchemeMismatchError(
                    f"links: {name!r} is no relation of the labelling config "
                    f"(it has {_listed(self.link_labels)})"
                )
            for label in (head, tail):
                if label not in self.span_labels:
                    raise SchemeMismatchError(
                        f"links: {name} joins {label!r}, which is no label of the labelling config "
                        f"(it has {_listed(self.span_labels)})"
                    )
        return replace(self, link_ends=dict(ends))

    def fingerprint(self) -> str:
        """Return a SHA-256 over what the scheme means, whatever its XML looks like."""
        meaning: dict[str, Any] = {
            "from_name": self.from_name,
            "to_name": self.to_name,
            "text_key": self.text_key,
            "span_labels": sorted(self.span_labels),
            "choices": sorted(
                [c.name, sorted(c.options), sorted(c.labels), c.multiple] for c in self.choices
            ),
            "link_labels": sorted(self.link_labels),
        }
        return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()

    def differences(self, other: LabelScheme) -> list[str]:
        """Say in which ways `other` could not hold what this scheme makes; empty if it can."""
        found = [
            f"{name} is {theirs!r} there, {ours!r} here"
            for name, ours, theirs in (
                ("the name of the Labels control", self.from_name, other.from_name),
                ("the name of the Text object", self.to_name, other.to_name),
                ("the text key", self.text_key, other.text_key),
            )
            if ours != theirs
        ]
        for what, mine, others in (
            ("label", self.span_labels, other.span_labels),
            ("relation", self.link_labels, other.link_labels),
        ):
            found += [f"{what} {name!r} is missing there" for name in mine if name not in others]
        for choice in self.choices:
            theirs_choice = other.choice(choice.name)
            if theirs_choice is None:
                found.append(f"choice {choice.name!r} is missing there")
            else:
                found += [
                    f"option {option!r} of {choice.name!r} is missing there"
                    for option in choice.options
                    if option not in theirs_choice.options
                ]
        return found


def parse_label_config(xml: str, *, name: str = "labelling config") -> LabelScheme:
    """Read a labelling config; `name` stands in the messages.

    Raises `LabelConfigError`: broken XML, entities or a document type, no single `<Labels>` on a
    single `<Text>`, an `alias`, a name or a label that is used twice.
    """
    root = parse_xml(xml, name)
    text = only_element(root, "Text", name)
    for element in root.iter():
        if element.tag in _OBJECT_TAGS:
            raise LabelConfigError(
                f"{name}: <{element.tag}> cannot be served; one <Text> object is expected"
            )
        if element.tag in _OTHER_SPAN_TAGS:
            raise LabelConfigError(
                f"{name}: <{element.tag}> cannot be served; spans are marked with one <Labels>"
            )
    value = attribute_of(text, "value", name)
    if not value.startswith("$") or not value[1:].isidentifier():
        raise LabelConfigError(
            f'{name}: <Text value="{value}"> is expected to name a task field, like "$text"'
        )
    if value[1:] in TASK_FIELDS:
        raise LabelConfigError(
            f'{name}: <Text value="{value}"> names a field that annotate needs for itself; '
            'expected another one, like "$text"'
        )
    labels = only_element(root, "Labels", name)
    to_name = attribute_of(text, "name", name)
    if attribute_of(labels, "toName", name) != to_name:
        raise LabelConfigError(
            f"{name}: <Labels> points at {labels.get('toName')!r}, the <Text> is {to_name!r}"
        )
    span_labels = values_of(labels, "Label", name)
    return LabelScheme(
        from_name=attribute_of(labels, "name", name),
        to_name=to_name,
        text_key=value[1:],
        span_labels=span_labels,
        choices=_choices(root, to_name, span_labels, name),
        link_labels=tuple(
            label
            for group in root.iter("Relations")
            for label in values_of(group, "Relation", name)
        ),
        colours=label_colours(
            span_labels,
            {
                element.attrib["value"]: element.get("background")
                for element in labels.iter("Label")
            },
        ),
    )


def _choices(
    root: Element, to_name: str, span_labels: tuple[str, ...], name: str
) -> tuple[ChoiceControl, ...]:
    parents = {child: parent for parent in root.iter() for child in parent}
    found: list[ChoiceControl] = []
    for element in root.iter("Choices"):
        if element.get("perRegion") != "true" or element.get("toName") != to_name:
            continue  # a choice about the whole article: carried along, not modelled
        control = ChoiceControl(
            name=attribute_of(element, "name", name),
            options=values_of(element, "Choice", name),
            labels=_belongs_to(element, parents, span_labels, name),
            multiple=element.get("choice") == "multiple",
        )
        if any(control.name == other.name for other in found):
            raise LabelConfigError(f"{name}: two <Choices> are named {control.name!r}")
        found.append(control)
    return tuple(found)


def _belongs_to(
    element: Element, parents: Mapping[Element, Element], span_labels: tuple[str, ...], name: str
) -> tuple[str, ...]:
    """Return the labels of `whenLabelValue` on the control or the nearest view around it."""
    current: Element | None = element
    while current is not None:
        condition = current.get("whenLabelValue")
        if condition:
            labels = tuple(part.strip() for part in condition.split(","))
            for label in labels:
                if label not in span_labels:
                    raise LabelConfigError(
                        f'{name}: whenLabelValue="{condition}" names no label; '
                        f"there are {_listed(span_labels)}"
                    )
            return labels
        current = parents.get(current)
    return span_labels


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) if names else "none"

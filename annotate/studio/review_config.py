"""A labelling config → the one of its review project, in which a dispute can be seen and decided.

Label Studio draws of a region nothing but its label, so what is disputed is said by the label: a
mark in dispute is a `Claim?` until the key of Claim makes it one, or another key drops it. A link
has no key and no label on the page; so a disputed one is a region over the words where it begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from annotate.errors import LabelConfigError
from annotate.label_xml import FREE_KEYS, only_element, parse_xml
from annotate.labels import LabelScheme

_LINK_COLOUR = "#555555"
_DROPPED_COLOUR = "#6e6e6e"
_KEYS_TO_DROP = "xzcbn"
_NO_KEYS = "abcdefghijklmnopqrstuvwxyz1234567890"
"""With three modifiers, for labels that nobody shall choose: Label Studio gives those without a key
the next plain one that is free."""

_PLAIN = "background: none !important; border-bottom: none !important"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLabels:
    """The labels of a review project beside those of the scheme, none of which they can repeat."""

    open: Mapping[str, str]
    """Label of the scheme → of a mark that is in dispute."""
    links: Mapping[str, str]
    """Kind of link → of the region that stands for one, kept."""
    open_links: Mapping[str, str]
    """Kind of link → of the region that stands for one in dispute."""
    dropped: str
    note: str
    """Name of the control that says by whom a mark was made."""

    @property
    def kinds(self) -> Mapping[str, str]:
        """Return the kind of link for each label of a region that stands for one, open or kept."""
        both = (*self.links.items(), *self.open_links.items())
        return {label: kind for kind, label in both}


def review_labels(scheme: LabelScheme) -> ReviewLabels:
    """Return the labels that a scheme's review project has beside the scheme's own."""
    taken = set(scheme.span_labels)

    def free(wanted: str, more: str) -> str:
        while wanted in taken:
            wanted += more
        taken.add(wanted)
        return wanted

    kept = {kind: free(f"→ {kind}", "_") for kind in scheme.link_labels}
    controls = {scheme.from_name, scheme.to_name, *(choice.name for choice in scheme.choices)}
    note = "made_by"
    while note in controls:
        note += "_"
    return ReviewLabels(
        links=kept,
        open={label: free(f"{label}?", "?") for label in scheme.span_labels},
        open_links={kind: free(f"{label}?", "?") for kind, label in kept.items()},
        dropped=free("drop", "_"),
        note=note,
    )


def review_config(label_config: str, scheme: LabelScheme) -> str:
    """Return the labelling config of the review project.

    Labels keep their keys and get one where they have none. Raises `LabelConfigError` as
    `parse_label_config` does.
    """
    root = parse_xml(label_config, "labelling config")
    labels = only_element(root, "Labels", "labelling config")
    added = review_labels(scheme)
    _say_whose(root, scheme, added)
    keys = _give_keys(root, labels)
    for element in labels.iter("Label"):  # in dispute or not, a label has one colour
        element.set("background", scheme.colours.get(element.get("value", ""), _LINK_COLOUR))
    shown = len(scheme.span_labels)
    labels.set("choice", "single")
    for label in added.links.values():
        _add(labels, label, _LINK_COLOUR, next(keys, ""))
    _add(labels, added.dropped, _DROPPED_COLOUR, _key_to_drop(root, keys))
    hidden = {
        added.open[label]: scheme.colours.get(label, _LINK_COLOUR) for label in scheme.span_labels
    }
    hidden |= dict.fromkeys(added.open_links.values(), _LINK_COLOUR)
    for number, (label, colour) in enumerate(hidden.items()):
        letter = _NO_KEYS[number : number + 1]
        _add(labels, label, colour, f"ctrl+alt+shift+{letter}" if letter else "")
    _explain(root, labels, added)
    style = SubElement(root, "Style")
    style.text = _style(added, shown + len(added.links) + 1)
    indent(root, "  ")
    return tostring(root, encoding="unicode")


def review_names(label: str, scheme: LabelScheme) -> tuple[str, ...]:
    """Return the labels under which marks of a label stand in a review project: kept, disputed."""
    return (label, review_labels(scheme).open[label])


def same_page(one: str, other: str) -> bool:
    """Tell whether two labelling configs are alike but for white space, which servers change."""
    return "".join(one.split()) == "".join(other.split())


def _say_whose(root: Element, scheme: LabelScheme, added: ReviewLabels) -> None:
    """Let a label's choices be made for it in dispute too, and have a place for who made it."""
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in root.iter("Choices"):
        current: Element | None = element
        while current is not None:
            condition = current.get("whenLabelValue")
            if condition:
                known = [part.strip() for part in condition.split(",")]
                more = [added.open[label] for label in known if label in added.open]
                if not set(more) <= set(known):  # not the view around two controls twice
                    current.set("whenLabelValue", ",".join([*known, *more]))
            current = parents.get(current)
    SubElement(
        root,
        "TextArea",
        {
            "name": added.note,
            "toName": scheme.to_name,
            "perRegion": "true",
            "editable": "false",
            "maxSubmissions": "1",
            "rows": "2",
            "showSubmitButton": "false",
            "displayMode": "region-list",
        },
    )


def _give_keys(root: Element, labels: Element) -> Iterator[str]:
    """Give every label and option a key that has none, and return the keys that are free then."""
    taken = {element.get("hotkey") for element in root.iter()}
    free = iter([key for key in FREE_KEYS if key not in taken])
    for element in (*labels.iter("Label"), *(c for g in root.iter("Choices") for c in g)):
        if not element.get("hotkey") and (key := next(free, "")):
            element.set("hotkey", key)
    return free


def _key_to_drop(root: Element, keys: Iterable[str]) -> str:
    taken = {element.get("hotkey") for element in root.iter()}
    return next((key for key in (*_KEYS_TO_DROP, *keys) if key not in taken), "")


def _add(labels: Element, value: str, colour: str, key: str) -> None:
    attributes = {"value": value, "background": colour, "hotkey": key}
    SubElement(labels, "Label", {name: text for name, text in attributes.items() if text})


def _explain(root: Element, labels: Element, added: ReviewLabels) -> None:
    """Put what decides a mark below the labels."""
    around = next((parent for parent in root.iter() if labels in list(parent)), None)
    if around is None:  # the root itself is no view
        raise LabelConfigError("labelling config: <Labels> stands in no view")
    key = next(e.get("hotkey", "") for e in labels if e.get("value") == added.dropped)
    told = (
        f"? is disputed: the key of its label keeps it, {key or added.dropped} drops it · "
        "Alt+. goes to the next mark"
    )
    view = Element("View", {"className": "review-row"})
    SubElement(view, "Header", {"size": "5", "value": told})
    around.insert(list(around).index(labels) + 1, view)


def _style(added: ReviewLabels, shown: int) -> str:
    """Return the rules of the review page; `shown` labels have a button."""
    ink = "var(--color-neutral-content, #222)"
    quiet = "var(--color-neutral-content-subtle, #595959)"
    disputed = [*added.open.values(), *added.open_links.values()]
    rules = {
        ".nv-bar": "height: auto !important; min-height: 104px",
        ".nv-bar .review-row": "margin-bottom: 0",
        ".review-row": "margin-bottom: 12px",
        ".review-row h4": (
            "margin: 6px 0 0 !important; font-size: 13px !important; line-height: 22px !important; "
            f"font-weight: 600 !important; letter-spacing: 0 !important; color: {ink}"
        ),
        f".lsf-labels .lsf-label:nth-child(n+{shown + 1})": "display: none !important",
        _marks(disputed): f"border-bottom: 3px dashed {ink} !important",
        _marks(disputed, "::after"): (
            # It takes no room, so that no word moves when a mark is decided.
            f'content: "?" !important; display: inline !important; color: {ink}; line-height: 0; '
            "font: bold 13px monospace !important; position: relative; top: -9px; left: -3px; "
            "padding: 0 !important; margin-right: -1ch; vertical-align: baseline !important"
        ),
        _marks(disputed, ".__active::after"): "display: none !important",
        _marks(added.links.values()): _PLAIN,
        _marks([added.dropped]): (
            f"{_PLAIN}; text-decoration: line-through; color: {quiet} !important"
        ),
        # Marks that are not disputed have an empty field for who made them.
        '.lsf-outliner-item__ocr:has([data-testid="textarea-region-form"])': (
            "display: none !important"
        ),
        ".lsf-outliner-item__ocr textarea": (
            "font-size: 12px !important; line-height: 16px !important; border: none !important; "
            f"background: none !important; padding: 0 4px !important; color: {ink} !important"
        ),
        # What one mark's words would need, the list would else take for all.
        ".lsf-tree .lsf-tree-node-content-wrapper, .lsf-tree .lsf-tree-title": (
            "min-width: 0 !important; flex: 1 1 0 !important; overflow: hidden"
        ),
        ".lsf-outliner-item__title": "min-width: 0 !important; overflow: hidden",
        ".lsf-outliner-item__title .lsf-labels-list": "flex: none !important",
        ".lsf-labels-list [style]": f"color: {ink} !important",
    }
    return "\n" + "".join(f"{of} {{ {how}; }}\n" for of, how in rules.items() if of)


def _marks(labels: Iterable[str], part: str = "") -> str:
    """Return what chooses the marks of these labels, in the text."""
    return ", ".join(f'.htx-highlight[data-label$=":{_css(label)}"]{part}' for label in labels)


def _css(label: str) -> str:
    """Return a label as it stands in a quoted string of CSS; the server rewrites some signs."""
    return "".join(
        f"\\{ord(sign):x} " if sign in "\"'\\<>&" or ord(sign) < 32 or ord(sign) > 126 else sign
        for sign in label
    )

"""A label scheme → a labelling config drawn as the shipped ones are: colours, lines, keys. Pure.

Labels are told apart by colour, of which each reads in the light and in the dark theme, and by the
line under a mark, of which there are three kinds: those that share one differ also for people who
do not tell red from green (`annotate.colours`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import quoteattr

from annotate.colours import DARK_PALETTE, PALETTE
from annotate.label_xml import DIGITS, LETTERS
from annotate.labels import ChoiceControl, LabelScheme

_UNDERLINES = ("solid 2px", "double 2px", "dotted 4px")
_BORDERS = ("2px solid", "4px double", "3px dotted")
_PIECES = 6  # of a mark that others cut: its last piece alone carries the label
_ONE_LINE = 1000  # pixels of labels that surely fit beside each other
_ROW = 36
_BUTTONS = 46  # pixels of the bar without its rows


def draw_page(scheme: LabelScheme, template: str) -> str:
    """Return the labelling config of a scheme, in the style of `template`."""
    keys = _Keys(scheme)
    kept = [
        line.removeprefix("@CHOICES@").removeprefix("@LINKS@")
        for line in template.splitlines()
        if (scheme.choices or not line.startswith("@CHOICES@"))
        and (scheme.link_labels or not line.startswith("@LINKS@"))
        and (scheme.link_labels or line != "@RELATIONS@")
    ]
    parts = {
        "@LIGHT@": _variables(scheme, PALETTE),
        "@DARK@": _variables(scheme, DARK_PALETTE),
        "@HEIGHT@": _height(scheme),
        "@BUTTONS@": "\n".join(_buttons(scheme)),
        "@MARKS@": "\n".join(_marks(scheme)),
        "@LABELS@": "\n".join(
            f"      <Label value={quoteattr(label)} "
            f'background="{PALETTE[number % len(PALETTE)]}"{_hotkey(keys.labels[number])}/>'
            for number, label in enumerate(scheme.span_labels)
        ),
        "@ROWS@": "\n".join(_rows(scheme, keys)),
        "@RELATIONS@": _relations(scheme),
        "@FROM@": quoteattr(scheme.from_name),
        "@TO@": quoteattr(scheme.to_name),
        "@VALUE@": quoteattr(f"${scheme.text_key}"),
    }
    # In one go: a label may be called as a part is.
    return re.sub(r"@[A-Z]+@", lambda found: parts[found[0]], "\n".join(kept)) + "\n"


class _Keys:
    """A key for every label and every option, as long as there are any; none is given twice."""

    def __init__(self, scheme: LabelScheme) -> None:
        given = iter((*DIGITS, *LETTERS))
        self.labels = [next(given, "") for _ in scheme.span_labels]
        letters = iter([key for key in LETTERS if key not in self.labels])
        self.options = {
            control.name: [next(letters, "") for _ in control.options] for control in scheme.choices
        }

    def told(self) -> str:
        """Return the labels' keys in few words."""
        if len(self.labels) <= 5:
            return " ".join(self.labels)
        return f"1 … {len(self.labels)}" if len(self.labels) < len(DIGITS) else "a label's key"


def _hotkey(key: str) -> str:
    return f' hotkey="{key}"' if key else ""


def _variables(scheme: LabelScheme, colours: Sequence[str]) -> str:
    return "".join(
        f" --nv-{number + 1}: {colours[number % len(colours)]};"
        for number in range(len(scheme.span_labels))
    )


def _height(scheme: LabelScheme) -> str:
    """Return the bar's height: fixed while one line of labels and one row are enough."""
    wide = sum(60 + 9 * len(label) for label in scheme.span_labels)
    rows = max(1, *(len(_controls(scheme, label)) for label in scheme.span_labels), 1)
    height = f"{_BUTTONS + _ROW * rows}px"
    return f"height: {height}" if wide <= _ONE_LINE else f"min-height: {height}"


def _controls(scheme: LabelScheme, label: str) -> list[ChoiceControl]:
    return [control for control in scheme.choices if label in control.labels]


def _buttons(scheme: LabelScheme) -> Iterator[str]:
    for number in range(len(scheme.span_labels)):
        line = _UNDERLINES[number % len(_UNDERLINES)]
        yield (
            f"    .nv-bar .lsf-label:nth-child({number + 1}):not(.lsf-label_selected) "
            f".lsf-label__text {{ text-decoration: underline {line} var(--nv-{number + 1}); }}"
        )


def _marks(scheme: LabelScheme) -> Iterator[str]:
    for number, label in enumerate(scheme.span_labels):
        named = f'[data-label$=":{_in_css(label)}"]'
        later = ", ".join(
            "+ " + ":not([data-label]) + " * piece + named for piece in range(_PIECES)
        )
        border = _BORDERS[number % len(_BORDERS)]
        yield (
            f"    .nv-text .htx-highlight{named}, "
            f".nv-text .htx-highlight:not([data-label]):has({later}) "
            f"{{ border-bottom: {border} var(--nv-{number + 1}); }}"
        )


def _in_css(label: str) -> str:
    """Return a label as it stands in a quoted string of CSS, without what XML would change."""
    return re.sub(r"""["'\\<>&\x00-\x1f\x7f]""", lambda c: f"\\{ord(c[0]):x} ", label)


def _rows(scheme: LabelScheme, keys: _Keys) -> Iterator[str]:
    for control in scheme.choices:
        yield f"    {_row(scheme, control.labels)}"
        yield (
            f"      <Choices name={quoteattr(control.name)} toName={quoteattr(scheme.to_name)} "
            f'perRegion="true" choice="{"multiple" if control.multiple else "single"}" '
            'showInline="true" required="false">'
        )
        for option, key in zip(control.options, keys.options[control.name], strict=True):
            yield f"        <Choice value={quoteattr(option)}{_hotkey(key)}/>"
        yield "      </Choices>"
        yield "    </View>"
    told = keys.told()
    first = f"{told}, then drag over words: mark · click a mark: change it"
    link = "Alt+R, click another: link · " if scheme.link_labels else ""
    then = f"{told} relabel · drag an end · {link}Backspace delete · U done"
    yield (
        '    <View className="nv-row" visibleWhen="no-region-selected">'
        f'<Header size="5" value={quoteattr(first)}/></View>'
    )
    plain = tuple(label for label in scheme.span_labels if not _controls(scheme, label))
    if plain:
        yield f'    {_row(scheme, plain)}<Header size="5" value={quoteattr(then)}/></View>'


def _row(scheme: LabelScheme, labels: tuple[str, ...]) -> str:
    """Return the beginning of a row that is shown for marks of these labels."""
    of = ""
    if set(labels) != set(scheme.span_labels):
        names = quoteattr(",".join(labels))
        of = f" whenTagName={quoteattr(scheme.from_name)} whenLabelValue={names}"
    return f'<View className="nv-row" visibleWhen="region-selected"{of}>'


def _relations(scheme: LabelScheme) -> str:
    kinds = (f"    <Relation value={quoteattr(kind)}/>" for kind in scheme.link_labels)
    return "\n".join(['  <Relations choice="single">', *kinds, "  </Relations>"])

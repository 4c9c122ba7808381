r"""Texts with inline marks: a form of gold annotation that people can read and correct.

    {C1>S1 The quay is {H1>C1 reportedly} unsafe}, {S1:document a memo said}.

`{` opens a mark: a letter for the label, a number, `:` and a choice where there is one, `>` and
the marks that it links to, a space. `}` closes the mark that was opened last; where marks cross,
`{/C1}` closes that one. A backslash keeps a brace or a backslash as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotate.errors import ArticleError
from annotate.records import Link, Span

_OPEN = re.compile(r"\{([A-Z])(\d+)((?::[a-z_]+)*)(?:>([A-Z]\d+(?:,[A-Z]\d+)*))? ")
_CLOSE = re.compile(r"\{/([A-Z]\d+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkStyle:
    """Which letters stand for which labels, and what their choices and links are called."""

    labels: Mapping[str, str] = field(
        default_factory=lambda: {"C": "Claim", "S": "Source", "H": "Hedge"}
    )
    choices: Mapping[str, str] = field(default_factory=lambda: {"S": "source_type"})
    links: Mapping[tuple[str, str], str] = field(
        default_factory=lambda: {("C", "S"): "attributed_to", ("H", "C"): "hedges"}
    )


CLAIMS_STYLE = MarkStyle()
"""Claim, Source and Hedge, as the sample corpus uses them."""


def parse_marked(
    marked: str, *, path: Path, style: MarkStyle = CLAIMS_STYLE, first_line: int = 1
) -> tuple[str, tuple[Span, ...], tuple[Link, ...]]:
    """Return plain text, spans (ids as marked, `C1`) and links of a text with inline marks.

    Raises `ArticleError` with file and line; lines count from `first_line`.
    """
    parser = _MarkParser(marked, path=path, style=style, first_line=first_line)
    parser.run()
    return parser.text(), parser.spans(), parser.links()


def render_marked(
    text: str,
    spans: Iterable[Span],
    links: Iterable[Link] = (),
    *,
    style: MarkStyle = CLAIMS_STYLE,
) -> str:
    """Return `text` with inline marks; spans are numbered label by label in reading order."""
    ordered = sorted(spans, key=lambda span: (span.start, -span.end, span.label, span.id))
    letters = {label: letter for letter, label in style.labels.items()}
    counts: dict[str, int] = {}
    marks: dict[str, str] = {}
    for span in ordered:
        letter = letters[span.label]
        counts[letter] = counts.get(letter, 0) + 1
        marks[span.id] = f"{letter}{counts[letter]}"
    targets: dict[str, list[str]] = {}
    for link in links:
        targets.setdefault(link.head_id, []).append(marks[link.tail_id])
    starts: dict[int, list[Span]] = {}
    ends: dict[int, set[str]] = {}
    for span in ordered:
        starts.setdefault(span.start, []).append(span)
        ends.setdefault(span.end, set()).add(span.id)
    out: list[str] = []
    stack: list[str] = []
    for index in range(len(text) + 1):
        closing = ends.get(index, set())
        while closing:
            if stack[-1] in closing:
                closing.remove(stack.pop())
                out.append("}")
            else:
                crossed = next(span_id for span_id in reversed(stack) if span_id in closing)
                closing.remove(crossed)
                stack.remove(crossed)
                out.append(f"{{/{marks[crossed]}}}")
        for span in starts.get(index, ()):
            stack.append(span.id)
            choice = "".join(
                f":{value}"
                for value in span.attributes.get(style.choices.get(marks[span.id][0], ""), ())
            )
            to = f">{','.join(targets[span.id])}" if span.id in targets else ""
            out.append(f"{{{marks[span.id]}{choice}{to} ")
        if index < len(text):
            out.append("\\" + text[index] if text[index] in "{}\\" else text[index])
    return "".join(out)


class _MarkParser:
    """One pass over a marked text; positions count in the plain text, `at` in the marked one."""

    def __init__(self, marked: str, *, path: Path, style: MarkStyle, first_line: int) -> None:
        self._marked, self._path = marked, path
        self._style, self._first_line = style, first_line
        self._plain: list[str] = []
        self._open: dict[str, tuple[int, int]] = {}
        self._closed: dict[str, tuple[int, int]] = {}
        self._choices: dict[str, dict[str, tuple[str, ...]]] = {}
        self._targets: dict[str, tuple[str, int]] = {}

    def run(self) -> None:
        marked, at = self._marked, 0
        while at < len(marked):
            character = marked[at]
            if character == "\\" and marked[at + 1 : at + 2] in ("{", "}", "\\"):
                self._plain.append(marked[at + 1])
                at += 2
            elif character == "{":
                at = self._brace(at)
            elif character == "}":
                if not self._open:
                    raise self._error("a closing brace without a mark; write \\} for a brace", at)
                self._close(next(reversed(self._open)), at)
                at += 1
            else:
                self._plain.append(character)
                at += 1
        if self._open:
            mark, (_, at) = next(iter(self._open.items()))
            raise self._error(f"mark {mark} is never closed", at)

    def text(self) -> str:
        return "".join(self._plain)

    def spans(self) -> tuple[Span, ...]:
        ordered = sorted(self._closed.items(), key=lambda item: (item[1][0], -item[1][1], item[0]))
        return tuple(
            Span(
                id=mark,
                start=start,
                end=end,
                label=self._style.labels[mark[0]],
                attributes=self._choices[mark],
            )
            for mark, (start, end) in ordered
        )

    def links(self) -> tuple[Link, ...]:
        links: list[Link] = []
        for mark, (listed, at) in self._targets.items():
            for target in listed.split(","):
                label = self._style.links.get((mark[0], target[0]))
                if target not in self._closed:
                    raise self._error(f"mark {mark} links to {target}, which does not exist", at)
                if label is None:
                    raise self._error(f"no link leads from {mark} to {target}", at)
                links.append(Link(head_id=mark, tail_id=target, label=label))
        return tuple(links)

    def _brace(self, at: int) -> int:
        """Read the mark that opens or closes at this brace; return the position after it."""
        if match := _CLOSE.match(self._marked, at):
            if match[1] not in self._open:
                raise self._error(f"{match[0]} closes a mark that is not open", at)
            self._close(match[1], at)
            return match.end()
        match = _OPEN.match(self._marked, at)
        if match is None:
            written = self._marked[at : at + 12]
            raise self._error(f"not a mark: {written!r}; write \\{{ for a brace", at)
        letter, mark = match[1], match[1] + match[2]
        if letter not in self._style.labels:
            known = ", ".join(self._style.labels)
            raise self._error(f"mark {mark}: unknown label letter, expected one of {known}", at)
        if mark in self._choices:
            raise self._error(f"mark {mark} stands twice", at)
        control = self._style.choices.get(letter)
        if match[3] and control is None:
            raise self._error(f"mark {mark}: {self._style.labels[letter]} takes no choice", at)
        self._choices[mark] = (
            {control: tuple(match[3][1:].split(":"))} if match[3] and control else {}
        )
        self._open[mark] = (len(self._plain), at)
        if match[4]:
            self._targets[mark] = (match[4], at)
        return match.end()

    def _close(self, mark: str, at: int) -> None:
        start, _ = self._open.pop(mark)
        if start == len(self._plain):
            raise self._error(f"mark {mark} is empty", at)
        self._closed[mark] = (start, len(self._plain))

    def _error(self, message: str, at: int) -> ArticleError:
        line = self._first_line + self._marked.count("\n", 0, at)
        return ArticleError(message, path=self._path, line=line)

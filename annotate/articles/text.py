"""Bytes → the text of an article: decoding, line ends, and what no article may hold."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Any

import yaml

from annotate.errors import ArticleError

MAX_CHARACTERS = 1_000_000
MAX_RUN = 5_000

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)?---\n", re.DOTALL)


def decode_article(raw: bytes, *, path: Path, encoding: str | None = None) -> str:
    """Return the text of a file: UTF-8 unless `encoding` says otherwise, line ends as LF.

    A byte-order mark is removed. Raises `ArticleError` for what is not of that encoding (with the
    byte position), for empty and binary files, U+0000 and lone surrogates.
    """
    if not raw.strip():
        raise ArticleError("the file is empty", path=path)
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in raw[:4096]:
            raise ArticleError(
                "a binary file, not text", path=path, hint="give --encoding if it is UTF-16"
            ) from None
        raise ArticleError(
            f"not {encoding or 'UTF-8'} at byte {error.start}",
            path=path,
            hint="say which encoding it is in with --encoding, for example --encoding cp1252",
        ) from None
    except (LookupError, UnicodeError):
        raise ArticleError(f"there is no encoding named {encoding!r}", path=path) from None
    text = text.removeprefix(codecs.BOM_UTF8.decode()).replace("\r\n", "\n").replace("\r", "\n")
    return check_text(text, path=path)


def check_text(text: str, *, path: Path, line: int | None = None) -> str:
    """Return `text` as it is, or raise `ArticleError` for what no article may hold."""
    if not text.strip():
        raise ArticleError("the article is empty", path=path, line=line)
    found = _CONTROL.search(text)
    if found:
        raise ArticleError(
            f"holds the control character U+{ord(found.group()):04X} at character {found.start()}",
            path=path,
            line=line,
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ArticleError(
            f"holds a lone surrogate at character {error.start}", path=path, line=line
        ) from None
    return text


def check_size(text: str, *, path: Path, line: int | None = None) -> None:
    """Refuse what would stop a tokenizer, or keep it busy for hours; raises `ArticleError`.

    spaCy takes texts of up to 1,000,000 characters, and its time grows with the square of a run of
    punctuation without a space.
    """
    if len(text) > MAX_CHARACTERS:
        raise ArticleError(
            f"holds {len(text):,} characters; an article may have {MAX_CHARACTERS:,}",
            path=path,
            line=line,
            hint="divide it, or leave out what is no article (tables, lists)",
        )
    longest = max(map(len, text.split()), default=0) if len(text) > MAX_RUN else 0
    if longest > MAX_RUN:
        raise ArticleError(
            f"holds a run of {longest:,} characters without a space; at most {MAX_RUN:,} are read",
            path=path,
            line=line,
            hint="leave out what is no text (encoded data, rules made of characters)",
        )


def split_front_matter(text: str, *, path: Path) -> tuple[dict[str, Any], str]:
    """Return the YAML front matter (between two lines of `---`) and the text after it.

    Raises `ArticleError` where the front matter is no YAML mapping.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    return parse_metadata(match.group(1) or "", path=path, first_line=2), text[match.end() :]


def parse_metadata(raw: str, *, path: Path, first_line: int = 1) -> dict[str, Any]:
    """Return metadata written in YAML, dates as ISO strings; raises `ArticleError`.

    Lines of the file are counted from `first_line`.
    """
    try:
        for event in yaml.parse(raw, Loader=_TextLoader):
            if isinstance(event, yaml.AliasEvent):
                raise ArticleError(
                    "metadata: aliases (*name) are refused",
                    path=path,
                    line=None if event.start_mark is None else event.start_mark.line + first_line,
                    hint="write the value out where it is meant",
                )
        value = yaml.load(raw, Loader=_TextLoader)  # noqa: S506 - a SafeLoader without dates
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "broken"
        line = None if mark is None else mark.line + first_line
        raise ArticleError(f"metadata: not YAML: {problem}", path=path, line=line) from None
    except RecursionError:
        raise ArticleError("metadata: nested too deeply", path=path) from None
    except ValueError as error:  # a value that its own tag or its length forbids
        raise ArticleError(f"metadata: not YAML: {error}", path=path) from None
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ArticleError("metadata: expected keys and values", path=path)
    return value


class _TextLoader(yaml.SafeLoader):
    """Leaves as it is written what else would become something that its author did not mean.

    Dates are no values of JSON; `0123` or `12:30` would be taken for numbers in YAML 1.1's octal or
    sexagesimal notation.
    """


_DECIMAL = {
    "tag:yaml.org,2002:int": re.compile(r"[-+]?(?:0|[1-9][0-9]*)$"),
    "tag:yaml.org,2002:float": re.compile(
        r"(?:[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+][0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
}
_TextLoader.yaml_implicit_resolvers = {
    first: [
        (tag, _DECIMAL.get(tag, pattern))
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:timestamp"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

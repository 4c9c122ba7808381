"""One JSON object a line: reading with bounds, and the article line that annotate writes.

The line is neutral: `ArticleLine` is neither prediction nor annotation until the caller says
which (`prediction`, `annotation`). The format is described in `docs/formats.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, get_args

from annotate.errors import InputError, RecordError
from annotate.marks_json import links_from_json, links_to_json, spans_from_json, spans_to_json
from annotate.plain_json import json_kind
from annotate.records import (
    Annotation,
    Article,
    Link,
    Prediction,
    Span,
    Split,
    check_fits,
    check_spans,
)

MAX_LINE_BYTES = 32 * 1024 * 1024
"""A longer line is refused: an article has kilobytes, and memory is not endless."""

_ARTICLE_TEXTS = ("title", "outlet", "url", "published")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """An article with spans and links, as a line of JSON holds it.

    `labels` is `None` where the line does not say what was annotated: then everything was.
    """

    article: Article
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    labels: tuple[str, ...] | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    model_version: str | None = None
    split: Split | None = None
    """What the article serves for where it comes from, if the line says it."""
    blind: bool | None = None
    """Whether it was annotated without predictions, if the line says it."""
    reference: bool | None = None
    """Whether, of several annotations, this one counts as gold; `None`: the line does not say."""

    def prediction(self) -> Prediction:
        """Return the line as a machine's work; raises `RecordError` without a model version."""
        return Prediction(
            article_id=self.article.article_id,
            text_sha256=self.article.text_sha256,
            spans=self.spans,
            links=self.links,
            scores=self.scores,
            model_version=self.model_version or "",
        )

    def annotation(
        self, *, annotator: str, annotation_id: str, all_names: tuple[str, ...]
    ) -> Annotation:
        """Return the line as a person's work.

        Raises `RecordError` where the line has a model version: a machine made it.
        """
        if self.model_version is not None:
            raise RecordError(
                f"{self.article.article_id}: the line carries model_version "
                f"{self.model_version!r}: these are predictions, nobody's annotations",
                hint="if a person corrected them, remove model_version from the lines",
            )
        return Annotation(
            article_id=self.article.article_id,
            text_sha256=self.article.text_sha256,
            spans=self.spans,
            links=self.links,
            labels=all_names if self.labels is None else self.labels,
            annotator=annotator,
            annotation_id=annotation_id,
        )


def dumps(value: Any) -> str:
    """Return compact JSON with the characters themselves, for one line of a file."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) of a JSONL file; blank lines are passed over.

    Raises `InputError` with file and line for what is no object, too long or too deep.
    """
    for number, value in read_each_object(path):
        if isinstance(value, InputError):
            raise value
        yield number, value


def read_each_object(path: Path) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
    """Yield the objects of a JSONL file, and in the place of each bad line what is wrong with it.

    A file that cannot be opened is one bad line.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        yield 1, InputError(f"cannot be read: {error.strerror}", path=path)
        return
    with stream:
        yield from each_object_of(stream, path=path)


def each_object_of(
    stream: IO[bytes], *, path: Path
) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
    """Yield the same of an open stream; `path` is what errors name."""
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) > MAX_LINE_BYTES:
            said = f"the line is longer than {MAX_LINE_BYTES // 1024 // 1024} MiB"
            yield number, InputError(said, path=path, line=number)
            while raw and not raw.endswith(b"\n"):  # what is left of it
                raw = stream.readline(MAX_LINE_BYTES)
        elif raw.strip():
            try:
                value: dict[str, Any] | InputError = parse_object(raw, path=path, line=number)
            except InputError as error:
                value = error
            yield number, value


def parse_object(raw: bytes, *, path: Path, line: int) -> dict[str, Any]:
    """Return the JSON object in `raw`; raises `InputError` naming file and line."""
    try:
        value = json.loads(raw.decode("utf-8-sig" if line == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", path=path, line=line) from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON: {error.msg} at column {error.colno}", path=path, line=line
        ) from None
    except RecursionError:
        raise InputError("nested too deeply", path=path, line=line) from None
    except ValueError:  # Python reads no longer ones (sys.set_int_max_str_digits)
        raise InputError("a number of more than 4,300 digits", path=path, line=line) from None
    if not isinstance(value, dict):
        raise InputError(f"expected an object, found {json_kind(value)}", path=path, line=line)
    return value


def read_article_lines(path: Path) -> Iterator[tuple[int, ArticleLine]]:
    """Yield (line number, article line) of a file in annotate's own JSONL format.

    Raises `InputError` with file and line.
    """
    for number, value in read_objects(path):
        try:
            yield number, article_line_from_json(value)
        except RecordError as error:
            raise InputError(error.message, path=path, line=number, hint=error.hint) from None


def the_one_that_counts(
    lines: Sequence[tuple[int, ArticleLine]], *, path: Path
) -> ArticleLine | None:
    """Return which of the numbered lines of one article counts; `None` where all say "not I".

    A line alone does, and of several the one that says `reference`; else raises `InputError`.
    """
    if all(line.reference is False for _, line in lines):
        return None
    (first, only), *others = lines
    if not others:
        return only
    counting = [line for _, line in lines if line.reference]
    if len(counting) == 1:
        return counting[0]
    raise InputError(
        f"article {only.article.article_id!r} stands here again (first in line {first}), and "
        f"{'more than one line says' if counting else 'no line says'} that it counts",
        path=path,
        line=others[0][0],
        hint='mark the line that counts with "reference": true, or keep one line',
    )


def article_from_json(value: Mapping[str, Any]) -> Article:
    """Return the article of a line; a stated hash that is not the text's raises `RecordError`."""
    for key in ("article_id", "text"):
        if not isinstance(value.get(key), str):
            raise RecordError(f"expected a string {key!r}, found {json_kind(value.get(key))}")
    for key in _ARTICLE_TEXTS:
        if not isinstance(value.get(key), str | None):
            raise RecordError(f"expected a string or null {key!r}, found {json_kind(value[key])}")
    meta = value.get("meta") or {}
    if not isinstance(meta, dict):
        raise RecordError(f"expected an object 'meta', found {json_kind(meta)}")
    article = Article(
        article_id=value["article_id"],
        text=value["text"],
        meta=meta,
        **{key: value.get(key) for key in _ARTICLE_TEXTS},
    )
    stated = value.get("text_sha256")
    if stated is not None and stated != article.text_sha256:
        raise RecordError(
            f"{article.article_id}: text_sha256 is {str(stated)[:12]}…, "
            f"but the text's is {article.text_sha256[:12]}…: the text was changed"
        )
    return article


def article_to_json(article: Article) -> dict[str, Any]:
    """Return the article's part of a line."""
    return {
        "article_id": article.article_id,
        "text": article.text,
        "text_sha256": article.text_sha256,
        "title": article.title,
        "outlet": article.outlet,
        "url": article.url,
        "published": article.published,
        "meta": dict(article.meta),
    }


def article_line_from_json(value: Mapping[str, Any]) -> ArticleLine:
    """Return the article line of a JSON object; raises `RecordError` saying what was expected."""
    if "annotations" in value:
        raise RecordError(
            "a line of an export, which holds several people's annotations; "
            "expected one set of spans",
            hint="annotate exports write makes such lines of an export",
        )
    article = article_from_json(value)
    labels = value.get("labels")
    if labels is not None and not _is_strings(labels):
        raise RecordError(f"{article.article_id}: expected 'labels' to be a list of strings")
    model_version = value.get("model_version")
    if not isinstance(model_version, str | None):
        raise RecordError(f"{article.article_id}: expected a string or null 'model_version'")
    spans, scores = spans_from_json(article.article_id, value.get("spans") or [])
    links = links_from_json(article.article_id, value.get("links") or [], spans)
    check_spans(spans, links, owner=article.article_id)
    check_fits(article, article.text_sha256, spans)
    return ArticleLine(
        article=article,
        spans=spans,
        links=links,
        labels=None if labels is None else tuple(labels),
        scores=scores,
        model_version=model_version,
        split=_split(article, value.get("split")),
        blind=_flag(article, value, "blind"),
        reference=_flag(article, value, "reference"),
    )


def article_line_to_json(line: ArticleLine) -> dict[str, Any]:
    """Return the JSON object of an article line."""
    value = article_to_json(line.article)
    if line.labels is not None:
        value["labels"] = list(line.labels)
    for name in ("split", "blind", "reference"):
        if getattr(line, name) is not None:
            value[name] = getattr(line, name)
    value["spans"] = spans_to_json(line.spans, line.scores)
    value["links"] = links_to_json(line.links)
    if line.model_version is not None:
        value["model_version"] = line.model_version
    return value


def _split(article: Article, value: Any) -> Split | None:
    if value is not None and value not in get_args(Split):
        raise RecordError(
            f"{article.article_id}: split is {value!r}; expected {', '.join(get_args(Split))}"
        )
    found: Split | None = value
    return found


def _flag(article: Article, value: Mapping[str, Any], name: str) -> bool | None:
    found = value.get(name)
    if not isinstance(found, bool | None):
        raise RecordError(f"{article.article_id}: expected true, false or null {name!r}")
    return found


def _is_strings(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)

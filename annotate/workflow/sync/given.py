"""Predictions that somebody else made: a JSONL file stands where a model would predict.

One file is one model version. A file is gone through once, when everything in it is checked; then
only the places of its lines are held, and a line is read again when its article is sent.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from annotate.errors import InputError, RecordError, UsageError
from annotate.jsonl import MAX_LINE_BYTES, ArticleLine, article_line_from_json, parse_object
from annotate.labels import LabelScheme
from annotate.pipeline.fitting import fit
from annotate.pipeline.registry import Model
from annotate.records import Article, ArticleKey, Link, Prediction, Span

if TYPE_CHECKING:
    from annotate.workflow.mirror.site import Site
    from annotate.workflow.state.context import Context


class Source(Protocol):
    """What gives predictions; `left_out` counts by name what the labelling config cannot hold."""

    @property
    def left_out(self) -> Counter[str]:
        """What was left out so far, by name."""

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction | None]:
        """Yield a prediction an article, in order; `None` where there is none."""


@dataclass(slots=True, kw_only=True)
class GivenVersion:
    """The predictions of one model version, as a file holds them."""

    version: str
    path: Path
    scheme: LabelScheme
    aliases: Mapping[str, str]
    places: dict[ArticleKey, tuple[int, int]] = field(default_factory=dict)
    """Article revision → number and offset of its line."""
    spans: int = 0
    twice: tuple[str, ...] = ()
    """Articles that have several lines: the first one counts."""
    unfit: Counter[str] = field(default_factory=Counter)
    """What of the whole file the labelling config cannot hold, by name."""
    left_out: Counter[str] = field(default_factory=Counter)
    """The same of what was sent."""

    @property
    def predicts(self) -> bool:
        """Whether there are predictions at all, as for a model."""
        return True

    def without_predictions(self) -> str | None:
        """Return, as for a model, what follows where there are none."""
        return None

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction | None]:
        """Yield the file's prediction of each article; `None` where it has no line for that text.

        Raises `InputError` where the file has changed since it was checked.
        """
        stream = self.path.open("rb")
        with stream:
            for article in articles:
                place = self.places.get(article.key)
                if place is None:
                    yield None
                    continue
                number, offset = place
                stream.seek(offset)
                line = _line(stream.readline(MAX_LINE_BYTES + 1), self.path, number)
                if line.article.key != article.key or line.model_version != self.version:
                    raise InputError("the file was changed meanwhile", path=self.path, line=number)
                yield self.fitted(line, self.left_out)

    def fitted(self, line: ArticleLine, left_out: Counter[str]) -> Prediction:
        """Return what of a line the labelling config can hold.

        Spans get ids that no other version of the article has: an annotation's regions keep them,
        and tell so which prediction was shown. Spans that repeat another (place and label) are one.
        """
        spans, links = fit(
            line.spans, line.links, self.scheme, aliases=self.aliases, left_out=left_out
        )
        ids = {span.id: _span_id(self.version, line.article.article_id, span) for span in spans}
        named: dict[str, Span] = {}
        scores: dict[str, float] = {}
        for span in spans:
            new = ids[span.id]
            if new in named:
                left_out[f"{span.label} marked twice at one place"] += 1
                continue
            named[new] = replace(span, id=new)
            if span.id in line.scores:
                scores[new] = line.scores[span.id]
        joined = (
            Link(head_id=ids[link.head_id], tail_id=ids[link.tail_id], label=link.label)
            for link in links
            if ids[link.head_id] != ids[link.tail_id]
        )
        return Prediction(
            article_id=line.article.article_id,
            text_sha256=line.article.text_sha256,
            spans=tuple(named.values()),
            links=tuple(dict.fromkeys(joined)),
            scores=scores,
            model_version=self.version,
        )

    def limited_to(self, keys: Collection[ArticleKey]) -> GivenVersion:
        """Return the predictions of these articles alone; what is left out is counted together."""
        return replace(self, places={key: at for key, at in self.places.items() if key in keys})


Predicts = Model | GivenVersion
"""What predicts in a push or a sync: a model, or a file of predictions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The files of a run; `shown` is the version to show annotators, `named` where asked for."""

    versions: tuple[GivenVersion, ...]
    shown: GivenVersion
    named: bool

    @property
    def others(self) -> tuple[GivenVersion, ...]:
        """The versions that annotators are not to see."""
        return tuple(version for version in self.versions if version is not self.shown)


def read_given(context: Context, paths: Sequence[Path], *, show: str | None = None) -> Given:
    """Check files of predictions; the last one's version is shown, unless `show` names another.

    Raises `InputError` with file and line for what is no prediction, `UsageError` for a `show` that
    no file holds.
    """
    versions: dict[str, GivenVersion] = {}
    for path in paths:
        found = _read(path, context.scheme, context.settings.aliases)
        if found.version in versions:
            raise InputError(
                f"model_version is {found.version!r} in {versions[found.version].path} as well",
                path=path,
                hint="one file is one model version: put their lines into one file, or name the "
                "versions apart",
            )
        versions[found.version] = found
    if show is not None and show not in versions:
        raise UsageError(f"--show {show}: the files hold {', '.join(versions)}")
    shown = versions[show] if show is not None else list(versions.values())[-1]
    return Given(versions=tuple(versions.values()), shown=shown, named=show is not None)


def source_of(site: Site, predicts: Predicts) -> Source:
    """Return what gives the predictions: the file, or the model, which is loaded."""
    return predicts if isinstance(predicts, GivenVersion) else site.models.load(predicts)


def _read(path: Path, scheme: LabelScheme, aliases: Mapping[str, str]) -> GivenVersion:
    found: GivenVersion | None = None
    twice: list[str] = []
    for number, offset, raw in _raw_lines(path):
        line = _line(raw, path, number)
        if not line.model_version:
            raise InputError(
                "the line has no model_version: who predicted it?",
                path=path,
                line=number,
                hint="what people annotated is read with: annotate exports read",
            )
        if found is None:
            found = GivenVersion(
                version=line.model_version, path=path, scheme=scheme, aliases=aliases
            )
        if line.model_version != found.version:
            raise InputError(
                f"model_version is {line.model_version!r}, and {found.version!r} in lines before",
                path=path,
                line=number,
                hint="one file is one model version",
            )
        if line.article.key in found.places:
            twice.append(line.article.article_id)
            continue
        found.places[line.article.key] = (number, offset)
        found.spans += len(found.fitted(line, found.unfit).spans)
    if found is None:
        raise InputError("holds no predictions", path=path)
    found.twice = tuple(dict.fromkeys(twice))
    return found


def _raw_lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, offset and bytes of the lines that are not blank."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    with stream:
        number = offset = 0
        while raw := stream.readline(MAX_LINE_BYTES + 1):
            number += 1
            if raw.strip():
                yield number, offset, raw
            offset += len(raw)


def _line(raw: bytes, path: Path, number: int) -> ArticleLine:
    if len(raw) > MAX_LINE_BYTES:
        limit = MAX_LINE_BYTES // 1024 // 1024
        raise InputError(f"the line is longer than {limit} MiB", path=path, line=number)
    try:
        return article_line_from_json(parse_object(raw, path=path, line=number))
    except RecordError as error:
        raise InputError(error.message, path=path, line=number, hint=error.hint) from None


def _span_id(version: str, article_id: str, span: Span) -> str:
    place = f"{version}\0{article_id}\0{span.start}\0{span.end}\0{span.label}"
    return hashlib.sha256(place.encode()).hexdigest()[:10]

"""Where other people's formats meet: reading one under our names, writing an export version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.errors import UsageError
from annotate.exports.formats.base import Loss, Place
from annotate.exports.formats.cas_files import is_cas
from annotate.exports.formats.fitting import check_names, fit_line, occurring_names
from annotate.exports.formats.mapping import Mapping as NameMapping
from annotate.exports.formats.mapping import apply_mapping, load_mapping
from annotate.exports.lines import ExportedArticle
from annotate.exports.manifests import Version
from annotate.jsonl import ArticleLine, read_objects
from annotate.labels import LabelScheme
from annotate.outputs import require_free, require_not_own
from annotate.quality.adjudication import Decided
from annotate.records import Annotation, Link, Span
from annotate.workflow.exchange.lines import Written
from annotate.workflow.exchange.readers import READERS
from annotate.workflow.exchange.writers import WRITERS
from annotate.workflow.state.context import Context

FORMATS = (
    "jsonl",
    "brat",
    "prodigy",
    "doccano",
    "conll",
    "uima-cas",
    "parquet",
    "docbin",
    "label-studio",
)
DIRECTORIES = ("brat", "uima-cas")
"""Formats that are written as a new directory."""
READ_ONLY = ("marked",)
"""Texts with inline marks are read, not written."""

_SUFFIXES = {
    ".jsonl": "jsonl",
    ".parquet": "parquet",
    ".spacy": "docbin",
    ".json": "label-studio",
    ".conll": "conll",
    ".bio": "conll",
    ".iob": "conll",
}
_DIRECTORY_SUFFIXES = {
    "brat": (".ann",),
    "marked": (".marked",),
    "uima-cas": (".xmi", ".json", ".zip"),
}
_READABLE = {*_SUFFIXES, ".ann", ".marked", ".xmi", ".zip"}
_UNSIGNED = ("brat", "doccano", "conll", "uima-cas")
"""Formats that name no annotators: of several annotations of one article each is a text."""

_WHOLE = (
    "jsonl",
    "parquet",
    "marked",
)  # where nothing is said of what was annotated, everything was


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What was read, ready to be adopted, and what was lost on the way."""

    format: str
    items: tuple[tuple[Place, ArticleLine], ...]
    losses: tuple[Loss, ...]

    @property
    def articles(self) -> int:
        """How many article revisions there are."""
        return len({(line.article.article_id, line.article.text_sha256) for _, line in self.items})

    @property
    def spans(self) -> dict[str, int]:
        """How many spans there are of each label."""
        return _counts(span for _, line in self.items for span in line.spans)

    @property
    def links(self) -> dict[str, int]:
        """How many links there are of each kind."""
        return _counts(link for _, line in self.items for link in line.links)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """What was written; an annotation is one person's work on one article."""

    version: Version
    format: str
    articles: int
    annotations: int
    spans: dict[str, int]
    links: dict[str, int]
    losses: tuple[Loss, ...]


def _counts(marks: Iterable[Span | Link]) -> dict[str, int]:
    return dict(sorted(Counter(mark.label for mark in marks).items()))


def guess_format(path: Path) -> str:
    """Return the format that a path has plainly; raises `UsageError` where it is open."""
    if not path.exists():
        raise UsageError(f"{path}: no such file or directory")
    if path.is_dir() and any(path.rglob("*.ann")):
        return "brat"
    if path.suffix == ".marked" or (path.is_dir() and any(path.rglob("*.marked"))):
        return "marked"
    if is_cas(path) or path.suffix.lower() == ".zip":
        return "uima-cas"
    suffix = path.suffix.lower()
    if suffix == ".jsonl" and path.is_file():
        first = next((value for _, value in read_objects(path)), {})
        if _is_doccano(first):
            return "doccano"
        spans = first.get("spans") or [{}]
        marked = (
            isinstance(spans, list) and isinstance(spans[0], dict) and "token_start" in spans[0]
        )
        theirs = "_input_hash" in first or "tokens" in first or marked
        return "prodigy" if theirs and "article_id" not in first else "jsonl"
    found = _SUFFIXES.get(suffix)
    if found is None or not path.is_file():
        raise UsageError(
            f"{path}: its format cannot be told from its name",
            hint=f"say it with --format: {', '.join((*FORMATS, *READ_ONLY))}",
        )
    return found


def _passed_over(path: Path, chosen: str) -> list[Loss]:
    """Return the files of a directory that another format would read."""
    theirs = _DIRECTORY_SUFFIXES.get(chosen, ())
    return [
        Loss(article_id=child.name, what="file", detail=f"is none of {chosen}: {child}")
        for child in (sorted(path.rglob("*")) if path.is_dir() else ())
        if child.suffix.lower() in _READABLE and child.suffix.lower() not in theirs
    ]


def _is_doccano(first: Mapping[str, Any]) -> bool:
    """Say whether a line is one of doccano's: entities, or labels that are lists."""
    labels = first.get("label", first.get("labels"))
    listed = isinstance(labels, list) and all(isinstance(label, list) for label in labels)
    return "spans" not in first and ("entities" in first or ("label" in first and listed))


def read_format(
    scheme: LabelScheme, path: Path, *, name: str | None = None, mapping: Path | None = None
) -> ReadResult:
    """Read a file or directory of the format `name` under our names; disk stays as it is.

    What was annotated at all is what the mapping or the file says, else the names that occur.
    Attributes that the labelling config has not are losses. Raises `InputError` naming file and
    line: what is broken, and labels and links that neither mapping nor config knows.
    """
    chosen = _checked(name, (*FORMATS, *READ_ONLY)) if name else guess_format(path)
    names = NameMapping() if mapping is None else load_mapping(mapping)
    reading = READERS[chosen](path, scheme, names)
    losses = [*reading.losses, *_passed_over(path, chosen)]
    mapped: list[tuple[Place, ArticleLine]] = []
    for place, theirs in reading.items:
        line, left = apply_mapping(theirs, names)
        mapped.append((place, line))
        losses += left
    check_names(mapped, scheme)
    found = (*names.names(), *(name for _, line in mapped for name in occurring_names(line)))
    known = tuple(name for name in scheme.all_names if name in found)
    items: list[tuple[Place, ArticleLine]] = []
    for place, line in mapped:
        fitted, left = fit_line(line, scheme, known=None if chosen in _WHOLE else known)
        items.append((place, fitted))
        losses += left
    return ReadResult(format=chosen, items=tuple(items), losses=tuple(losses))


def write_format(
    context: Context,
    out: Path,
    *,
    name: str | None = None,
    export: str | None = None,
    reference: bool = False,
    overwrite: bool = False,
) -> WriteResult:
    """Write an export version in the format `name`, whole or not at all.

    With `reference` each article has one annotation, the one that counts as gold.

    By default the format is told from the suffix of `out`; raises `UsageError` where it is open,
    and where `out` is a file that is there already, unless `overwrite` allows that.
    """
    name = _checked(name or _format_of(out), FORMATS)
    if name in DIRECTORIES:  # which are never old ones
        require_not_own(out, context.workspace)
    else:
        require_free(out, context.workspace, overwrite=overwrite)
    version = context.versions.find(export)
    held = list(context.versions.load(version).values())
    if reference:
        held = [replace(line, annotations=_reference(context, line)) for line in held]
    annotations = [annotation for line in held for annotation in line.annotations]
    losses = [
        Loss(article_id=line.article.article_id, what="article", detail="nobody annotated it")
        for line in held
        if not line.annotations
    ]
    losses += [
        Loss(
            article_id=line.article.article_id,
            what="several annotations",
            detail=f"{len(line.annotations)} people's become texts of their own: {name} names "
            "no annotators",
        )
        for line in held
        if name in _UNSIGNED and len(line.annotations) > 1
    ]
    decide = _only_one if reference else context.decide
    work = Written(held=held, scheme=context.scheme, decide=decide)
    losses += WRITERS[name](out, work)
    return WriteResult(
        version=version,
        format=name,
        articles=sum(bool(line.annotations) for line in held),
        annotations=len(annotations),
        spans=_counts(span for annotation in annotations for span in annotation.spans),
        links=_counts(link for annotation in annotations for link in annotation.links),
        losses=tuple(losses),
    )


def _only_one(annotations: Sequence[Annotation]) -> Decided | None:
    """Return the annotation that was chosen already."""
    return Decided(annotation=annotations[0], rule="chosen") if annotations else None


def _reference(context: Context, line: ExportedArticle) -> tuple[Annotation, ...]:
    decided = context.decide(line.annotations)
    return () if decided is None else (decided.annotation,)


def _format_of(out: Path) -> str:
    found = _SUFFIXES.get(out.suffix.lower())
    if found is None:
        raise UsageError(
            f"{out}: the format to write cannot be told from its name",
            hint=f"say it with --format: {', '.join(FORMATS)}",
        )
    return found


def _checked(name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise UsageError(f"no format {name!r}; there are {', '.join(known)}")
    return name

"""The readers of other people's formats, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from annotate.articles.file_readers import read_file
from annotate.exports.formats.base import Loss, Place, Reading
from annotate.exports.formats.brat import read_brat
from annotate.exports.formats.cas_files import read_cas
from annotate.exports.formats.conll import read_conll
from annotate.exports.formats.doccano import read_doccano
from annotate.exports.formats.mapping import Mapping as NameMapping
from annotate.exports.formats.own import read_own
from annotate.exports.formats.parquet import read_parquet
from annotate.exports.formats.prodigy import read_prodigy
from annotate.jsonl import ArticleLine
from annotate.labels import LabelScheme
from annotate.studio.json_export import read_json_export


def _read_marked(path: Path, _: LabelScheme, __: NameMapping) -> Reading:
    root = path if path.is_dir() else path.parent
    files = sorted(path.rglob("*.marked")) if path.is_dir() else [path]
    return Reading(
        items=tuple(
            (Place(path=file), line) for file in files for line in read_file(file, root=root)
        )
    )


def _read_docbin(path: Path, _: LabelScheme, __: NameMapping) -> Reading:
    from annotate.pipeline.docbin import read_docbin

    read = read_docbin(path)
    return Reading(
        items=tuple((Place(path=path, by=doc.by), doc.line) for doc in read),
        losses=tuple(
            Loss(article_id=doc.line.article.article_id, what=what, detail=detail)
            for doc in read
            for what, detail in doc.left
        ),
    )


def _read_studio(path: Path, scheme: LabelScheme, names: NameMapping) -> Reading:
    items: list[tuple[Place, ArticleLine]] = []
    losses: list[Loss] = []
    for task in read_json_export(path, scheme, text_key=names.text):
        article_id = task.article.article_id
        items += [(Place(path=path, by=by, item=i), line) for by, i, line in task.annotations]
        losses += [Loss(article_id=article_id, what=w, detail=detail) for w, detail in task.left]
    return Reading(items=tuple(items), losses=tuple(losses))


def _read_cas(path: Path, scheme: LabelScheme, names: NameMapping) -> Reading:
    return read_cas(path, frozenset({*scheme.span_labels, *names.labels, *names.drop}))


READERS: Mapping[str, Callable[[Path, LabelScheme, NameMapping], Reading]] = {
    "marked": _read_marked,
    "jsonl": lambda path, _, __: read_own(path),
    "brat": lambda path, _, names: read_brat(path, names.brat, drop=names.drop),
    "prodigy": lambda path, _, __: read_prodigy(path),
    "doccano": lambda path, _, __: read_doccano(path),
    "conll": lambda path, _, __: read_conll(path),
    "uima-cas": _read_cas,
    "parquet": lambda path, _, __: read_parquet(path),
    "docbin": _read_docbin,
    "label-studio": _read_studio,
}

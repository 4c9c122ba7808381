"""The writers of other people's formats, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from annotate.exports.formats.base import Loss, write_directory
from annotate.exports.formats.brat_files import brat_files
from annotate.exports.formats.cas_files import cas_files
from annotate.exports.formats.conll import conll_lines
from annotate.exports.formats.doccano import doccano_lines
from annotate.exports.formats.own import own_lines
from annotate.exports.formats.parquet import write_parquet
from annotate.exports.formats.prodigy import prodigy_lines
from annotate.files import write_atomic, write_lines_atomic
from annotate.jsonl import dumps
from annotate.studio.json_export import json_export_task
from annotate.workflow.exchange.lines import Items, Written, annotation_lines


def _write_own(out: Path, work: Written) -> list[Loss]:
    items, losses = annotation_lines(work, joined=True)
    write_lines_atomic(out, own_lines(items))
    return losses


def _write_parquet(out: Path, work: Written) -> list[Loss]:
    items, losses = annotation_lines(work, joined=True)
    write_parquet(out, items)
    return losses


def _directory(
    convert: Callable[[Items], tuple[list[tuple[str, str]], list[Loss]]],
) -> Callable[[Path, Written], list[Loss]]:
    """Return the writer of a format that is a directory of files."""

    def write(out: Path, work: Written) -> list[Loss]:
        items, losses = annotation_lines(work)
        files, left = convert(items)
        write_directory(out, files)
        return [*losses, *left]

    return write


def _lines(
    convert: Callable[[Items], tuple[list[str], list[Loss]]],
) -> Callable[[Path, Written], list[Loss]]:
    """Return the writer of a format that is lines in one file."""

    def write(out: Path, work: Written) -> list[Loss]:
        items, losses = annotation_lines(work)
        lines, left = convert(items)
        write_lines_atomic(out, lines)
        return [*losses, *left]

    return write


def _token_offsets(text: str) -> list[tuple[int, int]]:
    from annotate.pipeline.docbin import token_offsets  # importing spaCy takes a second

    return token_offsets(text)


def _write_docbin(out: Path, work: Written) -> list[Loss]:
    from annotate.pipeline.docbin import write_docbin

    items, losses = annotation_lines(work)
    for issue in write_docbin(out, items):
        span = issue.span
        new = "" if issue.start is None else f", now {issue.start}:{issue.end}"
        detail = f"{span.label} {span.start}:{span.end} {issue.reason}{new}"
        losses.append(Loss(article_id=issue.article_id, what=issue.what, detail=detail))
    return losses


def _write_studio(out: Path, work: Written) -> list[Loss]:
    tasks: list[str] = []
    losses: list[Loss] = []
    for line in work.held:
        if line.annotations:
            task, left = json_export_task(
                line.article, line.annotations, work.scheme, group=line.group, split=line.split
            )
            tasks.append(dumps(task))
            losses += [
                Loss(article_id=line.article.article_id, what=what, detail=detail)
                for what, detail in left
            ]
    write_atomic(out, "[\n" + ",\n".join(tasks) + "\n]\n")
    return losses


WRITERS: Mapping[str, Callable[[Path, Written], list[Loss]]] = {
    "jsonl": _write_own,
    "brat": _directory(brat_files),
    "prodigy": _lines(partial(prodigy_lines, tokenise=_token_offsets)),
    "doccano": _lines(doccano_lines),
    "conll": _lines(partial(conll_lines, tokenise=_token_offsets)),
    "uima-cas": _directory(cas_files),
    "parquet": _write_parquet,
    "docbin": _write_docbin,
    "label-studio": _write_studio,
}

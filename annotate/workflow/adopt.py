"""Adopt: annotations from a file become part of a new export version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from annotate.errors import InputError, RecordError
from annotate.exports.formats.base import Place
from annotate.exports.lines import ADOPTED, ExportedArticle
from annotate.exports.pseudonyms import load_or_create_key, pseudonym
from annotate.exports.store import ExportStore, Version
from annotate.jsonl import ArticleLine
from annotate.labels import LabelScheme
from annotate.records import Annotation, Article, Split
from annotate.workflow.pull import index_file
from annotate.workflow.register import Entry, open_register
from annotate.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptResult:
    """What was read; `version` is `None` where all of it was there already."""

    version: Version | None
    articles: int
    annotations: int


def adopt(
    workspace: Workspace,
    scheme: LabelScheme,
    items: Iterable[tuple[Place, ArticleLine]],
    *,
    annotator: str,
    source: Path,
    corpus: str | None = None,
    dry_run: bool = False,
) -> AdoptResult:
    """Make annotated articles of any format part of a new version.

    The annotator stands under a pseudonym, as everybody does; so does everybody whom the file
    itself tells apart (`Place.by`). `corpus` names a foreign corpus: its articles are learned first
    and never tested on, and those that nearly repeat a test or development article of one's own
    are left out of training. Reading the same again changes nothing, and `dry_run` only
    tells what would change. Raises `InputError` with file and line: labels that the config has not,
    lines that a model made, an article that one person annotated twice.
    """
    key_file = workspace.state / "pseudonym.key"
    key = b"" if dry_run and not key_file.exists() else load_or_create_key(key_file)
    read: list[tuple[Article, Annotation]] = []
    seen: dict[tuple[str, str, str], Place] = {}
    for place, line in items:
        unknown = {span.label for span in line.spans} - set(scheme.span_labels)
        if unknown:
            raise InputError(
                f"unknown label {min(unknown)!r}; the labelling config has "
                f"{', '.join(scheme.span_labels)}",
                path=place.path,
                line=place.line,
            )
        name = pseudonym(annotator if place.by is None else f"{annotator}/{place.by}", key=key)
        parts = [line.article.article_id, line.article.text_sha256, name]
        digest = hashlib.sha256("\0".join([*parts, *filter(None, [place.item])]).encode())
        try:
            annotation = line.annotation(
                annotator=name,
                annotation_id=f"{ADOPTED}{digest.hexdigest()[:12]}",
                all_names=scheme.all_names,
            )
        except RecordError as error:
            raise place.error(error) from None
        identity = (line.article.article_id, line.article.text_sha256, annotation.annotation_id)
        earlier = seen.setdefault(identity, place)
        if earlier is not place:
            where = earlier.path.name if earlier.line is None else f"line {earlier.line}"
            raise InputError(
                f"article {line.article.article_id!r} stands twice (see {where})",
                path=place.path,
                line=place.line,
                hint="keep one of them, or read them apart under two annotators",
            )
        read.append((line.article, annotation))
    if not read:
        raise InputError("no article in the file", path=source)
    changes = _changes(workspace, read, corpus=corpus, save=not dry_run)
    version = None
    if changes and not dry_run:
        store = ExportStore(workspace.exports)
        latest = store.latest()
        version = store.add(
            changes,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            scheme=scheme.fingerprint(),
            label_config_sha256=hashlib.sha256(workspace.label_config().encode()).hexdigest(),
            watermark=latest.watermark if latest else None,
            project={"title": workspace.settings.project, "file": source.name},
            cache=index_file(workspace),
        )
    return AdoptResult(version=version, articles=len(changes), annotations=len(read))


def _changes(
    workspace: Workspace,
    read: Sequence[tuple[Article, Annotation]],
    *,
    corpus: str | None,
    save: bool,
) -> list[ExportedArticle]:
    store = ExportStore(workspace.exports)
    changes: dict[tuple[str, str], ExportedArticle] = {}
    with (
        store.index(store.latest(), index_file(workspace) if save else None) as index,
        open_register(workspace, dry_run=not save) as register,
    ):
        entries = register.place(article for article, _ in read)
        for (article, annotation), entry in zip(read, entries, strict=True):
            key = (article.article_id, article.text_sha256)
            old = changes.get(key) or index.line(key)
            others = tuple(
                a
                for a in (old.annotations if old else ())
                if a.annotation_id != annotation.annotation_id
            )
            line = ExportedArticle(
                article=article,
                annotations=tuple(sorted((*others, annotation), key=lambda a: a.annotation_id)),
                group=old.group if old else entry.group,
                split=old.split if old else _split(entry, corpus),
                corpus=old.corpus if old else corpus,
                blind=old.blind if old else True,
                tasks=old.tasks if old else (),
                skipped=old.skipped if old else 0,
            )
            if line != old:
                changes[key] = line
        if save:
            register.save()
    return [changes[key] for key in sorted(changes)]


def _split(entry: Entry, corpus: str | None) -> Split:
    if corpus is None:
        return entry.split
    alone = entry.group == entry.article_id
    return "train" if alone or entry.split == "train" else "none"

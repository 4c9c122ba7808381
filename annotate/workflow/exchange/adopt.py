"""Adopt: annotations from a file become part of a new export version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from annotate.errors import InputError, RecordError
from annotate.exports.formats.base import Loss, Place
from annotate.exports.lines import ExportedArticle
from annotate.exports.manifests import Version
from annotate.jsonl import ArticleLine
from annotate.origins import ADOPTED
from annotate.records import Annotation, Article, ArticleKey, Split
from annotate.workflow.state.context import Context
from annotate.workflow.state.register import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptResult:
    """What was read; `version` is `None` where all of it was there already."""

    version: Version | None
    articles: int
    annotations: int
    taken_for_blind: int
    """Test articles of which the file does not say whether annotators saw pre-labels."""
    elsewhere: tuple[str, ...]
    """Articles that a version holds already, as one's own or of another corpus than was named."""


class _Read(NamedTuple):
    article: Article
    annotation: Annotation
    blind: bool | None


def adopt(
    context: Context,
    items: Iterable[tuple[Place, ArticleLine]],
    *,
    annotator: str,
    source: Path,
    corpus: str | None = None,
    corrected: bool = False,
    losses: Iterable[Loss] = (),
    dry_run: bool = False,
) -> AdoptResult:
    """Make annotated articles of any format part of a new version.

    The annotator stands under a pseudonym, as everybody does; so does everybody whom the file
    itself tells apart (`Place.by`). `corpus` names a foreign corpus: its articles are learned first
    and never tested on, and those that nearly repeat a test or development article of one's own
    are left out of training. `corrected` says that annotators saw a model's pre-labels where the
    file says nothing of it; otherwise they are taken to have seen none. `losses` are kept for the
    ledger: what of the file is in no article line. Reading the same again
    changes nothing, and `dry_run` only tells what would change. Raises `InputError` with file and
    line: labels that the config has not, lines that a model made, an article that one person
    annotated twice.
    """
    scheme = context.scheme
    people = context.people.on_trial() if dry_run else context.people
    read: list[_Read] = []
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
        name = people.pseudonym(annotator if place.by is None else f"{annotator}/{place.by}")
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
        blind = False if line.blind is None and corrected else line.blind
        read.append(_Read(line.article, annotation, blind))
    if not read:
        raise InputError(
            "no annotated article in it: nothing that was accepted, or nothing at all", path=source
        )
    changes, elsewhere = _changes(context, read, corpus=corpus, dry_run=dry_run)
    version = None
    if changes and not dry_run:
        version = context.versions.write(
            changes, about={"title": context.settings.project, "file": source.name}
        )
    if not dry_run:
        with context.seen() as kept:
            told = [(loss.article_id, loss.what, loss.detail) for loss in losses]
            kept.put_file_losses(str(source), corpus, told)
    unsaid = {item.article.key for item in read if item.blind is None}
    return AdoptResult(
        version=version,
        articles=len(changes),
        annotations=len(read),
        taken_for_blind=sum(
            line.key in unsaid and line.blind and line.split == "test" for line in changes
        ),
        elsewhere=elsewhere,
    )


def _changes(
    context: Context,
    read: Sequence[_Read],
    *,
    corpus: str | None,
    dry_run: bool,
) -> tuple[list[ExportedArticle], tuple[str, ...]]:
    """Return the lines that change, and the articles that stay in another corpus than is named."""
    versions = context.versions
    changes: dict[ArticleKey, ExportedArticle] = {}
    elsewhere: dict[str, None] = {}
    with (
        versions.index_of(versions.latest()) if dry_run else versions.index() as index,
        context.register(dry_run=dry_run) as register,
    ):
        entries = register.place(article for article, _, _ in read)
        for (article, annotation, blind), entry in zip(read, entries, strict=True):
            key = article.key
            old = changes.get(key) or index.line(key)
            if old is not None and corpus not in (None, old.corpus):
                elsewhere[article.article_id] = None
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
                blind=old.blind if old else blind is not False,
                tasks=old.tasks if old else (),
                skipped=old.skipped if old else 0,
            )
            if line != old:
                changes[key] = line
        if not dry_run:
            register.save()
    return [changes[key] for key in sorted(changes)], tuple(elsewhere)


def _split(entry: Entry, corpus: str | None) -> Split:
    if corpus is None:
        return entry.split
    alone = entry.group == entry.article_id
    return "train" if alone or entry.split == "train" else "none"

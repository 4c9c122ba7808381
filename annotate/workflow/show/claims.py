"""Claims: what the labels are for. The table of claims of an export version or of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.claims.roles import Roles, find_roles
from annotate.claims.stories import near_duplicate_groups
from annotate.claims.table import ClaimTable, claim_table
from annotate.errors import InputError, UsageError
from annotate.exports.formats.own import read_own
from annotate.jsonl import ArticleLine, the_one_that_counts
from annotate.labels import LabelScheme
from annotate.quality.mentions import Marked
from annotate.records import Annotation, ArticleKey, Prediction
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedArticles:
    """Articles with the marks that count, and those of further annotators.

    `several` counts articles that more than one person annotated, `unmarked` those that nobody did.
    """

    name: str
    reference: tuple[Marked, ...]
    others: tuple[Marked, ...]
    several: int = 0
    unmarked: int = 0
    undecided: tuple[str, ...] = ()
    """Annotated articles that are left out, since no rule of adjudication decides."""

    def marked_by(self) -> str:
        """Return who made the marks that count, and whether anybody has checked them."""
        made = [item.marks for item in self.reference]
        machines = sorted({m.model_version for m in made if isinstance(m, Prediction)})
        people = sum(isinstance(marks, Annotation) for marks in made)
        by_machine = f"marked by the model {', '.join(machines)}; nobody has checked them"
        if not machines:
            return "annotated by people (what counts as gold)"
        if not people:
            return by_machine
        return (
            f"annotated by people (what counts as gold): {people}; "
            f"{by_machine}: {len(made) - people}"
        )

    def strange_labels(self, scheme: LabelScheme) -> dict[str, int]:
        """Count the marks whose label the scheme has not: nothing here looks at them."""
        labels = (span.label for item in self.reference for span in item.marks.spans)
        counts = Counter(label for label in labels if label not in scheme.span_labels)
        return dict(sorted(counts.items()))


def marked_articles(
    context: Context,
    file: Path | None,
    *,
    export: str | None = None,
    all_annotators: bool = False,
) -> MarkedArticles:
    """Return the marked articles of a file (annotations or predictions), else of a version.

    `all_annotators` keeps the work of those that do not count. Raises `UsageError` where both are
    named, `InputError` for a file without articles or with two sets of marks of which none says
    that it counts, `UnknownExportError` and `DamagedExportError`.
    """
    if file is not None and export is not None:
        raise UsageError("a file and --export: name one of them")
    if file is not None:
        return _of_file(file, context.scheme, all_annotators=all_annotators)
    version = context.versions.find(export)
    reference: list[Marked] = []
    others: list[Marked] = []
    several = unmarked = 0
    undecided: list[str] = []
    for line in context.versions.load(version).values():
        decided = context.decide(line.annotations)
        if decided is None:
            unmarked += not line.annotations
            undecided += [line.article.article_id] if line.annotations else []
            continue
        several += len(line.annotations) > 1
        marked = [
            Marked(article=line.article, marks=annotation, group=line.group, split=line.split)
            for annotation in (decided.annotation, *line.annotations)
        ]
        reference.append(marked[0])
        if all_annotators:
            others += [item for item in marked[1:] if item.marks is not decided.annotation]
    return MarkedArticles(
        name=version.name,
        reference=tuple(reference),
        others=tuple(others),
        several=several,
        unmarked=unmarked,
        undecided=tuple(undecided),
    )


def collect_claims(
    context: Context,
    held: MarkedArticles,
    *,
    claim: str | None = None,
    source: str | None = None,
    hedge: str | None = None,
    grouped: bool = True,
) -> ClaimTable:
    """Return the table of claims of marked articles.

    Labels are those of the workspace's links, but for those that are named. Raises `UsageError`
    where no label is a claim, and where rapidfuzz is missing for groups.
    """
    roles = find_roles(context.scheme, claim=claim, source=source, hedge=hedge)
    _check_labels(held.reference, roles, context.scheme)
    return claim_table(held.reference, context.scheme, roles, others=held.others, grouped=grouped)


def _of_file(path: Path, scheme: LabelScheme, *, all_annotators: bool) -> MarkedArticles:
    lines: dict[ArticleKey, list[tuple[int, ArticleLine]]] = {}
    marked: dict[int, Marked] = {}
    for place, line in read_own(path).items:
        number = place.line or 0
        lines.setdefault(line.article.key, []).append((number, line))
        marked[id(line)] = Marked(
            article=line.article,
            marks=_marks(line, place.by, number, scheme),
            split=line.split,
        )
    if not lines:
        raise InputError("no article in the file", path=path)
    counting = {key: the_one_that_counts(same, path=path) for key, same in lines.items()}
    chosen = {key: line for key, line in counting.items() if line is not None}
    articles = [line.article for line in chosen.values()]
    groups = dict(zip(chosen, near_duplicate_groups(articles), strict=True))
    others = (
        marked[id(line)]
        for key, counts in chosen.items()
        for _, line in lines[key]
        if all_annotators and line is not counts
    )
    return MarkedArticles(
        name=str(path),
        reference=tuple(_grouped((marked[id(line)] for line in chosen.values()), groups)),
        others=tuple(_grouped(others, groups)),
        several=sum(len(lines[key]) > 1 for key in chosen),
        undecided=tuple(
            lines[key][0][1].article.article_id for key, line in counting.items() if line is None
        ),
    )


def _marks(
    line: ArticleLine, annotator: str | None, number: int, scheme: LabelScheme
) -> Annotation | Prediction:
    if line.model_version is not None:
        return line.prediction()
    return line.annotation(
        annotator=annotator or "file",
        annotation_id=f"line-{number}",
        all_names=scheme.all_names,
    )


def _grouped(items: Iterable[Marked], groups: dict[ArticleKey, str]) -> Iterable[Marked]:
    return (replace(item, group=groups[item.article.key]) for item in items)


def _check_labels(items: Iterable[Marked], roles: Roles, scheme: LabelScheme) -> None:
    """Refuse marks of other labels than the workspace's, which would all be left out."""
    found = {span.label for item in items for span in item.marks.spans}
    if found and roles.claim not in found and not found & set(scheme.span_labels):
        raise UsageError(
            f"no mark is a {roles.claim}: the labels here are {', '.join(sorted(found))}",
            hint="name a workspace with these labels: annotate -C DIR claims …",
        )

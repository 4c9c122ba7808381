"""Sections about people among themselves: agreement, who with whom, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from annotate.exports.lines import ExportedArticle
from annotate.pages.report.parts import Bars, Cell, Column, Passage, Section, Table
from annotate.quality.agreement.measured import Measured
from annotate.quality.agreement.raters import last_of_each
from annotate.quality.agreement.report import Agreement
from annotate.quality.ground import NOTHING, percent
from annotate.quality.report.differences import FURTHEST, MISSED, Differences
from annotate.records import Annotation
from annotate.workflow.learning.agreement import AgreementReport

_CONTEXT = 80  # characters of text on either side of a difference
_PASSAGES = 6  # differences shown of an article

_NOBODY = "No article was annotated by two people."


def agreement_section(found: AgreementReport) -> Section:
    """Return how far people agree, blind work first, and who with whom."""
    tables: list[Table] = []
    told: list[str] = []
    for name, part in (("blind", found.blind), ("corrected", found.corrected)):
        if not part.articles:
            told.append(f"{name.capitalize()} work: {_NOBODY.lower()}")
            continue
        told.append(
            f"{name.capitalize()} work: {part.articles:,} articles, {part.pairs:,} pairs of "
            "annotations."
        )
        tables.append(_labels(name, part))
        tables += _hanging(name, part)
        tables.append(_matrix(name, part))
    return Section(
        name="agreement", title="Agreement", paragraphs=tuple(told), tables=tuple(tables)
    )


def differences_section(found: Differences, labels: Sequence[str]) -> Section | None:
    """Return label against label and the ends' distances; `None` where nobody could differ."""
    if not found.confusion:
        return None
    names = (*labels, MISSED)
    table = Table(
        name="confusion",
        title="label against label",
        columns=(
            Column("label", "", "label"),
            *(Column(name if name != MISSED else "missed", name, "count") for name in names),
        ),
        rows=tuple(
            (
                name,
                *(
                    found.confusion.get((name, other)) or None if column >= row else None
                    for column, other in enumerate(names)
                ),
            )
            for row, name in enumerate(labels)
        ),
        note=f"Two people on the same words; {MISSED}: one of the two has nothing there. A pair "
        "counts once, in the upper half.",
    )
    boundaries = Table(
        name="boundaries",
        title="how many words the ends of one span are apart",
        columns=(
            Column("label", "label", "label"),
            Column("end", "end"),
            *(
                Column(f"words_{n}", f"{n}{'+' if n == FURTHEST else ''}", "count")
                for n in range(FURTHEST + 1)
            ),
        ),
        rows=tuple(
            (label, side, *(counts[label].get(n, 0) for n in range(FURTHEST + 1)))
            for label in labels
            for side, counts in (("start", found.starts), ("end", found.ends))
        ),
    )
    return Section(
        name="differences",
        title="Where people differ",
        charts=tuple(
            chart
            for chart in (
                _apart(f"{side}s of spans that lie on one another", counts, labels)
                for side, counts in (("start", found.starts), ("end", found.ends))
            )
            if any(count for _, count in chart.bars)
        ),
        tables=(table, boundaries),
    )


def hardest_section(hardest: Sequence[tuple[ExportedArticle, str]]) -> Section | None:
    """Return the articles with least agreement, with what one of two people lacks."""
    if not hardest:
        return None
    passages = [p for line, address in hardest for p in _passages(line, address)]
    return Section(
        name="hardest",
        title="The hardest articles",
        paragraphs=("Marks that not everybody has, in the articles with least agreement.",),
        passages=tuple(passages),
    )


def _labels(name: str, part: Agreement) -> Table:
    exact, near, token = (part.measures[m] for m in ("exact", "near", "token"))
    return Table(
        name=f"agreement-{name}",
        title=f"{name} work: agreement by label",
        columns=(
            Column("label", "label", "label"),
            *_with_interval("exact_f1", "exact F1"),
            Column("near_f1", "near F1", "share"),
            Column("word_f1", "word F1", "share"),
            *_with_interval("alpha", "alpha"),
            Column("articles", "articles", "count"),
            Column("reason", "", "note"),
        ),
        rows=tuple(
            (
                label,
                *_cells(exact.get(label)),
                near[label].value if label in near else None,
                token[label].value if label in token else None,
                *_cells(part.alpha.get(label)),
                found.articles,
                found.reason,
            )
            for label, found in exact.items()
        ),
    )


def _hanging(name: str, part: Agreement) -> Iterator[Table]:
    rows: list[tuple[Cell, ...]] = [
        (kind, "F1 of links", found.value, found.articles, "articles")
        for kind, found in part.links.items()
        if found.value is not None
    ]
    for choice, chosen in part.choices.items():
        rows.append((choice, "chosen alike", chosen.share, chosen.of, "pairs of spans"))
        alpha = part.choice_alpha.get(choice)
        if alpha is not None:
            rows.append((choice, "alpha", alpha.value, alpha.articles, "articles"))
    if rows:
        yield Table(
            name=f"agreement-{name}-links",
            title=f"{name} work: links and choices",
            columns=(
                Column("of", ""),
                Column("measure", "measure"),
                Column("value", "%", "share"),
                Column("n", "n", "count"),
                Column("n_of", ""),
            ),
            rows=tuple(rows),
        )


def _matrix(name: str, part: Agreement) -> Table:
    raters = list(dict.fromkeys(rater for pair in part.matrix for rater in pair))
    rows: list[tuple[Cell, ...]] = []
    for one in raters:
        cells: list[Cell] = [one]
        for other in raters:
            cell = part.matrix.get((one, other)) or part.matrix.get((other, one))
            cells += [None, None] if cell is None else [cell.f1, cell.articles]
        rows.append(tuple(cells))
    columns = [Column("rater", "")]
    for rater in raters:
        columns += [Column(rater, rater, "share"), Column(f"{rater}_articles", "n", "count")]
    return Table(
        name=f"matrix-{name}",
        title=f"{name} work: exact F1 of two",
        columns=tuple(columns),
        rows=tuple(rows),
        heat=True,
    )


def _apart(title: str, counts: Mapping[str, Mapping[int, int]], labels: Sequence[str]) -> Bars:
    """Return the ends that are apart, by how many words; most are not."""
    sums = [sum(counts[label].get(n, 0) for label in labels) for n in range(FURTHEST + 1)]
    names = [f"{n}{'+' if n == FURTHEST else ''}" for n in range(1, FURTHEST + 1)]
    every = sum(sums)
    same = percent(sums[0] / every) if every else NOTHING
    return Bars(
        title=f"{title}: {same} % are the same; words between the others",
        bars=tuple(zip(names, sums[1:], strict=True)),
    )


def _with_interval(name: str, title: str) -> tuple[Column, Column, Column]:
    return (
        Column(name, title, "share"),
        Column(f"{name}_low", "from", "share"),
        Column(f"{name}_high", "to", "share"),
    )


def _cells(found: Measured | None) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if found is None else (found.value, found.low, found.high)


def _passages(line: ExportedArticle, address: str) -> Iterator[Passage]:
    """Yield a passage for each of the first marks that not everybody has."""
    people = last_of_each(a for a in line.annotations if not a.ground_truth)
    drawn: dict[tuple[int, int, str], list[str]] = {}
    for person in people:
        for span in person.spans:
            drawn.setdefault((span.start, span.end, span.label), []).append(person.annotator)
    disputed = [place for place, names in sorted(drawn.items()) if len(names) < len(people)]
    every = "1 mark" if len(disputed) == 1 else f"{len(disputed)} marks"
    first = f", the first {_PASSAGES} of them" if len(disputed) > _PASSAGES else ""
    title = ", ".join(filter(None, (line.article.article_id, every + first, address)))
    for start, end, label in disputed[:_PASSAGES]:
        yield _passage(line, people, (start, end, label), drawn[start, end, label], title)
        title = ""  # it stands over the first one alone


def _passage(
    line: ExportedArticle,
    people: Sequence[Annotation],
    place: tuple[int, int, str],
    names: Sequence[str],
    title: str,
) -> Passage:
    text, (start, end, label) = line.article.text, place
    first, last = max(0, start - _CONTEXT), min(len(text), end + _CONTEXT)
    edges = [first, start, end, last]
    lacking = [person.annotator for person in people if person.annotator not in names]
    return Passage(
        title=title,
        pieces=tuple(
            (text[a:b], label if (a, b) == (start, end) else None) for a, b in pairwise(edges)
        ),
        said=f"{label}: {', '.join(names)}; not {', '.join(lacking)}",
    )

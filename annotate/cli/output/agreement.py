"""What `annotate agreement` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from annotate.cli.output.console import (
    console,
    counted,
    many,
    named,
    notes,
    show_reasons,
    show_table,
)
from annotate.quality.ground import NOTHING, ends, percent, percent_interval

if TYPE_CHECKING:
    from annotate.quality.agreement.gamma import Gamma
    from annotate.quality.agreement.measured import Measured
    from annotate.quality.agreement.report import Agreement
    from annotate.workflow.learning.agreement import AgreementReport

_NOBODY = "no article was annotated by two people"


def show_agreement(
    found: AgreementReport, gammas: Mapping[bool, Gamma], *, worst: int, tolerance: int
) -> None:
    """Print the two kinds of work, blind first, and what could not be compared."""
    for blind, part in ((True, found.blind), (False, found.corrected)):
        name = "blind" if blind else "corrected"
        if part.articles:
            _show_spans(name, part, tolerance)
            _show_hanging(name, part)
        else:
            console().print(f"{name}: {_NOBODY}")
        _show_matrix(name, part)
        if blind in gammas and part.articles:
            _show_gamma(name, gammas[blind])
        _show_worst(name, part, found.addresses, worst)
    _show_notes(found)


def agreement_json(found: AgreementReport, gammas: Mapping[bool, Gamma]) -> dict[str, Any]:
    """Return all that was found as JSON; shares and F1 in [0, 1], null where there is none."""
    parts = {True: ("blind", found.blind), False: ("corrected", found.corrected)}
    return {
        "export": found.export,
        **{
            name: {
                **_part_json(part, found.addresses),
                "gamma": asdict(gammas[blind]) if blind in gammas else None,
            }
            for blind, (name, part) in parts.items()
        },
        "models": list(found.models),
        "models_gone": dict(found.gone),
        "models_of_other_code": list(found.other_code),
        "passed_over": {str(path): count for path, count in found.passed_over.items()},
    }


def _show_spans(name: str, part: Agreement, tolerance: int) -> None:
    near = f"± {many(tolerance, 'word')} F1" if tolerance else None
    show_table(
        ("", "exact F1", "95 %", *([near] if near else []), "word F1", "alpha", "95 %"),
        [
            (
                label,
                *_cells(part.measures["exact"].get(label)),
                *([_cells(part.measures["near"].get(label))[0]] if near else []),
                _cells(part.measures["token"].get(label))[0],
                *_cells(part.alpha.get(label)),
            )
            for label in part.measures["exact"]
        ],
        title=f"{name}: {many(part.articles, 'article')}, "
        f"{many(part.pairs, 'pair')} of annotations",
        numbers=(1, 3, 4, 5),
    )
    exact = {label: found.reason for label, found in part.measures["exact"].items()}
    show_reasons(exact)
    show_reasons(
        {
            f"{label}, alpha": found.reason
            for label, found in part.alpha.items()
            if found.reason and found.reason != exact.get(label)
        }
    )


def _show_hanging(name: str, part: Agreement) -> None:
    """Print the agreement on links and choices, where there are any."""
    rows = [
        (kind, "F1 of links", *_cells(found), many(found.articles, "article"))
        for kind, found in part.links.items()
        if found.value is not None and (kind != "all" or len(part.links) > 2)
    ]
    for choice, chosen in part.choices.items():
        alpha = part.choice_alpha.get(choice)
        rows.append((choice, "chosen alike", percent(chosen.share), "", many(chosen.of, "pair")))
        if alpha is not None:
            rows.append((choice, "alpha", *_cells(alpha), many(alpha.articles, "article")))
    if rows:
        show_table(
            ("", "", "%", "95 %", "n"), rows, title=f"{name}: links and choices", numbers=(2,)
        )


def _show_matrix(name: str, part: Agreement) -> None:
    if not part.matrix:
        return
    raters = list(dict.fromkeys(rater for pair in part.matrix for rater in pair))
    show_table(
        ("", *raters[1:]),
        [
            (
                one,
                *(
                    f"{percent(cell.f1)} ({cell.articles})"
                    if (cell := part.matrix.get((one, other)) or part.matrix.get((other, one)))
                    and place > row
                    else ""
                    for place, other in enumerate(raters[1:], start=1)
                ),
            )
            for row, one in enumerate(raters[:-1])
        ],
        title=f"{name}: exact F1 of two (articles)",
        numbers=tuple(range(1, len(raters))),
    )


def _show_gamma(name: str, found: Gamma) -> None:
    value = NOTHING if found.value is None else f"{found.value:.3f}"
    console().print(
        f"{name}: gamma {value}, mean of {many(found.pairs, 'pair')} of annotations of "
        f"{many(found.articles, 'article')}, seed {found.seed}"
    )
    for article_id, why in found.without.items():
        notes().print(f"no gamma: {article_id}: {why}")


def _show_worst(name: str, part: Agreement, addresses: Mapping[str, str], worst: int) -> None:
    listed = [article for article in part.by_article if article.differing][:worst]
    if listed:
        show_table(
            ("article", "exact F1", "differing", "task"),
            [
                (
                    a.article_id,
                    percent(a.f1),
                    str(a.differing),
                    addresses.get(a.article_id, NOTHING),
                )
                for a in listed
            ],
            title=f"{name}: least agreement",
            numbers=(1, 2),
        )


def _show_notes(found: AgreementReport) -> None:
    if found.nobody_shown:
        notes().print("no model was shown to anybody in these articles")
    if found.gone:
        notes().print(f"not compared, since these models are gone: {counted(found.gone)}")
    if found.other_code:
        notes().print(
            f"other code runs {named(found.other_code)} by now: they may not say again what "
            "people saw"
        )
    for path, count in found.passed_over.items():
        notes().print(
            f"{path}: {many(count, 'line')} about texts that nobody annotated in {found.export}"
        )


def _cells(found: Measured | None) -> tuple[str, str]:
    if found is None:
        return NOTHING, NOTHING
    return percent(found.value), percent_interval(ends(found.low, found.high))


def _part_json(part: Agreement, addresses: Mapping[str, str]) -> dict[str, Any]:
    def measured(found: Mapping[str, Measured]) -> dict[str, Any]:
        return {label: asdict(value) for label, value in found.items()}

    return {
        "articles": part.articles,
        "pairs": part.pairs,
        "reason": None if part.articles else _NOBODY,
        "measures": {measure: measured(found) for measure, found in part.measures.items()},
        "alpha": measured(part.alpha),
        "links": measured(part.links),
        "choices": {
            name: {
                **chosen.to_json(),
                "alpha": asdict(part.choice_alpha[name]) if name in part.choice_alpha else None,
            }
            for name, chosen in part.choices.items()
        },
        "matrix": [
            {"raters": list(pair), "articles": cell.articles, "macro_exact_f1": cell.f1}
            for pair, cell in part.matrix.items()
        ],
        "by_article": [
            {**asdict(article), "task": addresses.get(article.article_id)}
            for article in part.by_article
        ],
    }

"""Article lines against the label scheme: what it has not is an error or a loss. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from annotate.errors import InputError
from annotate.exports.formats.base import Loss, Place
from annotate.jsonl import ArticleLine
from annotate.labels import LabelScheme
from annotate.records import Span


def occurring_names(line: ArticleLine) -> set[str]:
    """Return the labels, link kinds and attributes that occur in a line."""
    names = {span.label for span in line.spans} | {link.label for link in line.links}
    return names | {name for span in line.spans for name in span.attributes}


def check_names(items: Sequence[tuple[Place, ArticleLine]], scheme: LabelScheme) -> None:
    """Raise `InputError` for labels and links that the scheme has not.

    It names the place of the first, and lists all that were found.
    """
    labels = Counter(span.label for _, line in items for span in line.spans)
    links = Counter(link.label for _, line in items for link in line.links)
    strange = labels.keys() - set(scheme.span_labels), links.keys() - set(scheme.link_labels)
    if not any(strange):
        return
    first = next(
        place
        for place, line in items
        if not strange[0].isdisjoint(span.label for span in line.spans)
        or not strange[1].isdisjoint(link.label for link in line.links)
    )
    unknown = [f"unknown label {name!r}" for name in sorted(strange[0])]
    unknown += [f"unknown link {name!r}" for name in sorted(strange[1])]
    found = ", ".join(f"{name} {count}" for name, count in (labels + links).most_common())
    have = ", ".join((*scheme.span_labels, *scheme.link_labels))
    raise InputError(
        f"{', '.join(unknown)}; found are {found}; the labelling config has {have}",
        path=first.path,
        line=first.line,
        hint="say which is which with --mapping FILE.yaml (labels, links, drop)",
    )


def fit_line(
    line: ArticleLine, scheme: LabelScheme, *, known: tuple[str, ...] | None
) -> tuple[ArticleLine, list[Loss]]:
    """Return the line with the attributes that the scheme has, and the others as losses.

    `known` is what was annotated at all where the line does not tell.
    """
    losses: list[Loss] = []
    spans: list[Span] = []
    for span in line.spans:
        held, rest = scheme.fit_choices(span.label, span.attributes)
        for name, values in rest.items():
            detail = f"{name}={','.join(values)} of the {span.label} {span.start}:{span.end}"
            losses.append(Loss(article_id=line.article.article_id, what="attribute", detail=detail))
        spans.append(replace(span, attributes=held))
    labels = known if line.labels is None else line.labels
    return replace(line, spans=tuple(spans), labels=labels), losses

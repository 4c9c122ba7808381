"""Which labels are claims, sources and hedges, whatever a workspace calls them and their links."""

from __future__ import annotations

from dataclasses import dataclass, replace

from annotate.errors import UsageError
from annotate.labels import LabelScheme
from annotate.quality.mentions import ATTRIBUTED_TO, HEDGES, Marked
from annotate.records import Annotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The label of each role, and the link kinds that join them; `None`: there is none.

    `attributes` leads from a claim to its source, `hedges` from a hedge to its claim.
    """

    claim: str
    source: str | None = None
    hedge: str | None = None
    attributes: str | None = None
    hedges: str | None = None


def find_roles(
    scheme: LabelScheme,
    *,
    claim: str | None = None,
    source: str | None = None,
    hedge: str | None = None,
) -> Roles:
    """Return the roles that a scheme's links give, but for the labels that are named.

    A claim is the head of *attributed_to* and the tail of *hedges*; where the links are called
    otherwise, naming the labels finds them. Raises `UsageError` for a label that the scheme has
    not, and where nothing says which label is a claim.
    """
    for option, label in (("--claim", claim), ("--source", source), ("--hedge", hedge)):
        if label is not None and label not in scheme.span_labels:
            raise UsageError(
                f"{option} {label}: no such label; there are: {', '.join(scheme.span_labels)}"
            )
    usual_claim, usual_source = scheme.link_ends.get(ATTRIBUTED_TO, (None, None))
    usual_hedge, hedged = scheme.link_ends.get(HEDGES, (None, None))
    found = claim or usual_claim or hedged
    if found is None:
        raise UsageError(
            "nothing says which label is a claim: no link attributed_to or hedges has its ends "
            f"named under 'links' in annotate.yaml; labels: {', '.join(scheme.span_labels)}",
            hint=f"name it, as in: annotate claims --claim '{scheme.span_labels[0]}'",
        )
    source = source or (usual_source if found == usual_claim else _only(scheme, head=found))
    hedge = hedge or (usual_hedge if found == hedged else None)
    return Roles(
        claim=found,
        source=source,
        hedge=hedge,
        attributes=_kind(scheme, found, source),
        hedges=_kind(scheme, hedge, found),
    )


def recast(scheme: LabelScheme, roles: Roles) -> LabelScheme:
    """Return the scheme with the roles' links under their usual names; see `recast_marks`."""
    ends: dict[str, tuple[str, str]] = {}
    if roles.attributes is not None and roles.source is not None:
        ends[ATTRIBUTED_TO] = (roles.claim, roles.source)
    if roles.hedges is not None and roles.hedge is not None:
        ends[HEDGES] = (roles.hedge, roles.claim)
    return replace(scheme, link_ends=ends)


def recast_marks(item: Marked, roles: Roles) -> Marked:
    """Return an article's marks with the roles' links under their usual names.

    A link that was drawn was annotated, whether the annotation says so or not.
    """
    names = {
        theirs: usual
        for theirs, usual in ((roles.attributes, ATTRIBUTED_TO), (roles.hedges, HEDGES))
        if theirs is not None
    }
    marks = item.marks
    drawn = {names[link.label] for link in marks.links if link.label in names}
    links = marks.links
    if any(theirs != usual for theirs, usual in names.items()):
        links = tuple(
            replace(link, label=names.get(link.label, f"other {link.label}")) for link in links
        )
    if isinstance(marks, Annotation):
        known = {*(names.get(label, label) for label in marks.labels), *drawn}
        return replace(item, marks=replace(marks, links=links, labels=tuple(sorted(known))))
    return replace(item, marks=replace(marks, links=links))


def _kind(scheme: LabelScheme, head: str | None, tail: str | None) -> str | None:
    """Return the link kind that joins two labels, the usual names first."""
    if head is None or tail is None:
        return None
    fitting = [kind for kind, ends in scheme.link_ends.items() if ends == (head, tail)]
    usual = [kind for kind in fitting if kind in (ATTRIBUTED_TO, HEDGES)]
    return next(iter(usual or sorted(fitting)), None)


def _only(scheme: LabelScheme, *, head: str) -> str | None:
    """Return the label that links from `head` lead to, where it is one alone."""
    tails = {ends[1] for ends in scheme.link_ends.values() if ends[0] == head}
    return next(iter(tails)) if len(tails) == 1 else None

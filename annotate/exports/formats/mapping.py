"""Mapping files: other people's names → ours. YAML; unknown keys are refused.

labels:      {Quelle: Source, Aussage: Claim}
links:       {says: attributed_to, said_by: {name: attributed_to, reverse: true}}
attributes:  {typ: source_type, art: {name: source_type, values: {benannt: named}}}
drop:        [Person, coref]        # labels, links or attributes that are left out, counted
known:       [Source, Claim]        # what was annotated at all; by default what the file
                                        # tells, or what occurs in it and stands above
text:        body                   # Label Studio: the key of the text in a task's data
brat:        {...}                  # directories and attributions: see mappings/polnear.yaml
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import replace
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from annotate.errors import InputError
from annotate.exports.formats.base import Loss, read_utf8
from annotate.jsonl import ArticleLine
from annotate.plain_yaml import line_of, parse_yaml
from annotate.records import Link, Span

SHIPPED = Path(__file__).parent / "mappings"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class LinkName(_Section):
    """Our name of a link, and whether theirs runs the other way."""

    name: str
    reverse: bool = False


class AttributeName(_Section):
    """Our name of an attribute, and of its values where they differ."""

    name: str
    values: dict[str, str] = {}


class Trim(_Section):
    """What is cut off the ends of a content: words before it, marks around it, a full stop."""

    leading: list[str] = []
    opening: list[str] = []
    closing: list[str] = []
    pairs: list[str] = []
    final: str = ""


class Attributions(_Section):
    """Events that are attributions: which roles make the source, which the claim."""

    events: list[str]
    source: list[str]
    content: list[str]
    source_label: str
    content_label: str
    link: str
    join_words: int = 1
    trim: Trim = Trim()


class BratLayout(_Section):
    """Where the files of a brat corpus lie, and what its events mean."""

    texts: str = "."
    annotations: str = "."
    name: str = r"(?P<article>.+)"
    join_lines: bool = True
    attributions: Attributions | None = None


class Mapping(_Section):
    """A mapping file."""

    labels: dict[str, str] = {}
    links: dict[str, str | LinkName] = {}
    attributes: dict[str, str | AttributeName] = {}
    drop: list[str] = []
    known: list[str] | None = None
    text: str | None = None
    brat: BratLayout = BratLayout()

    def names(self) -> tuple[str, ...]:
        """Return every name of ours that something is mapped to."""
        mapped = [*self.links.values(), *self.attributes.values()]
        names = [*self.labels.values(), *(x if isinstance(x, str) else x.name for x in mapped)]
        return tuple(dict.fromkeys(names))


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file; the bare name of a shipped one (`polnear`) stands for it.

    Raises `InputError` naming the file, the key and what was expected.
    """
    if not path.exists() and len(path.parts) == 1 and not path.suffix:
        shipped = SHIPPED / f"{path.name}.yaml"
        path = shipped if shipped.is_file() else path
    try:
        _, value = parse_yaml(read_utf8(path))
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "broken"
        raise InputError(f"not YAML: {problem}", path=path, line=line_of(error)) from None
    try:
        return Mapping.model_validate({} if value is None else value)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"]) or "file"
        raise InputError(f"{where}: {problem['msg']}", path=path) from None


def apply_mapping(line: ArticleLine, mapping: Mapping) -> tuple[ArticleLine, list[Loss]]:
    """Return the line under our names, and what the mapping drops.

    Names that the mapping does not speak of stay as they are.
    """
    article_id = line.article.article_id
    losses: list[Loss] = []
    spans: dict[str, Span] = {}
    for span in line.spans:
        if span.label in mapping.drop:
            detail = f"{span.label} {span.start}:{span.end} is dropped by the mapping"
            losses.append(Loss(article_id=article_id, what="label", detail=detail))
            continue
        attributes, dropped = _attributes(span, mapping)
        losses += [Loss(article_id=article_id, what="attribute", detail=d) for d in dropped]
        spans[span.id] = Span(
            id=span.id,
            start=span.start,
            end=span.end,
            label=mapping.labels.get(span.label, span.label),
            attributes=attributes,
        )
    links: dict[Link, None] = {}
    for link in line.links:
        if link.label in mapping.drop or not {link.head_id, link.tail_id} <= spans.keys():
            detail = f"{link.label} {link.head_id} to {link.tail_id} is dropped by the mapping"
            losses.append(Loss(article_id=article_id, what="link", detail=detail))
        else:
            links[_link(link, mapping.links)] = None
    mapped = ArticleLine(
        article=line.article,
        spans=tuple(spans.values()),
        links=tuple(links),
        labels=_known(line.labels, mapping),
        scores={key: score for key, score in line.scores.items() if key in spans},
        model_version=line.model_version,
        split=line.split,
        blind=line.blind,
        reference=line.reference,
    )
    return mapped, losses


def _known(labels: tuple[str, ...] | None, mapping: Mapping) -> tuple[str, ...] | None:
    """Return what was annotated at all under our names: the mapping's word, else the line's."""
    if mapping.known is not None or labels is None:
        return None if mapping.known is None else tuple(mapping.known)
    ours = dict(mapping.labels)
    for name, value in (*mapping.links.items(), *mapping.attributes.items()):
        ours[name] = value if isinstance(value, str) else value.name
    return tuple(dict.fromkeys(ours.get(n, n) for n in labels if n not in mapping.drop))


def _attributes(span: Span, mapping: Mapping) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    found: dict[str, tuple[str, ...]] = {}
    dropped: list[str] = []
    for name, values in span.attributes.items():
        if name in mapping.drop:
            dropped.append(f"{name}={','.join(values)} of {span.id} is dropped by the mapping")
            continue
        ours = mapping.attributes.get(name, name)
        if isinstance(ours, AttributeName):
            values = tuple(ours.values.get(value, value) for value in values)  # noqa: PLW2901
            ours = ours.name
        found[ours] = tuple(dict.fromkeys((*found.get(ours, ()), *values)))
    return found, dropped


def _link(link: Link, names: MappingType[str, str | LinkName]) -> Link:
    ours = names.get(link.label, link.label)
    if isinstance(ours, str):
        return replace(link, label=ours)
    if ours.reverse:
        return replace(link, head_id=link.tail_id, tail_id=link.head_id, label=ours.name)
    return replace(link, label=ours.name)

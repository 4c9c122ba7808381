"""A UIMA CAS, as INCEpTION and DKPro write it, → an article line, and back. Pure.

The CAS itself is read and written by dkpro-cassis, which counts offsets as we do: in code points.
Layers of spans are types of annotations; a layer of relations has the features `Governor` and
`Dependent`, as INCEpTION's user guide describes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from annotate.errors import RecordError
from annotate.jsonl import ArticleLine
from annotate.records import Article, Link, Span, check_spans

SPAN_TYPE = "custom.Span"
RELATION_TYPE = "custom.Relation"
"""The general layers that every project of INCEpTION has from the beginning."""

_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."
_METADATA = f"{_DKPRO}metadata.type.DocumentMetaData"
_STRUCTURE = (f"{_DKPRO}segmentation.", f"{_DKPRO}metadata.", "uima.", "de.tudarmstadt.ukp.clarin.")
_NAMED_ENTITY = f"{_DKPRO}ner.type.NamedEntity"
_ABOUT = {"article_id": "documentId", "title": "documentTitle", "url": "documentUri"}
_ENDS = ("Governor", "Dependent")
_LABEL_FEATURES = ("label", "value")
_OWN_FEATURES = frozenset({"begin", "end", "sofa", *_LABEL_FEATURES, *_ENDS})
_FEATURE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

Left = list[tuple[str, str]]
"""What could not be held: its kind, and what it was."""


def line_from_cas(cas: Any, *, name: str, known: frozenset[str]) -> tuple[ArticleLine, Left]:
    """Return the article, spans and links of a CAS, and what of it our records cannot hold.

    `name` is the article's id where the CAS names no document. `known` are the labels that the
    reader knows: a layer of such a name is that label, any other has it in its feature `label` or
    `value`, or in the only feature of text that it has. The other features of text are choices.
    Raises `RecordError` for a CAS without a text.
    """
    text = cas.sofa_string
    if not isinstance(text, str) or not text:
        raise RecordError("the CAS holds no text: only documents of text can be read")
    article = _article(cas, text, name)
    left: Left = []
    layers: Counter[str] = Counter()
    spans: dict[int, Span] = {}
    relations: list[Any] = []
    marks = sorted(cas.select_all_annotations(), key=lambda x: (x.begin, -x.end, x.type.name))
    for item in marks:
        layer = item.type.name
        if layer.startswith(_STRUCTURE):
            continue
        if layer.startswith(_DKPRO) and layer != _NAMED_ENTITY:
            layers[layer] += 1
        elif _features(item) >= set(_ENDS):
            relations.append(item)
        else:
            span = _span(item, f"s{len(spans) + 1}", known, len(text), left)
            if span is not None:
                spans[id(item)] = span
    left += [("layer", f"{layer.removeprefix(_DKPRO)}: {n}") for layer, n in sorted(layers.items())]
    links = dict.fromkeys(_links(marks, relations, spans, known, left))
    found = tuple(spans.values())
    check_spans(found, tuple(links), owner=article.article_id)
    return ArticleLine(article=article, spans=found, links=tuple(links)), left


def cas_from_line(line: ArticleLine, features: Sequence[tuple[str, bool]]) -> tuple[Any, Left]:
    """Return a CAS with INCEpTION's general layers, and what it cannot hold.

    `features` are the choices that the layer of spans has, and of each whether it takes several
    values: the same for all articles of a project (`choice_features`).
    """
    import cassis

    types = cassis.TypeSystem()
    metadata = types.create_type(_METADATA, "uima.tcas.DocumentAnnotation")
    for name in _ABOUT.values():
        types.create_feature(metadata, name, "uima.cas.String")
    span_type = types.create_type(SPAN_TYPE)
    types.create_feature(span_type, "label", "uima.cas.String")
    held = {name: several for name, several in features if is_feature(name)}
    for name, several in held.items():
        of = "uima.cas.StringArray" if several else "uima.cas.String"
        types.create_feature(span_type, name, of)
    relation_type = types.create_type(RELATION_TYPE)
    types.create_feature(relation_type, "label", "uima.cas.String")
    for end in _ENDS:
        types.create_feature(relation_type, end, "uima.tcas.Annotation")
    cas = cassis.Cas(typesystem=types)
    article = line.article
    cas.sofa_string, cas.sofa_mime = article.text, "text/plain"
    about = {feature: getattr(article, name) for name, feature in _ABOUT.items()}
    cas.add(metadata(begin=0, end=len(article.text), **about))
    left: Left = []
    marks: dict[str, Any] = {}
    for span in line.spans:
        mark = span_type(begin=span.start, end=span.end, label=span.label)
        for name, values in span.attributes.items():
            if name not in held or not values:
                why = "has no value" if name in held else "is no name of a feature"
                left.append(("attribute", f"{name} of {span.label} {span.start}:{span.end} {why}"))
            elif held[name]:
                mark[name] = types.get_type("uima.cas.StringArray")(elements=list(values))
            else:
                mark[name] = values[0]
        marks[span.id] = mark
        cas.add(mark)
    for link in line.links:
        head, tail = marks[link.head_id], marks[link.tail_id]
        ends = dict(zip(_ENDS, (head, tail), strict=True))
        # An arc lies where its second end lies: INCEpTION's editor looks for it there.
        cas.add(relation_type(begin=tail.begin, end=tail.end, label=link.label, **ends))
    return cas, left


def choice_features(lines: Iterable[ArticleLine]) -> list[tuple[str, bool]]:
    """Return the choices that occur, by name, and whether any of their spans has several values."""
    several: dict[str, bool] = {}
    for line in lines:
        for span in line.spans:
            for name, values in span.attributes.items():
                several[name] = several.get(name, False) or len(values) > 1
    return sorted(several.items())


def is_feature(name: str) -> bool:
    """Say whether a choice can be a feature: letters, digits and `_`, and none of UIMA's own."""
    return bool(_FEATURE_NAME.fullmatch(name)) and name not in _OWN_FEATURES


def _article(cas: Any, text: str, name: str) -> Article:
    types = cas.typesystem
    found = list(cas.select(_METADATA)) if types.contains_type(_METADATA) else []
    about = {
        key: getattr(found[0], feature, None) if found else None for key, feature in _ABOUT.items()
    }
    url = about["url"]  # INCEpTION writes an address of its own there, which is no page's
    page = isinstance(url, str) and url.startswith(("http://", "https://"))
    article_id = about["article_id"] or name
    title = about["title"] if about["title"] != article_id else None
    return Article(article_id=article_id, text=text, title=title or None, url=url if page else None)


def _span(item: Any, span_id: str, known: frozenset[str], size: int, left: Left) -> Span | None:
    place = f"{item.type.name} {item.begin}:{item.end}"
    if not 0 <= item.begin < item.end <= size:
        left.append(("span", f"{place} is empty, or lies beyond the text"))
        return None
    label, feature = _label(item, known)
    if not label:
        left.append(("unlabelled", f"{place} has no label"))
        return None
    attributes = {
        name: values for name, values in _texts(item) if name != feature and name not in _ENDS
    }
    return Span(id=span_id, start=item.begin, end=item.end, label=label, attributes=attributes)


def _label(item: Any, known: frozenset[str]) -> tuple[str | None, str | None]:
    """Return the label of a mark, and the feature that holds it; `None`: the layer is it."""
    short = item.type.name.rpartition(".")[2]
    if short in known:
        return short, None
    for feature in _LABEL_FEATURES:
        if feature in _features(item):
            return getattr(item, feature), feature
    texts = [name for name, of in _feature_types(item) if of == "uima.cas.String"]
    if len(texts) == 1 and getattr(item, texts[0]):
        return getattr(item, texts[0]), texts[0]
    return short, None


def _links(
    marks: Sequence[Any],
    relations: Sequence[Any],
    spans: dict[int, Span],
    known: frozenset[str],
    left: Left,
) -> Iterator[Link]:
    for item in relations:
        head, tail = (spans.get(id(getattr(item, end))) for end in _ENDS)
        label, _ = _label(item, known)
        yield from _link(head, tail, label, item.type.name, left)
    for item in marks:
        host = spans.get(id(item))
        for name, of in _feature_types(item) if host else ():
            slots = getattr(item, name, None) if of == "uima.cas.FSArray" else None
            for slot in getattr(slots, "elements", None) or ():
                tail = spans.get(id(getattr(slot, "target", None)))
                role = getattr(slot, "role", None) or name
                yield from _link(host, tail, role, f"{item.type.name}.{name}", left)


def _link(
    head: Span | None, tail: Span | None, label: str | None, where: str, left: Left
) -> Iterator[Link]:
    if head is None or tail is None or head is tail or not label:
        why = "has no label" if head and tail and head is not tail else "joins no two spans"
        left.append(("link", f"{where} {why}"))
    else:
        yield Link(head_id=head.id, tail_id=tail.id, label=label)


def _feature_types(item: Any) -> list[tuple[str, str]]:
    return [(f.name, f.rangeType.name) for f in item.type.all_features]


def _features(item: Any) -> set[str]:
    return {name for name, _ in _feature_types(item)}


def _texts(item: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the features of text of a mark with their values, those of a list among them."""
    for name, of in _feature_types(item):
        value = getattr(item, name, None)
        if of == "uima.cas.String" and value:
            yield name, (value,)
        elif of == "uima.cas.StringArray":
            elements = getattr(value, "elements", None)
            if elements:
                yield name, tuple(dict.fromkeys(elements))

"""UIMA CASes as INCEpTION and DKPro lay them out, built with dkpro-cassis."""

import io

import cassis
import pytest
from hypothesis import given
from strategies import marked_articles

from annotate.errors import RecordError
from annotate.exports.formats.cas import cas_from_line, choice_features, is_feature, line_from_cas
from annotate.jsonl import ArticleLine

DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"
TEXT = "Nun 😀: Vahl said the quay may close."


def _types():
    """Return INCEpTION's own layers, and three that a team has made."""
    types = cassis.TypeSystem()
    token = types.create_type(f"{DKPRO}.segmentation.type.Token")
    types.create_feature(token, "order", "uima.cas.Integer")
    pos = types.create_type(f"{DKPRO}.lexmorph.type.pos.POS")
    types.create_feature(pos, "PosValue", "uima.cas.String")
    entity = types.create_type(f"{DKPRO}.ner.type.NamedEntity")
    types.create_feature(entity, "value", "uima.cas.String")
    types.create_feature(entity, "identifier", "uima.cas.String")
    types.create_type("webanno.custom.Claim")
    kind = types.create_type("webanno.custom.Attribution")
    types.create_feature(kind, "kind", "uima.cas.String")
    slot = types.create_type("webanno.custom.AttributionSourceLink", "uima.cas.TOP")
    types.create_feature(slot, "role", "uima.cas.String")
    types.create_feature(slot, "target", "uima.tcas.Annotation")
    types.create_feature(kind, "source", "uima.cas.FSArray", elementType=slot)
    relation = types.create_type("webanno.custom.Vouches")
    types.create_feature(relation, "Governor", "uima.tcas.Annotation")
    types.create_feature(relation, "Dependent", "uima.tcas.Annotation")
    return types


def _cas(*marks):
    types = _types()
    cas = cassis.Cas(typesystem=types)
    cas.sofa_string, cas.sofa_mime = TEXT, "text/plain"
    made = []
    for name, start, end, features in marks:
        values = {
            key: made[value] if key in {"Governor", "Dependent"} and value is not None else value
            for key, value in features.items()
        }
        made.append(types.get_type(name)(begin=start, end=end, **values))
        cas.add(made[-1])
    return cas


def _read(cas, **settings):
    return line_from_cas(cas, name="doc", **{"known": frozenset({"Claim"}), **settings})


@given(marked_articles())
def test_what_is_written_is_read_or_told(marked):
    """Spans, choices and links go round whole, in JSON and in XMI; what is lost is what was told."""
    article, spans, links = marked
    line = ArticleLine(article=article, spans=spans, links=links)
    cas, left = cas_from_line(line, choice_features([line]))
    again, unread = line_from_cas(
        cassis.load_cas_from_json(cas.to_json()), name="?", known=frozenset()
    )
    assert unread == []
    assert again.article.text == article.text
    assert (again.article.article_id, again.article.url) == (article.article_id, article.url)
    held = {
        span.id: {name: v for name, v in span.attributes.items() if v and is_feature(name)}
        for span in spans
    }
    assert sorted((s.start, s.end, s.label, sorted(s.attributes.items())) for s in again.spans) == (
        sorted((s.start, s.end, s.label, sorted(held[s.id].items())) for s in spans)
    )
    assert len(left) == sum(len(span.attributes) - len(held[span.id]) for span in spans)
    assert _ends(again.spans, again.links) == _ends(spans, links)


def _ends(spans, links):
    places = {span.id: (span.start, span.end, span.label) for span in spans}
    return {(places[k.head_id], places[k.tail_id], k.label) for k in links}


def test_an_xmi_counts_as_json_does():
    """UTF-16 offsets of an XMI become code points, as those of JSON do."""
    cas = _cas((f"{DKPRO}.ner.type.NamedEntity", 7, 11, {"value": "PER", "identifier": "Q1"}))
    xmi = io.BytesIO(cas.to_xmi().encode())
    for read in (
        cassis.load_cas_from_xmi(xmi, cas.typesystem),
        cassis.load_cas_from_json(cas.to_json()),
    ):
        line, left = _read(read)
        (span,) = line.spans
        assert line.article.text[span.start : span.end] == "Vahl"
        assert (span.label, span.attributes) == ("PER", {"identifier": ("Q1",)})
        assert left == []


def test_layers_are_labels_or_hold_them():
    """A layer of a known name is that label; else `value`, `label` or its only text names it."""
    line, left = _read(
        _cas(
            ("webanno.custom.Claim", 17, 35, {}),
            ("webanno.custom.Attribution", 7, 16, {"kind": "Source"}),
            ("webanno.custom.Attribution", 26, 29, {}),
            (f"{DKPRO}.ner.type.NamedEntity", 7, 11, {}),
        )
    )
    assert [(s.label, s.attributes) for s in line.spans] == [
        ("Source", {}), ("Claim", {}), ("Attribution", {}),
    ]  # fmt: skip
    assert left == [("unlabelled", f"{DKPRO}.ner.type.NamedEntity 7:11 has no label")]


def test_relations_and_slots_are_links():
    """An arc leads from Governor to Dependent, a slot from its host; what joins nothing is told."""
    cas = _cas(
        ("webanno.custom.Claim", 17, 35, {}),
        ("webanno.custom.Attribution", 7, 16, {"kind": "Source"}),
        ("webanno.custom.Vouches", 7, 16, {"Governor": 0, "Dependent": 1}),
        ("webanno.custom.Vouches", 7, 16, {"Governor": 0, "Dependent": None}),
    )
    types = cas.typesystem
    host = types.get_type("webanno.custom.Attribution")(begin=26, end=29, kind="Hedge")
    claim = next(iter(cas.select("webanno.custom.Claim")))
    slot = types.get_type("webanno.custom.AttributionSourceLink")(role="hedges", target=claim)
    host.source = types.get_type("uima.cas.FSArray")(elements=[slot])
    cas.add(host)
    line, left = _read(cas)
    labels = {span.id: span.label for span in line.spans}
    assert {(labels[k.head_id], k.label, labels[k.tail_id]) for k in line.links} == {
        ("Claim", "Vouches", "Source"),
        ("Hedge", "hedges", "Claim"),
    }
    assert left == [("link", "webanno.custom.Vouches joins no two spans")]


def test_grammar_is_counted_and_structure_is_not():
    """Tokens say nothing; layers of grammar are told with their number; spans of nothing, too."""
    line, left = _read(
        _cas(
            (f"{DKPRO}.segmentation.type.Token", 0, 3, {}),
            (f"{DKPRO}.lexmorph.type.pos.POS", 0, 3, {"PosValue": "ADV"}),
            (f"{DKPRO}.lexmorph.type.pos.POS", 7, 11, {"PosValue": "PROPN"}),
            ("webanno.custom.Claim", 5, 5, {}),
        )
    )
    assert line.spans == ()
    assert sorted(left) == [
        ("layer", "lexmorph.type.pos.POS: 2"),
        ("span", "webanno.custom.Claim 5:5 is empty, or lies beyond the text"),
    ]


def test_the_document_names_the_article():
    """Its id, its title and its address are taken, but no address of INCEpTION's own."""
    cas = _cas()
    metadata = cas.typesystem.create_type(
        f"{DKPRO}.metadata.type.DocumentMetaData", "uima.tcas.DocumentAnnotation"
    )
    for name in ("documentId", "documentTitle", "documentUri"):
        cas.typesystem.create_feature(metadata, name, "uima.cas.String")
    about = metadata(
        begin=0, end=5, documentId="a.txt", documentTitle="a.txt", documentUri="file:/x"
    )
    cas.add(about)
    article = _read(cas)[0].article
    assert (article.article_id, article.title, article.url) == ("a.txt", None, None)
    about.documentTitle, about.documentUri = "Quay closes", "https://gazette.example/quay"
    article = _read(cas)[0].article
    assert (article.title, article.url) == ("Quay closes", "https://gazette.example/quay")
    assert _read(_cas())[0].article.article_id == "doc"


def test_a_cas_without_text_is_refused():
    """Sound, or nothing at all, is no article."""
    with pytest.raises(RecordError, match="holds no text"):
        _read(cassis.Cas(typesystem=_types()))

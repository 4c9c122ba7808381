import pytest
import spacy
from spacy.tokens import SpanGroup

from annotate.pipeline.choices.component import SpanChoices, shipped_models
from annotate.pipeline.choices.features import span_features
from annotate.pipeline.choices.learn import learn_choices
from annotate.pipeline.docs import make_doc
from annotate.pipeline.rules.lexicon import load_lexicon
from annotate.samples import sample_articles

NLP = spacy.blank("en")


def _doc(text, *marks, attributes=None):
    doc = NLP.make_doc(text)
    spans = []
    for words, label in marks:
        start = text.index(words)
        spans.append(doc.char_span(start, start + len(words), label=label))
    attrs = {} if attributes is None else {"attributes": attributes}
    doc.spans["sc"] = SpanGroup(doc, name="sc", spans=spans, attrs=attrs)
    return doc


def _types(doc, models=None):
    component = SpanChoices(shipped_models() if models is None else models)
    return component(doc).spans["sc"].attrs.get("attributes")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("according to a memo", "document"),
        ("Mayor Tilda Brannock insisted", "named"),
        ("two officials said", "unnamed"),
        ("The Corran Observer reported", "outlet"),
    ],
)
def test_what_is_shipped_knows_the_types_of_sources(source, kind):
    """Sources get a type, other spans none."""
    doc = _doc(f"The crossing is safe, {source}.", (source, "Source"), ("The crossing", "Claim"))
    assert _types(doc) == [{"source_type": [kind]}, {}]


def test_choices_are_learned_from_what_people_chose():
    """Of any label: what the shipped ones say is replaced, other choices stay."""
    gold = [
        _doc(f"It {word} rain.", (word, "Hedge"), attributes=[{"force": [force]}])
        for word, force in (("may", "weak"), ("must", "strong"))
        for _ in range(12)
    ]
    gold.append(_doc("It may rain.", ("may", "Hedge"), attributes=[{}]))
    (model,) = models = learn_choices(gold, key="sc")
    assert (model.label, model.name, model.options) == ("Hedge", "force", ("strong", "weak"))
    doc = _doc("It must snow.", ("must", "Hedge"), attributes=[{"tone": ["dry"]}])
    assert _types(doc, models) == [{"tone": ["dry"], "force": ["strong"]}]


def test_a_component_comes_back_from_bytes_and_disk(tmp_path):
    """With all that it has learned; a document without the group is left alone."""
    component = SpanChoices(shipped_models())
    component.to_disk(tmp_path / "c")
    for again in (
        SpanChoices().from_bytes(component.to_bytes()),
        SpanChoices().from_disk(tmp_path / "c"),
    ):
        assert again.models == component.models
    doc = NLP.make_doc("It may rain.")
    assert not component(doc).spans


@pytest.mark.slow
def test_what_is_shipped_was_learned_from_the_sample_corpus():
    """`benchmarks/source_types.py ship` writes it; a weight may differ in its last digit."""
    docs = [make_doc(x.article, x.spans, make=NLP.make_doc, key="sc")[0] for x in sample_articles()]
    (model,) = learn_choices(docs, key="sc")
    (shipped,) = shipped_models()
    assert (model.label, model.name, model.options) == (
        shipped.label, shipped.name, shipped.options,
    )  # fmt: skip
    for feature, row in shipped.weights.items():
        assert model.weights.get(feature, (0.0,) * 4) == pytest.approx(row, abs=0.02)


def test_features_tell_head_names_and_neighbours():
    """Each stands once."""
    doc = NLP.make_doc("It rained, Mayor Ines Vahl said on Friday.")
    lexicon = load_lexicon()
    found = span_features(doc, 3, 7, lexicon)
    assert {"head vahl", "phrase names 3", "before ,", "after on", "rule named"} <= set(found)
    assert len(found) == len(set(found))

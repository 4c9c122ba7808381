import pickle

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Span, SpanGroup

from annotate.errors import LexiconError
from annotate.pipeline.rules.component import AttributionRules
from annotate.pipeline.rules.scores import rule_scores

pytestmark = pytest.mark.slow

NLP = spacy.blank("en")
TEXT = (
    "“The dam could fail,” Mayor Ines Vahl said. “We checked it twice and found a leak.”\n\n"
    "Also read: Ferry stops\n\n"
    "“And we will check it again."
)
EXTRA = "origin: own\nlicence: MIT\nextends: hedge_cues\nadverbs: [mayhap]\n"


@pytest.fixture(scope="module")
def rules():
    return AttributionRules()


@pytest.fixture(scope="module")
def pipeline():
    nlp = spacy.blank("en")
    nlp.add_pipe("attribution_rules")
    nlp.add_pipe("attribution_links", config={"spans_key": "attribution_rules"})
    return nlp


def triples(doc, key="attribution_rules"):
    return [(span.start, span.end, span.label_) for span in doc.spans[key]]


def test_the_groups_are_written(pipeline):
    """The component writes its spans with scores, and the quotations with their marks."""
    doc = pipeline(TEXT)
    group = doc.spans["attribution_rules"]

    assert [(span.label_, span.text) for span in group] == [
        ("Claim", "The dam could fail"),
        ("Hedge", "could"),
        ("Source", "Mayor Ines Vahl said"),
        ("Claim", "We checked it twice and found a leak"),
        ("Claim", "we will check it again"),
    ]
    assert all(0 < score <= 1 for score in group.attrs["scores"])
    assert len(group.attrs["scores"]) == len(group)
    assert [span.text for span in doc.spans["quotations"]] == [
        "“The dam could fail,”",
        "“We checked it twice and found a leak.”",
        "“And we will check it again.",
    ]


def test_links_and_attributes_are_written(pipeline):
    """The second component links the spans and keeps their other attributes."""
    doc = pipeline(TEXT)
    group = doc.spans["attribution_rules"]

    assert group.attrs["links"] == [
        [0, 2, "attributed_to"],
        [1, 0, "hedges"],
        [3, 2, "attributed_to"],
        [4, 2, "attributed_to"],
    ]
    assert group.attrs["attributes"] == [{}, {}, {"source_type": ["named"]}, {}, {}]
    assert len(group.attrs["scores"]) == len(group)


def test_links_keep_the_order_of_a_group(pipeline):
    """The order of somebody else's group stays; links point to positions in it."""
    doc = pipeline.make_doc("Vahl said the dam will hold.")
    spans = [Span(doc, 2, 6, label="Claim"), Span(doc, 0, 2, label="Source")]
    doc.spans["attribution_rules"] = SpanGroup(doc, spans=spans)

    pipeline.get_pipe("attribution_links")(doc)

    group = doc.spans["attribution_rules"]
    assert triples(doc) == [(2, 6, "Claim"), (0, 2, "Source")]
    assert group.attrs["links"] == [[0, 1, "attributed_to"]]


def test_a_doc_without_the_group_stays_as_it_is(pipeline):
    """Where there is no group, there is nothing to link."""
    doc = pipeline.get_pipe("attribution_links")(pipeline.make_doc("The dam held."))

    assert "attribution_rules" not in doc.spans


@pytest.mark.parametrize("text", ["", " ", "\n\n\t \u00a0\n"])
def test_empty_docs_have_empty_groups(pipeline, text):
    """Empty docs and docs of white space have empty groups."""
    doc = pipeline(text)

    assert len(doc.spans["attribution_rules"]) == len(doc.spans["quotations"]) == 0
    assert doc.spans["attribution_rules"].attrs["links"] == []


def test_no_token_attribute_is_set(pipeline):
    """The components leave the tokens as they are."""
    doc, plain = pipeline(TEXT), pipeline.make_doc(TEXT)

    for attribute in ("TAG", "POS", "LEMMA", "NORM", "SENT_START", "ENT_TYPE", "DEP"):
        assert (doc.to_array([attribute]) == plain.to_array([attribute])).all()


def test_a_pipeline_survives_disk_without_its_lexicon_files(tmp_path):
    """A saved pipeline carries the extra lexicons and needs their files no longer."""
    extra = tmp_path / "extra.yaml"
    extra.write_text(EXTRA, "utf-8")
    nlp = spacy.blank("en")
    nlp.add_pipe("attribution_rules", config={"lexicons": [str(extra)]})
    nlp.add_pipe("attribution_links", config={"spans_key": "attribution_rules"})
    text = "The dam will mayhap hold."
    expected = triples(nlp(text))
    nlp.to_disk(tmp_path / "model")
    extra.unlink()

    loaded = spacy.load(tmp_path / "model")

    assert "Hedge" in {label for *_, label in expected}
    assert triples(loaded(text)) == expected
    assert loaded.to_bytes() == nlp.to_bytes()


def test_bytes_carry_the_extra_lexicons(tmp_path):
    """The bytes of a component carry its extra lexicons; so does a pickle."""
    extra = tmp_path / "extra.yaml"
    extra.write_text(EXTRA, "utf-8")
    rules = AttributionRules(lexicons=[str(extra)])
    data = rules.to_bytes()

    assert "mayhap" in AttributionRules().from_bytes(data).lexicon.hedges.adverbs
    assert "mayhap" in pickle.loads(pickle.dumps(rules)).lexicon.hedges.adverbs  # noqa: S301


def test_missing_lexicon_files_are_an_error(pipeline):
    """A lexicon file that is not there is an error when the component is used."""
    rules = AttributionRules(lexicons=["absent.yaml"])

    with pytest.raises(LexiconError, match=r"absent\.yaml"):
        rules(pipeline.make_doc("The dam held."))


def test_damaged_state_is_refused():
    """Bytes that hold something else are refused."""
    with pytest.raises(LexiconError, match="expected a list"):
        AttributionRules().from_bytes(b"{}")


@pytest.mark.slow
def test_several_processes_agree_with_one(pipeline):
    """Two processes find what one finds."""
    docs = pipeline.pipe([TEXT] * 4, n_process=2, batch_size=2)

    expected = triples(pipeline(TEXT))
    assert [triples(doc) for doc in docs] == [expected] * 4


def test_every_score_is_a_probability():
    """Every rule's score lies in (0, 1]."""
    assert all(0 < score <= 1 for score in rule_scores().values())


WORDS = st.sampled_from(
    "said says that according to the mayor Vahl , . ? “ ” \" '' ' - — : ; ( ) and but while may "
    "could reportedly alleged potential for which if he they claim report told reporters adding "
    "calling signs of is believed not 's \n \n\n   é 日本 🙂 \u200b".split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join)))
def test_any_text_gets_valid_spans(rules, text):
    """Whatever the text: spans are in range, sorted, trimmed, and the same when asked again."""
    doc, again = rules(NLP.make_doc(text)), rules(NLP.make_doc(text))
    group = doc.spans["attribution_rules"]

    found = [(span.start, -span.end, span.label_) for span in group]
    assert found == sorted(found)
    assert len(set(found)) == len(found)
    assert triples(doc) == triples(again)
    assert group.attrs["scores"] == again.spans["attribution_rules"].attrs["scores"]
    for span in group:
        assert 0 <= span.start < span.end <= len(doc)
        assert span.text == span.text.strip()
        assert "\n" not in span.text


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_spans_of_one_label_overlap_only_when_nested_claims(rules, text):
    """Two spans of one label do not overlap, but for a claim inside a claim."""
    spans = triples(rules(NLP.make_doc(text)))

    for number, (start, end, label) in enumerate(spans):
        for other_start, other_end, other_label in spans[number + 1 :]:
            if label != other_label or other_start >= end:
                continue
            assert label == "Claim"
            assert start <= other_start < other_end <= end


def test_source_cue_and_content_are_told_apart():
    """The parts of an attribution stand in a group of their own, as attribution research has it."""
    nlp = spacy.blank("en")
    nlp.add_pipe("attribution_rules")
    doc = nlp("“The ferry is safe,” Ines Vahl said. The union claims that the hull leaks.")
    parts = [(span.label_, span.text) for span in doc.spans["attribution_parts"]]
    assert parts == [
        ("Content", "“The ferry is safe,”"),
        ("Source", "Ines Vahl"),
        ("Cue", "said"),
        ("Source", "The union"),
        ("Cue", "claims"),
        ("Content", "that the hull leaks"),
    ]
    sentences = [span.text for span in doc.spans["attribution_sentences"]]
    assert len(sentences) == 2

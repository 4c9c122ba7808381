import numpy as np
import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup
from spacy.training import Example

from annotate.pipeline.span_crf.batches import assign_states, word_groups
from annotate.pipeline.span_crf.embed import rule_columns

pytestmark = pytest.mark.slow

SMALL = {
    "@architectures": "annotate.SpanCRF.v1",
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "width": 32,
        "depth": 1,
        "embed_size": 300,
        "window_size": 1,
        "maxout_pieces": 2,
        "subword_features": False,
        "pretrained_vectors": None,
    },
}
SENTENCES = [
    (
        "Officials said the bridge may close.",
        [(0, 14, "Source"), (15, 35, "Claim"), (26, 29, "Hedge")],
    ),
    (
        "Residents claim the dam could break.",
        [(0, 15, "Source"), (16, 35, "Claim"), (24, 29, "Hedge")],
    ),
    ("The market opens on Monday.", []),
]


def _example(nlp, text, spans, labels=None):
    reference = nlp.make_doc(text)
    group = [reference.char_span(start, end, label=label) for start, end, label in spans]
    attrs = {} if labels is None else {"labels": labels}
    reference.spans["sc"] = SpanGroup(reference, name="sc", spans=group, attrs=attrs)
    return Example(nlp.make_doc(text), reference)


def _trained(steps=40, nested=(), examples=SENTENCES):
    from thinc.api import fix_random_seed

    fix_random_seed(0)
    nlp = spacy.blank("en")
    component = nlp.add_pipe("span_crf", config={"model": SMALL, "nested_labels": list(nested)})
    data = [_example(nlp, *sentence) for sentence in examples]
    optimizer = nlp.initialize(lambda: data)
    for _ in range(steps):
        nlp.update([_example(nlp, *sentence) for sentence in examples], sgd=optimizer)
    return nlp, component


@pytest.fixture(scope="module")
def trained():
    return _trained()


def _found(doc):
    return sorted((s.start_char, s.end_char, s.label_) for s in doc.spans["sc"])


def test_overlapping_spans_are_learned_with_their_probabilities(trained):
    """Spans of different labels overlap, and every one has a posterior."""
    nlp, _ = trained
    for text, spans in SENTENCES:
        doc = nlp(text)
        assert _found(doc) == sorted(spans)
        assert all(0.5 < score <= 1.0 for score in doc.spans["sc"].attrs["scores"])


def test_it_comes_back_from_disk_and_bytes_the_same(trained, tmp_path):
    """A saved component predicts what it predicted before."""
    nlp, _ = trained
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    restored = spacy.blank("en")
    restored.add_pipe("span_crf", config={"model": SMALL})
    restored.from_bytes(nlp.to_bytes())
    for text, _ in SENTENCES:
        for other in (again, restored):
            assert _found(other(text)) == _found(nlp(text))
            assert other(text).spans["sc"].attrs["scores"] == pytest.approx(
                nlp(text).spans["sc"].attrs["scores"]
            )


def test_empty_and_blank_documents_are_answered(trained):
    """A document without a word gets an empty group, alone or among others."""
    nlp, _ = trained
    docs = list(nlp.pipe(["", "\n\n", SENTENCES[0][0]]))
    assert [len(doc.spans["sc"]) for doc in docs] == [0, 0, 3]


def test_spans_never_cross_paragraphs(trained):
    """Paragraphs are the unit: what is learned in one is found in each."""
    nlp, _ = trained
    text = SENTENCES[0][0] + "\n\n" + SENTENCES[1][0]
    shift = len(SENTENCES[0][0]) + 2
    expected = SENTENCES[0][1] + [(a + shift, b + shift, c) for a, b, c in SENTENCES[1][1]]
    assert _found(nlp(text)) == sorted(expected)


def test_recall_bias_finds_more(trained):
    """A higher recall bias never finds fewer spans, and a large one finds more."""
    nlp, component = trained
    text = "The market said it opens on Monday and the dam holds."
    few = len(nlp(text).spans["sc"])
    component.cfg["recall_bias"] = 8.0
    try:
        assert len(nlp(text).spans["sc"]) > few
    finally:
        component.cfg["recall_bias"] = 0.0


def test_a_claim_inside_a_claim_needs_the_second_chain():
    """With a second chain nested spans of one label are learned; without it they are reported."""
    nested = [
        ("The memo said engineers believe the dam holds.", [(0, 45, "Claim"), (32, 45, "Claim")])
    ]
    nlp, component = _trained(nested=["Claim"], examples=nested)
    assert _found(nlp(nested[0][0])) == sorted(nested[0][1])
    assert component.chains == ["Claim", "Claim"]
    single, alone = _trained(steps=1, examples=nested)
    reference = _example(single, *nested[0]).reference
    assert [s.text for s in alone.unreachable(reference)] == ["the dam holds"]


def test_what_was_not_annotated_is_unknown():
    """A reference that names its labels leaves the other chains and their scores alone."""
    nlp = spacy.blank("en")
    component = nlp.add_pipe("span_crf", config={"model": SMALL})
    full = [_example(nlp, *sentence) for sentence in SENTENCES]
    nlp.initialize(lambda: full)
    partial = _example(nlp, SENTENCES[0][0], [(0, 14, "Source")], ["Source"])
    component.update([partial])
    gradient = component.model.get_grad("transitions")
    chain = component.chains.index("Source")
    assert np.abs(gradient[chain]).sum() > 0
    for other in set(range(3)) - {chain}:
        assert np.abs(gradient[other]).sum() == 0
    partial.predicted = nlp(SENTENCES[0][0])
    assert set(component.score([partial])["spans_sc_per_type"]) == {"Claim", "Hedge", "Source"}
    assert component.score([partial])["spans_sc_per_type"]["Claim"] == {"p": 0, "r": 0, "f": 0}


def test_training_without_a_span_is_refused():
    """A corpus without a single span in the group cannot initialise the component."""
    nlp = spacy.blank("en")
    nlp.add_pipe("span_crf", config={"model": SMALL})
    with pytest.raises(ValueError, match="no span in group 'sc'"):
        nlp.initialize(lambda: [_example(nlp, "Nothing here.", [])])


def test_spans_across_paragraphs_are_left_over():
    """A gold span that goes over a paragraph's end is reported, not cut."""
    doc = spacy.blank("en")("One.\n\nTwo.")
    spans = [doc.char_span(0, len(doc.text), label="Claim")]
    states, left = assign_states(spans, doc, ["Claim"])
    assert not states.any()
    assert left == spans


def test_the_rules_reach_the_network_and_no_token():
    """Rule spans, quotations and the place in the sentence become columns of states."""
    doc = Doc(spacy.blank("en").vocab, words="a b c d".split())
    doc.spans["rules"] = [
        Span(doc, 0, 3, label="Claim"),
        Span(doc, 1, 2, label="Claim"),
        Span(doc, 3, 4, label="Hedge"),
    ]
    doc.spans["quotations"] = [doc[2:4]]
    doc.spans["attribution_sentences"] = [doc[0:4]]
    doc.spans["attribution_parts"] = [Span(doc, 1, 2, label="Cue")]
    columns = rule_columns(doc, ["rules/Claim", "rules/Hedge", "missing/Claim"])
    assert columns.tolist() == [
        [1, 0, 0, 0, 12],
        [2, 0, 0, 0, 3],
        [3, 0, 0, 1, 4],
        [0, 4, 0, 3, 24],
    ]


def test_of_two_nested_rule_spans_the_outer_one_shows():
    """The order of the spans in their group does not matter."""
    doc = Doc(spacy.blank("en").vocab, words="a b c".split())
    doc.spans["rules"] = [Span(doc, 1, 2, label="Claim"), Span(doc, 0, 3, label="Claim")]
    assert rule_columns(doc, ["rules/Claim"])[:, 0].tolist() == [1, 2, 3]


def test_documents_are_predicted_in_groups_of_bounded_size():
    """Groups keep the order and stay below the number of words, but for one long document."""
    nlp = spacy.blank("en")
    docs = [nlp("word " * n) for n in (3, 3, 9, 1, 2, 4)]
    groups = [[len(doc) for doc in group] for group in word_groups(docs, 7)]
    assert groups == [[3, 3], [9], [1, 2, 4]]
    assert list(word_groups([], 7)) == []

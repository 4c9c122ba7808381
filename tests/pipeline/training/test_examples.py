import random

from hypothesis import given
from hypothesis import strategies as st
from sentences import GOLD, LABELS, pair
from spacy.training import Example

from annotate.pipeline.training.corpus import gold_docs, make_paragraph_corpus, paragraph_docs
from annotate.pipeline.training.examples import StoredExample, examples_on_disk
from annotate.pipeline.training.loop import rules_pipeline
from annotate.pipeline.training.shards import write_corpus

RULES = rules_pipeline()
LONG = pair(
    99, "Officials said it may close.\n\n\tIt’s 3 o'clock —  «déjà vu».", [("may", "Hedge")]
)
DOCS, _ = gold_docs(RULES, [*GOLD, LONG], labels=LABELS, nested_labels=())


def _said(doc):
    group = doc.spans.get("sc")
    spans = None if group is None else [(s.start, s.end, s.label_) for s in group]
    attrs = None if group is None else dict(group.attrs)
    return [(t.text, t.whitespace_) for t in doc], spans, attrs


def _both(example):
    return _said(example.predicted), _said(example.reference), len(example)


def _read(tmp_path, count=None):
    path = write_corpus(DOCS[:count], tmp_path / "some.spacy", tokens=30)
    return make_paragraph_corpus(str(path))


def test_a_stored_example_is_what_an_example_in_memory_is(tmp_path):
    """The stream gives the same paragraphs as the list, in the same order, none left out."""
    read = _read(tmp_path)
    held = list(read(RULES))
    with examples_on_disk(tmp_path):
        stored = list(read(RULES))
        assert {type(example) for example in stored} == {StoredExample}
        assert {type(example) for example in held} == {Example}
        assert [_both(example) for example in stored] == [_both(example) for example in held]
        assert len(stored) == len(list(paragraph_docs(DOCS)))


@given(st.integers(0, 2**32))
def test_the_seed_decides_the_order(tmp_path_factory, seed):
    """Stored examples are shuffled as those in memory are, and come back in any order."""
    directory = tmp_path_factory.mktemp("examples")
    read = _read(directory, count=6)
    held = list(read(RULES))
    with examples_on_disk(directory):
        stored = list(read(RULES))
        for examples in (held, stored):
            random.Random(seed).shuffle(examples)  # noqa: S311 - no secret
        assert [_both(example) for example in stored] == [_both(example) for example in held]


def test_an_update_sees_documents_of_its_own(tmp_path):
    """What spaCy writes to a batch stays in the copies that it makes of stored examples."""
    with examples_on_disk(tmp_path):
        example = next(_read(tmp_path)(RULES))
        RULES(example.x)
        assert not example.x.spans
        assert example.x is not example.x
        assert _said(example.y) == _said(example.reference)


def test_nothing_is_left_behind(tmp_path):
    """The file of the examples has no name, and outside of the block nothing is stored."""
    read = _read(tmp_path)
    before = sorted(tmp_path.iterdir())
    with examples_on_disk(tmp_path):
        list(read(RULES))
        assert sorted(tmp_path.iterdir()) == before
    assert type(next(read(RULES))) is Example

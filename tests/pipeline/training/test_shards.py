import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sentences import GOLD, LABELS
from spacy.training import Corpus

from annotate.pipeline.languages import blank
from annotate.pipeline.training.corpus import gold_docs
from annotate.pipeline.training.loop import rules_pipeline
from annotate.pipeline.training.shards import read_corpus, write_corpus

DOCS, _ = gold_docs(rules_pipeline(), GOLD, labels=LABELS, nested_labels=())
BLANK = blank()


def _said(doc):
    group = doc.spans["sc"]
    return doc.text, [(s.start, s.end, s.label_) for s in group], dict(group.attrs)


@given(st.integers(0, len(DOCS)), st.integers(1, 60))
def test_shards_hold_every_document_in_its_order(count, tokens):
    """Whatever a file may hold, what is read is what was written: texts, spans and attrs."""
    with tempfile.TemporaryDirectory() as directory:
        path = write_corpus(DOCS[:count], Path(directory) / "some.spacy", tokens=tokens)
        assert [_said(doc) for doc in read_corpus(path, BLANK.vocab)] == [
            _said(doc) for doc in DOCS[:count]
        ]


def test_a_file_ends_with_the_document_that_makes_it_full(tmp_path):
    """Memory holds one file at a time, which is as large as asked for, and one document more."""
    path = write_corpus(DOCS, tmp_path / "some.spacy", tokens=len(DOCS[0]) + 1)
    held = [len(list(read_corpus(shard, BLANK.vocab))) for shard in sorted(path.iterdir())]
    assert sum(held) == len(DOCS)
    assert max(held) == 2


def test_a_corpus_is_written_as_it_is_made(tmp_path):
    """Documents are asked for one by one: those of a full file are on disk before the next."""
    path = tmp_path / "some.spacy"
    seen = []

    def docs():
        for doc in DOCS[:4]:
            seen.append(len(list(path.iterdir())))
            yield doc

    write_corpus(docs(), path, tokens=1)
    assert seen == [0, 1, 2, 3]


def test_a_corpus_that_was_there_is_gone(tmp_path):
    """A second training in a directory learns nothing of the first."""
    path = tmp_path / "some.spacy"
    write_corpus(DOCS, path, tokens=1)
    write_corpus(DOCS[:1], path)
    assert len(list(read_corpus(path, BLANK.vocab))) == 1


def test_spacys_own_reader_takes_the_directory(tmp_path):
    """Development articles are read by spaCy's corpus, in the same order."""
    path = write_corpus(DOCS, tmp_path / "some.spacy", tokens=20)
    assert [example.reference.text for example in Corpus(path)(BLANK)] == [d.text for d in DOCS]

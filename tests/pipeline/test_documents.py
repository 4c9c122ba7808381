import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from spacy.tokens import DocBin
from strategies import marked_articles

from annotate.errors import RecordError
from annotate.pipeline.docbin import read_docbin
from annotate.pipeline.documents import Docs, marked_docs
from annotate.records import Annotation, Prediction

pytestmark = pytest.mark.slow


def _marks(marked, *, by_machine):
    article, spans, links = marked
    shared = {
        "article_id": article.article_id,
        "text_sha256": article.text_sha256,
        "spans": spans,
        "links": links,
    }
    if by_machine:
        scores = {span.id: 0.5 for span in spans[::2]}
        return Prediction(**shared, scores=scores, model_version="v-1")
    return Annotation(**shared, labels=("Claim",), annotator="p", annotation_id="7")


@given(marked_articles())
def test_annotations_come_back_from_a_docbin(marked):
    """What spaCy saves of the Docs is read as the same work, but for what the issues name."""
    article, spans, links = marked
    docs = marked_docs([(article, _marks(marked, by_machine=False))], spans_key="sc")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "d.spacy"
        DocBin(docs=docs, store_user_data=True).to_disk(path)
        (read,) = read_docbin(path)
    assert (read.by, read.line.article, read.line.labels) == ("p", article, ("Claim",))
    moved = {i.span.id: (i.start, i.end) for i in docs.issues if i.what == "moved"}
    lost = {i.span.id for i in docs.issues if i.what == "lost"}
    assert [(s.id, s.start, s.end) for s in read.line.spans] == [
        (s.id, *moved.get(s.id, (s.start, s.end))) for s in spans if s.id not in lost
    ]
    assert len(links) - docs.lost_links == len(docs[0].spans["sc"].attrs["links"])


@given(marked_articles())
def test_predictions_stay_predictions(marked):
    """A DocBin of predictions keeps scores and model version: nobody's annotations."""
    article, _, _ = marked
    marks = _marks(marked, by_machine=True)
    docs = marked_docs([(article, marks)], spans_key="sc")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "d.spacy"
        DocBin(docs=docs, store_user_data=True).to_disk(path)
        (read,) = read_docbin(path)
    kept = {span.id for span in read.line.spans}
    assert dict(read.line.scores) == {i: s for i, s in marks.scores.items() if i in kept}
    assert read.line.model_version == "v-1"
    with pytest.raises(RecordError, match="nobody's annotations"):
        read.line.annotation(annotator="p", annotation_id="7", all_names=())


def test_no_documents_are_a_list_without_losses():
    """Nothing in, nothing out."""
    assert repr(Docs()) == "<0 Docs; spans moved: 0, lost: 0; links lost: 0>"
    assert marked_docs([], spans_key="sc") == []

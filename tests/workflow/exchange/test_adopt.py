import pytest
from gold import adopt_jsonl, write_gold

from annotate.errors import InputError
from annotate.exports.store import ExportStore


def test_annotations_from_a_file_become_a_version_once(workspace, context, samples, tmp_path):
    """Reading gold makes a version under a pseudonym; reading it again makes none."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:4])
    result = adopt_jsonl(context, gold, annotator="ines@example.org")
    assert (result.articles, result.annotations) == (4, 4)
    store = ExportStore(workspace.exports)
    lines = store.load(store.manifests.find(None)).values()
    annotators = {a.annotator for line in lines for a in line.annotations}
    assert len(annotators) == 1
    assert "ines" not in next(iter(annotators))
    for line, sample in zip(
        sorted(lines, key=lambda x: x.article.article_id),
        sorted(samples[:4], key=lambda x: x.article.article_id),
        strict=True,
    ):
        assert line.annotations[0].spans == sample.spans
        assert line.annotations[0].links == sample.links
    assert adopt_jsonl(context, gold, annotator="ines@example.org").version is None
    second = adopt_jsonl(context, gold, annotator="jon@example.org")
    assert second.version is not None
    assert second.version.counts["annotations"] == 8


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model_version": "rules-1"}, "nobody's annotations"),
        (
            {"spans": [{"start": 0, "end": 3, "label": "Opinion"}], "links": []},
            "unknown label 'Opinion'",
        ),
    ],
)
def test_what_is_no_annotation_is_not_adopted(workspace, context, samples, tmp_path, change, said):
    """Predictions and unknown labels are refused with file and line; no version is made."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:1], **change)
    with pytest.raises(InputError, match=rf"gold\.jsonl:1: .*{said}"):
        adopt_jsonl(context, gold, annotator="x")
    assert ExportStore(workspace.exports).versions() == []


def test_work_that_was_not_blind_is_not_adopted_as_blind(context, samples, tmp_path):
    """A line that says that predictions were seen is kept so; one that says nothing is blind."""
    for name, line, said in (("seen", samples[0], {"blind": False}), ("own", samples[1], {})):
        path = write_gold(tmp_path / f"{name}.jsonl", [line], **said)
        adopt_jsonl(context, path, annotator="x")
    lines = context.versions.load(context.versions.latest()).values()
    blind = {line.article.article_id: line.blind for line in lines}
    assert blind == {samples[0].article.article_id: False, samples[1].article.article_id: True}


def test_what_a_file_does_not_say_is_told_or_asked_for(context, samples, tmp_path):
    """Test articles that are taken for blind work are counted; `corrected` says that they are not."""
    gold = write_gold(tmp_path / "gold.jsonl", samples)
    told = adopt_jsonl(context, gold, annotator="x", dry_run=True).taken_for_blind
    assert 0 < told < len(samples)
    corrected = adopt_jsonl(context, gold, annotator="x", corrected=True)
    assert corrected.taken_for_blind == 0
    lines = context.versions.load(corrected.version).values()
    assert sum(line.split == "test" for line in lines) == told
    assert not any(line.blind for line in lines)
    said = write_gold(tmp_path / "said.jsonl", samples, blind=True)
    assert adopt_jsonl(context, said, annotator="y", dry_run=True).taken_for_blind == 0


def test_articles_that_stay_in_another_corpus_are_named(context, samples, tmp_path):
    """The first name stays, of a corpus and of one's own; the second one is told to be nothing."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:2])
    own = write_gold(tmp_path / "own.jsonl", samples[2:3])
    assert adopt_jsonl(context, gold, annotator="x", corpus="One").elsewhere == ()
    assert adopt_jsonl(context, gold, annotator="x", corpus="One").elsewhere == ()
    adopt_jsonl(context, own, annotator="x")
    both = write_gold(tmp_path / "both.jsonl", samples[:4])
    told = adopt_jsonl(context, both, annotator="y", corpus="Two")
    assert set(told.elsewhere) == {line.article.article_id for line in samples[:3]}
    held = {line.corpus for line in context.versions.load(told.version).values()}
    assert held == {"One", "Two", None}

from datetime import UTC, datetime

import pytest

from annotate.errors import UnknownExportError
from annotate.exports.lines import ExportedArticle
from annotate.labels import parse_label_config
from annotate.records import Annotation, Article
from annotate.workflow.state.context import Context


def _line(number):
    article = Article(article_id=f"a{number}", text=f"It may rain on day {number}.")
    annotation = Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=(),
        labels=("Claim",),
        annotator="annotator-1",
        annotation_id=str(number),
    )
    return ExportedArticle(
        article=article, annotations=(annotation,), group="g", split="train", blind=False
    )


def test_a_version_says_when_from_what_and_under_which_labels(workspace):
    """The clock is the context's, the labels are the workspace's, the watermark goes on."""
    context = Context(workspace, clock=lambda: datetime(2026, 1, 5, 9, 0, 0, 123, tzinfo=UTC))
    versions = context.versions
    assert versions.latest() is None
    assert versions.load(None) == {}
    with pytest.raises(UnknownExportError):
        versions.find(None)
    first = versions.write([_line(1)], about={"title": "T"}, watermark="w1")
    assert first.created_at == "2026-01-05T09:00:00+00:00"
    assert (first.watermark, first.project) == ("w1", {"title": "T"})
    assert first.scheme == context.scheme.fingerprint()
    second = versions.write([_line(2)], about={"file": "x"})
    assert (second.number, second.parent, second.watermark) == (2, first.id, "w1")
    assert [key.article_id for key in versions.load(versions.latest())] == ["a1", "a2"]
    assert [key.article_id for key in versions.load(versions.find("1"))] == ["a1"]


def test_a_version_can_be_written_under_another_config(context):
    """A renamed label stands in the new version's fingerprint before it stands in the workspace."""
    xml = context.workspace.label_config().replace('value="Hedge"', 'value="Doubt"')
    version = context.versions.write([_line(1)], about={}, label_config=xml)
    assert version.scheme == parse_label_config(xml).fingerprint() != context.scheme.fingerprint()


def test_one_version_is_compared_with_the_latest_and_the_latest_with_its_parent(context):
    """Two versions to compare come the older first; a first version has nothing before it."""
    versions = context.versions
    first = versions.write([_line(1)], about={})
    with pytest.raises(UnknownExportError, match="first version"):
        versions.find_two("1", None)
    second = versions.write([_line(2)], about={})
    assert versions.find_two("1", None) == (first, second)
    assert versions.find_two("2", None) == (first, second)
    assert versions.find_two("2", "2") == (second, second)


def test_an_index_of_any_version_writes_nothing(context):
    """The kept index is that of the latest version; others are made in memory."""
    first = context.versions.write([_line(1)], about={})
    context.versions.write([_line(2)], about={})
    before = sorted(context.workspace.state.iterdir())
    with context.versions.index_of(first) as index:
        assert [line.article.article_id for line in index.lines()] == ["a1"]
    assert sorted(context.workspace.state.iterdir()) == before
    with context.versions.index() as index:
        assert index.count() == 2

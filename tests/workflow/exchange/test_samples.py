from annotate.samples import sample_articles
from annotate.workflow.exchange.samples import make_sample_workspace
from annotate.workflow.state.context import Context


def test_the_sample_corpus_becomes_a_version(tmp_path):
    """The one version holds the gold of every sample; doing it again adds nothing."""
    make_sample_workspace(tmp_path / "sample")
    make_sample_workspace(tmp_path / "sample")
    versions = Context.at(tmp_path / "sample").versions
    held = versions.load(versions.find("1"))
    assert versions.store.manifests.names() == [versions.find(None).name]
    assert {key.article_id: line.annotations[0].spans for key, line in held.items()} == {
        line.article.article_id: line.spans for line in sample_articles()
    }

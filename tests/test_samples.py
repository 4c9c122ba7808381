from collections import Counter

from annotate.exports.store import ExportStore
from annotate.samples import DIRECTORY, sample_articles
from annotate.workspace import load_workspace

# Words a span in three real news articles annotated by the same guidelines.
REAL_DENSITY = {"Claim": 36.6, "Source": 46.7, "Hedge": 70.1}


def test_the_corpus_is_as_large_and_as_dense_as_it_says():
    """At least 60 articles and 15,000 words; words a span within 25 % of real news."""
    lines = sample_articles()
    words = sum(len(line.article.text.split()) for line in lines)
    counts = Counter(span.label for line in lines for span in line.spans)
    assert len(lines) >= 60
    assert words >= 15_000
    for label, real in REAL_DENSITY.items():
        assert 0.75 * real <= words / counts[label] <= 1.25 * real


def test_spans_keep_to_the_guidelines():
    """No span starts or ends with white space, and only claims nest in their own label."""
    for line in sample_articles():
        text = line.article.text
        for span in line.spans:
            part = text[span.start : span.end]
            assert part == part.strip(), (line.article.article_id, part)
            assert "\n" not in part, (line.article.article_id, part)
            for other in line.spans:
                if other.label == span.label and other.id > span.id:
                    apart = other.end <= span.start or span.end <= other.start
                    inside = (span.start <= other.start and other.end <= span.end) or (
                        other.start <= span.start and span.end <= other.end
                    )
                    assert apart or (span.label == "Claim" and inside), (
                        line.article.article_id,
                        part,
                    )


def test_every_hedge_hedges_and_every_claim_has_a_ground():
    """A hedge weakens a claim; a claim has a source or a hedge; sources have a type."""
    for line in sample_articles():
        heads = {link.head_id for link in line.links}
        hedged = {link.tail_id for link in line.links if link.label == "hedges"}
        for span in line.spans:
            where = (line.article.article_id, line.article.text[span.start : span.end])
            if span.label == "Hedge":
                assert span.id in heads, where
            if span.label == "Claim":
                assert span.id in heads | hedged, where
            if span.label == "Source":
                assert span.attributes.get("source_type"), where


def test_articles_know_where_they_come_from():
    """Every sample has an id of its own, a title that is in the text, outlet, date and URL."""
    lines = sample_articles()
    assert len({line.article.article_id for line in lines}) == len(lines)
    for line in lines:
        article = line.article
        assert article.outlet
        assert article.published
        assert article.url
        assert article.title
        assert article.text.startswith(article.title)


def test_the_export_in_git_is_whole():
    """The one export that the repository keeps can be read by this version of annotate."""
    workspace = load_workspace(DIRECTORY.parents[2], {})
    store = ExportStore(workspace.exports)
    assert store.verify() == []
    samples = {line.article.article_id: line for line in sample_articles()}
    for line in store.load(store.manifests.find(None)).values():
        assert line.article.text == samples[line.article.article_id].article.text

from collections import Counter
from dataclasses import replace

import pytest
from archives import write_archive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import LABELS, marked_articles

from annotate.archive.counting import ALL, NO_DATE, NO_OUTLET, count_marks
from annotate.archive.lines import open_archive
from annotate.archive.manifest import FORMATS
from annotate.archive.storage import open_store
from annotate.errors import InputError
from annotate.quality.report.mix import mixes
from annotate.quality.report.work import Work
from annotate.records import Article, Prediction

OUTLETS = st.sampled_from([None, "", "Harbour Post", "The \u2028 Ledger", "=cmd"])
DATES = st.sampled_from([None, " ", "2024-01-31", "2024-02-01T00:30:00+02:00", "once"])


def _month(published):
    return published[:7]


def _predicted(number, marked, outlet, published):
    article, spans, links = marked
    article = replace(article, article_id=f"a{number}", outlet=outlet, published=published)
    made = Prediction(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links,
        model_version="m-1",
    )
    return article, made


def _works(predicted, name):
    return [
        Work(
            article_id=article.article_id,
            annotator="m",
            day=None,
            words=len(article.text.split()),
            seconds=None,
            spans=Counter(span.label for span in made.spans),
            blind=True,
            outlet=name(article),
            reviewer=None,
        )
        for article, made in predicted
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(st.tuples(marked_articles(max_spans=4), OUTLETS, DATES), max_size=6),
    st.sampled_from(FORMATS),
)
def test_it_counts_what_memory_would_count(tmp_path_factory, items, format_):
    """Articles, words and spans by outlet and month, links and choices, whatever the characters."""
    predicted = [_predicted(number, *item) for number, item in enumerate(items)]
    archive = write_archive(tmp_path_factory.mktemp("counts"), predicted, format_=format_)
    read = []
    counts = count_marks(archive, month=_month, on_shard=read.append)
    assert sum(read) == len(items)
    found = Counter(span.label for _, made in predicted for span in made.spans)
    assert counts.labels == tuple(label for label in LABELS if found[label])
    expected = mixes(_works(predicted, lambda article: article.outlet), counts.labels)
    assert counts.all == replace(expected[0], name=ALL)
    assert set(counts.outlets) == {
        replace(mix, name="(no outlet)") if mix.name == "no outlet" else mix for mix in expected[3:]
    }
    months = _works(
        predicted, lambda a: _month(a.published) if (a.published or "").strip() else NO_DATE
    )
    assert list(counts.months) == mixes(months, counts.labels)[3:]
    assert counts.links == dict(
        sorted(Counter(link.label for _, made in predicted for link in made.links).items())
    )
    chosen = Counter(
        (span.label, name, value)
        for _, made in predicted
        for span in made.spans
        for name, values in span.attributes.items()
        for value in values
    )
    assert counts.choices == tuple((*key, count) for key, count in sorted(chosen.items()))


def _one(**fields):
    article = Article(article_id="a", text="A text.", **fields)
    made = Prediction(
        article_id="a", text_sha256=article.text_sha256, spans=(), model_version="m-1"
    )
    return article, made


def test_an_empty_outlet_is_none(tmp_path):
    """As in the report of people's work."""
    counts = count_marks(write_archive(tmp_path, [_one(outlet="")]), month=_month)
    assert [mix.name for mix in counts.outlets] == [NO_OUTLET]


def test_what_lies_behind_an_address_is_counted():
    """By copies that go with the batch."""
    archive = write_archive("memory://counted", [_one(outlet="O")])
    assert count_marks(archive, month=_month).all.words == 2


def test_a_shard_that_was_changed_is_named(tmp_path):
    """Nothing is counted then."""
    archive = write_archive(tmp_path, [_one()], shards=1)
    file = tmp_path / archive.entries[0].file
    file.write_bytes(file.read_bytes().replace(b"text", b"test"))
    again = open_archive(open_store(str(tmp_path)))
    with pytest.raises(InputError, match=r"00001\.jsonl: is not what was written"):
        count_marks(again, month=_month)


def test_a_long_line_is_counted(tmp_path):
    """Longer than DuckDB takes unless it is told."""
    article = Article(article_id="a", text="word " * 4_000_000)
    made = replace(_one()[1], text_sha256=article.text_sha256)
    counts = count_marks(write_archive(tmp_path, [(article, made)]), month=_month)
    assert counts.all.words == 4_000_000

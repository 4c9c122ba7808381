import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.archive.inputs import find_inputs
from annotate.archive.sharding import Part, shard_of
from annotate.archive.spool import OTHER_TEXT, TWICE, Spool


def _write(path, articles):
    lines = (json.dumps({"article_id": name, "text": text}) for name, text in articles)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _inputs(root):
    return find_inputs(["in.jsonl"], root=root)


articles = st.lists(
    st.tuples(st.sampled_from([f"a{n}" for n in range(9)]), st.sampled_from(["One.", "Two.\x85É"]))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles, st.integers(1, 5), st.integers(1, 3))
def test_all_parts_together_hold_every_article(tmp_path_factory, given_, shards, n):
    """Each id once, in its shard, in the order of the input; what comes again is named."""
    root = tmp_path_factory.mktemp("spool")
    _write(root / "in.jsonl", given_)
    kept, doubled = [], []
    for k in range(1, n + 1):
        spool = Spool(root / str(k), shards=shards, part=Part(k, n))
        spooled = spool.fill(_inputs(root))
        assert spooled.articles == len(given_)
        for shard in range(shards):
            laid = spool.read(shard)
            assert len(laid.articles) + len(laid.doubled) == spooled.shards.get(shard, 0)
            assert all(shard_of(a.article_id, shards) == shard for a in laid.articles)
            kept += [(article.article_id, article.text) for article in laid.articles]
            doubled += laid.doubled
    first = {}
    others = []
    for name, text in given_:
        if name in first:
            others.append((name, TWICE if first[name] == text else OTHER_TEXT))
        first.setdefault(name, text)
    assert sorted(kept) == sorted(first.items())
    assert sorted(doubled) == sorted(others)


def test_what_was_laid_down_is_taken_while_the_input_is_the_same(tmp_path):
    """Nothing is read twice; another time, size or name of a file means to begin again."""
    _write(tmp_path / "in.jsonl", [("a", "One."), ("b", "Two.")])
    spool = Spool(tmp_path / "spool", shards=2, part=Part())
    read = []
    first = spool.fill(_inputs(tmp_path), on_article=lambda: read.append(1))
    assert spool.fill(_inputs(tmp_path), on_article=lambda: read.append(1)) == first
    assert len(read) == 2
    os.utime(tmp_path / "in.jsonl", ns=(1, 1))
    assert spool.fill(_inputs(tmp_path), on_article=lambda: read.append(1)) == first
    assert len(read) == 4


def test_a_spool_that_was_not_finished_is_begun_again(tmp_path):
    """What a run that was killed has written is no article twice."""
    _write(tmp_path / "in.jsonl", [("a", "One."), ("b", "Two.")])
    spool = Spool(tmp_path / "spool", shards=1, part=Part())
    spool.fill(_inputs(tmp_path))
    (tmp_path / "spool" / "ready.json").unlink()
    spool.fill(_inputs(tmp_path))
    assert [article.article_id for article in spool.read(0).articles] == ["a", "b"]
    assert spool.read(0).doubled == []


def test_the_digest_is_of_ids_and_texts_in_their_order(tmp_path):
    """Whoever goes on with other articles is found out."""
    digests = []
    for number, given_ in enumerate(
        [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")], [("a", "1"), ("b", "3")], [("a", "1")]]
    ):
        _write(tmp_path / "in.jsonl", given_)
        spool = Spool(tmp_path / str(number), shards=3, part=Part())
        digests.append(spool.fill(_inputs(tmp_path)).articles_sha256)
    assert len(set(digests)) == 4


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"text": 1}', b"\xff"])
def test_bad_lines_are_listed_and_the_rest_goes_on(tmp_path, raw):
    """With file, line and what was expected."""
    good = json.dumps({"article_id": "a", "text": "One."}).encode()
    (tmp_path / "in.jsonl").write_bytes(raw + b"\n" + good + b"\n")
    spool = Spool(tmp_path / "spool", shards=1, part=Part())
    spooled = spool.fill(_inputs(tmp_path))
    assert spooled.articles == 1
    ((file, line, reason),) = spooled.bad
    assert (file, line) == ("in.jsonl", 1)
    assert "in.jsonl:1: " in reason
    spool.drop(0)
    assert not spool.has(0)
    assert spool.read(0).articles == []

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.archive.sharding import MAX_SHARDS, Part, shard_of, shards_for
from annotate.errors import UsageError


@given(st.text(), st.integers(1, MAX_SHARDS))
def test_an_id_has_one_shard(article_id, shards):
    """It is a number below that of the shards, and the id alone decides."""
    assert 0 <= shard_of(article_id, shards) < shards
    assert shard_of(article_id, shards) == shard_of(article_id, shards)


def test_shards_are_alike_in_size():
    """Ids that differ in one digit are spread as if at random; the places are kept for ever."""
    counts = Counter(shard_of(f"articles/{n:06d}.txt", 16) for n in range(16_000))
    assert set(counts) == set(range(16))
    assert max(counts.values()) < 1.15 * 1000
    assert [shard_of(name, 1000) for name in ("a", "b", "é")] == [343, 333, 743]


@given(st.integers(0, 10**13))
def test_the_default_grows_with_the_input(size):
    """From one shard, in proportion, up to what a directory holds well."""
    shards = shards_for(size)
    assert 1 <= shards <= MAX_SHARDS
    assert shards_for(size + 1) >= shards
    assert shards == MAX_SHARDS or (shards - 1) * 128 * 1024 <= size


@given(st.integers(1, 40), st.integers(1, 100))
def test_parts_share_all_shards(n, shards):
    """Each shard is of one part, whatever the numbers are."""
    parts = [Part.parse(f"{k}/{n}") for k in range(1, n + 1)]
    assert [sum(part.has(shard) for part in parts) for shard in range(shards)] == [1] * shards


@pytest.mark.parametrize("text", ["", "3", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1.0/2"])
def test_what_is_no_part_is_refused(text):
    """With what was expected."""
    with pytest.raises(UsageError, match="expected K/N"):
        Part.parse(text)

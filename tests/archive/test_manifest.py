from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.archive.manifest import (
    FORMATS,
    VERSION,
    Entry,
    Manifest,
    read_entry,
    read_manifest,
    to_bytes,
)
from annotate.errors import InputError

texts = st.text(st.characters(exclude_categories=["Cs"]))
counts = st.dictionaries(texts, st.integers(0))

manifests = st.builds(
    Manifest,
    version=st.just(VERSION),
    shards=st.integers(1),
    format=st.sampled_from(FORMATS),
    model_version=texts,
    labels=st.lists(texts).map(tuple),
    articles=st.integers(0),
    articles_sha256=texts,
)
entries = st.builds(
    Entry,
    shard=st.integers(0),
    file=texts,
    sha256=texts,
    bytes=st.integers(0),
    articles=st.integers(0),
    spans=counts,
    links=st.integers(0),
    left_out=counts,
    without=st.lists(st.tuples(texts, texts)).map(tuple),
)


@given(manifests, entries)
def test_what_is_written_is_read(manifest, entry):
    """Nothing is lost, and the bytes are the same again."""
    assert read_manifest(to_bytes(manifest), where="here") == manifest
    assert read_entry(to_bytes(entry), where="here") == entry


@given(manifests)
def test_a_manifest_says_in_what_another_differs(manifest):
    """By name, with both values; it does not differ from itself."""
    assert manifest.differences(manifest) == []
    other = replace(manifest, shards=manifest.shards + 1, model_version="rules-x")
    told = manifest.differences(other)
    assert any(line.startswith("shards ") for line in told)
    assert len(told) == (1 if manifest.model_version == "rules-x" else 2)


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "a JSON object"), (b"[1]", "a JSON object"), (b'{"version": 9}', "layout 9")],
)
def test_what_is_no_manifest_is_refused(data, message):
    """With the place, and what was expected there."""
    with pytest.raises(InputError, match=rf"dir/manifest\.json: .*{message}"):
        read_manifest(data, where="dir/manifest.json")
    with pytest.raises(InputError, match="shard"):
        read_entry(data, where="shard-00000")

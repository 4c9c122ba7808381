import hashlib
import json

import pytest
from predictors import marker

from annotate.archive.lines import open_archive
from annotate.archive.manifest import FORMATS, VERSION, Entry, Manifest, shard_name, to_bytes
from annotate.archive.run import encode
from annotate.archive.storage import Directory
from annotate.archive.worker import answer
from annotate.errors import InputError, UsageError
from annotate.records import Article


def _store(path, format_, *, shards=3, there=(0, 2)):
    """Write shards of two articles each, of which one is missing."""
    store = Directory(path)
    manifest = Manifest(
        version=VERSION,
        shards=shards,
        format=format_,
        model_version="marker",
        labels=("Claim",),
        articles=2 * shards,
        articles_sha256="",
    )
    store.write("manifest.json", to_bytes(manifest))
    for shard in there:
        articles = [Article(article_id=f"{shard}-{n}", text=f"Text\x85 {n}.") for n in range(2)]
        data = encode(answer(marker()(), articles, ("Claim",)).lines, format_)
        name = shard_name(shard, shards)
        store.write(f"{name}.{format_}", data)
        entry = Entry(
            shard=shard,
            file=f"{name}.{format_}",
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            articles=2,
        )
        store.write(f"{name}.json", to_bytes(entry))
    return store


@pytest.mark.parametrize("format_", FORMATS)
def test_lines_of_all_formats_are_read(tmp_path, format_):
    """In order, with the spans; what is missing is counted, and places can be named."""
    archive = open_archive(_store(tmp_path, format_))
    assert (archive.articles, archive.missing) == (4, 1)
    read = []
    found = list(archive.lines(on_shard=read.append))
    assert [(place, line.article.article_id) for place, line in found] == [
        ((0, 0), "0-0"), ((0, 1), "0-1"), ((2, 0), "2-0"), ((2, 1), "2-1"),
    ]  # fmt: skip
    assert read == [2, 2]
    assert all(line.spans[0].label == "Claim" and line.scores == {"s0": 0.5} for _, line in found)
    assert [place for place, _ in archive.lines(of=[(2, 1)])] == [(2, 1)]


def test_what_is_no_archive_is_refused(tmp_path):
    """With the command that makes one; a file that was changed is named."""
    with pytest.raises(UsageError, match="no shards are here") as caught:
        open_archive(Directory(tmp_path))
    assert "annotate prelabel" in caught.value.hint
    store = _store(tmp_path, "jsonl")
    archive = open_archive(store)
    store.write("shard-00002-of-00003.jsonl", b"x")
    with pytest.raises(InputError, match=r"shard-00002-of-00003\.jsonl: is not what was written"):
        list(archive.lines())
    data = store.read("shard-00000-of-00003.jsonl")
    store.write("shard-00000-of-00003.jsonl", data.replace(b"Claim", b"Clajm"))
    with pytest.raises(InputError, match=r"shard-00000-of-00003\.jsonl: is not what was written"):
        list(archive.lines())


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("shards", 2, r"-of-00003\.jsonl?.*: is none of the 2 shards of manifest\.json"),
        ("format", "parquet", r"manifest\.json says that shards are parquet"),
        ("articles", 7, r"manifest\.json says 7 articles, the shards hold 6"),
        ("shards", "3", r"manifest\.json: is no manifest of shards"),
        ("shards", 0, r"manifest\.json: is no manifest of shards"),
        ("format", "csv", r"manifest\.json: is no manifest of shards"),
    ],
)
def test_a_manifest_of_other_shards_is_refused(tmp_path, field, value, said):
    """Before anything is read: what is there would be passed over, or taken for something else."""
    store = _store(tmp_path, "jsonl", there=(0, 1, 2))
    assert open_archive(store).articles == 6
    manifest = json.loads(store.read("manifest.json"))
    store.write("manifest.json", json.dumps({**manifest, field: value}).encode())
    with pytest.raises(InputError, match=said):
        open_archive(store)

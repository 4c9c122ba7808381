import gzip
import json
import os
from dataclasses import replace

import pytest
from crawls import files_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from predictors import marker

from annotate.archive.engine import Work
from annotate.archive.inputs import Inputs, find_inputs
from annotate.archive.manifest import FORMATS, VERSION, Manifest
from annotate.archive.run import begin, encode, run_shards
from annotate.archive.sharding import Part
from annotate.archive.spool import Spool
from annotate.archive.storage import Directory
from annotate.archive.supervisor import Predicted
from annotate.archive.worker import answer
from annotate.errors import InputError, UsageError
from annotate.exports.formats.parquet import each_row
from annotate.records import Article


class Killed(BaseException):
    """What a process that is killed comes to."""


class _HereEngine:
    """Predicts in this process, in an order of its own, and is killed after so many shards."""

    def __init__(self, rng=None, lives=None):
        self._rng, self._lives = rng, lives

    def run(self, shards, read, work):
        order = list(shards)
        if self._rng is not None:
            self._rng.shuffle(order)
        for done, shard in enumerate(order):
            if done == self._lives:
                raise Killed
            laid = read(shard)
            predicted = Predicted(without=list(laid.doubled))
            predicted.add(answer(work.load(), laid.articles, work.labels))
            yield shard, predicted


WORK = Work(load=marker(), labels=("Claim",))


def _write(path, names):
    lines = (json.dumps({"article_id": name, "text": f"Text {name}."}) for name in names)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


ALL = Part()


def _begin(root, out, *, shards=4, part=ALL, format_="jsonl", model="marker"):
    return begin(
        Directory(out),
        Spool(out / ".spool" / str(part).replace("/", "-"), shards=shards, part=part),
        find_inputs(["in.jsonl"], root=root),
        Manifest(
            version=VERSION,
            shards=shards,
            format=format_,
            model_version=model,
            labels=("Claim",),
        ),
    )


def _go(root, out, engine, **settings):
    begun = _begin(root, out, **settings)
    try:
        return list(run_shards(begun, engine, WORK))
    finally:
        begun.spool.release()  # as the end of a process does


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([f"a{n}" for n in range(12)]), max_size=20),
    st.randoms(use_true_random=False),
    st.lists(st.integers(0, 3), max_size=4),
    st.integers(1, 3),
    st.sampled_from(FORMATS),
)
def test_the_same_bytes_come_out(tmp_path_factory, names, rng, deaths, parts, format_):
    """Whatever the order of the shards, the kills in between, and the machines that share them."""
    root = tmp_path_factory.mktemp("run")
    _write(root / "in.jsonl", names)
    _go(root, root / "plain", _HereEngine(), format_=format_)
    for k in range(1, parts + 1):
        part = Part(k, parts)
        for lives in deaths:
            try:
                _go(root, root / "out", _HereEngine(rng, lives), part=part, format_=format_)
            except Killed:
                continue
        _go(root, root / "out", _HereEngine(rng), part=part, format_=format_)
    assert files_of(root / "out") == files_of(root / "plain")
    found = _begin(root, root / "out", format_=format_).shards
    assert found.missing == ()
    assert sum(entry.articles for entry in found.entries) == len(set(names))
    assert sum(len(entry.without) for entry in found.entries) == len(names) - len(set(names))


def test_a_shard_is_entered_after_its_file(tmp_path):
    """One without an entry, of another length or with other bytes is made anew; halves go."""
    _write(tmp_path / "in.jsonl", [f"a{n}" for n in range(9)])
    out = tmp_path / "out"
    _go(tmp_path, out, _HereEngine())
    whole = files_of(out)
    entries = sorted(name for name in whole if name.startswith("shard") and name.endswith(".json"))
    (out / entries[0]).unlink()
    shorter, other = (out / name.replace(".json", ".jsonl") for name in entries[1:3])
    shorter.write_bytes(shorter.read_bytes()[:-1])
    other.write_bytes(other.read_bytes().replace(b"Claim", b"Clajm"))
    (out / f".{other.name}.a1b2.tmp").write_bytes(b"half of")  # a killed writer's
    assert len(_go(tmp_path, out, _HereEngine())) == 3
    assert files_of(out) == whole


def test_a_shard_that_lacks_an_article_is_not_written(tmp_path):
    """Whatever an engine does: nothing is left out in silence."""

    class Careless(_HereEngine):
        def run(self, shards, read, work):
            for shard, predicted in super().run(shards, read, work):
                yield shard, replace(predicted, lines=predicted.lines[1:])

    _write(tmp_path / "in.jsonl", ["a"])
    with pytest.raises(InputError, match="1 articles were laid down, and 0 came back"):
        _go(tmp_path, tmp_path / "out", Careless(), shards=1)
    assert sorted(files_of(tmp_path / "out")) == ["left-out.jsonl", "manifest.json"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": "other"}, "model_version marker, now other"),
        ({"shards": 5}, "shards 4, now 5"),
        ({"format_": "jsonl.gz"}, r"format jsonl, now jsonl\.gz"),
    ],
)
def test_another_run_does_not_go_on(tmp_path, change, said):
    """What differs is named, and no file is touched."""
    _write(tmp_path / "in.jsonl", ["a", "b"])
    out = tmp_path / "out"
    _go(tmp_path, out, _HereEngine())
    before = files_of(out)
    with pytest.raises(UsageError, match=f"was begun otherwise: {said}"):
        _begin(tmp_path, out, **change)
    _write(tmp_path / "in.jsonl", ["a", "c"])
    with pytest.raises(UsageError, match="articles_sha256"):
        _begin(tmp_path, out)
    assert files_of(out) == before
    assert list(out.rglob("0*.jsonl")) == []  # no copy of the articles is left


def test_a_run_that_is_done_leaves_no_articles_behind(tmp_path):
    """Though they were laid down anew, since the input had another time."""
    _write(tmp_path / "in.jsonl", ["a", "b"])
    for _ in range(2):
        os.utime(tmp_path / "in.jsonl")
        _go(tmp_path, tmp_path / "out", _HereEngine())
        assert list((tmp_path / "out").rglob("0*.jsonl")) == []


def test_a_directory_of_somebody_else_is_left_alone(tmp_path):
    """Its files are named."""
    _write(tmp_path / "in.jsonl", ["a"])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_bytes(b"")
    with pytest.raises(UsageError, match=r"other files \(thesis\.docx\)"):
        _begin(tmp_path, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.docx"]


def test_one_process_fills_a_part(tmp_path):
    """A second one is refused while the first is there; another part is free."""
    _write(tmp_path / "in.jsonl", ["a", "b"])
    begun = _begin(tmp_path, tmp_path / "out")
    with pytest.raises(UsageError, match="another process fills these shards"):
        _begin(tmp_path, tmp_path / "out")
    _go(tmp_path, tmp_path / "out", _HereEngine(), part=Part(1, 2))
    begun.spool.release()
    _go(tmp_path, tmp_path / "out", _HereEngine())


def test_what_can_be_known_is_refused_before_anything_is_read(tmp_path):
    """Nobody waits an hour to hear that the format is another."""
    _write(tmp_path / "in.jsonl", ["a"])
    _go(tmp_path, tmp_path / "out", _HereEngine())
    (tmp_path / "in.jsonl").unlink()
    with pytest.raises(UsageError, match="was begun otherwise: format"):
        begin(
            Directory(tmp_path / "out"),
            Spool(tmp_path / "out" / ".spool" / "1", shards=4, part=ALL),
            Inputs(files=(("in.jsonl", 1),), root=tmp_path),
            Manifest(
                version=VERSION,
                shards=4,
                format="parquet",
                model_version="marker",
                labels=("Claim",),
            ),
        )


def test_what_is_no_article_is_listed_beside_the_shards(tmp_path):
    """With file, line and reason, as JSON lines."""
    (tmp_path / "in.jsonl").write_bytes(b'{"text": 3}\n')
    _go(tmp_path, tmp_path / "out", _HereEngine())
    (line,) = (tmp_path / "out" / "left-out.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert (told["file"], told["line"]) == ("in.jsonl", 1)
    assert "text" in told["reason"]


def test_formats_hold_the_same_lines(tmp_path):
    """Rows of Parquet and packed lines are the lines."""
    lines = answer(marker()(), [_article("a"), _article("b")], ("Claim",)).lines
    plain = encode(lines, "jsonl")
    assert gzip.decompress(encode(lines, "jsonl.gz")) == plain
    (tmp_path / "a.parquet").write_bytes(encode(lines, "parquet"))
    rows = [row["article_id"] for row in each_row(tmp_path / "a.parquet")]
    assert rows == ["a", "b"]
    assert encode(lines, "parquet") == encode(lines, "parquet")


def _article(name):
    return Article(article_id=name, text=f"Text {name}.")

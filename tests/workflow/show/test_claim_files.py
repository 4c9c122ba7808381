import csv
import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retold import SCHEME, told

from annotate.claims.roles import find_roles
from annotate.claims.sheets import as_cell, as_objects, sheet_names, sheets
from annotate.claims.table import claim_table
from annotate.errors import UsageError
from annotate.workflow.show.claim_files import claim_files, format_of, write_claims

CLAIM = "the harbour bridge may close next week"
ITEMS = (
    told(CLAIM, name="a", hedge="may", outlet="=HYPERLINK(1)", published="2024-01-01"),
    told(CLAIM.replace("may", "will"), name="b", outlet="-x", published="2024-01-02"),
)
HELD = sheets(claim_table(ITEMS, SCHEME, find_roles(SCHEME)))


@pytest.mark.parametrize("name", ["c.csv", "c.jsonl", "c.sqlite", "c.parquet"])
def test_two_runs_write_the_same_bytes(tmp_path, name):
    """Of every sheet."""
    found = []
    for directory in (tmp_path / "one", tmp_path / "two"):
        directory.mkdir()
        write_claims(directory / name, HELD)
        found.append({path.name: path.read_bytes() for path in directory.iterdir()})
    assert found[0] == found[1]
    assert set(found[0]) == {
        path.name for path in claim_files(tmp_path / name, sheet_names(grouped=True)).values()
    }


def test_a_formula_becomes_a_text_and_is_counted(tmp_path):
    """A cell that begins with = + - @ gets an apostrophe; others stay as they are."""
    guarded = write_claims(tmp_path / "c.csv", HELD)
    with (tmp_path / "c.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["outlet"] for row in rows} == {"'=HYPERLINK(1)", "'-x"}
    assert [row["text"] for row in rows] == [CLAIM, CLAIM.replace("may", "will")]
    with (tmp_path / "c.differences.csv").open(newline="") as stream:
        (difference,) = csv.DictReader(stream)
    assert difference["kind"] == "hedge dropped"
    assert difference["outlet_before"] == "'=HYPERLINK(1)"
    assert guarded == 4


def test_a_database_has_a_table_a_sheet(tmp_path):
    """With keys that lead from one to the other, and lists as JSON."""
    write_claims(tmp_path / "c.db", HELD)
    with sqlite3.connect(tmp_path / "c.db") as database:
        database.execute("PRAGMA foreign_keys = ON")
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        found = database.execute(
            "SELECT claims.outlet, hedge.value, wordings.reports FROM claims "
            "JOIN wordings USING (wording), json_each(claims.hedges) AS hedge"
        ).fetchall()
    database.close()
    assert found == [("=HYPERLINK(1)", "may", 2)]


def test_parquet_and_jsonl_hold_the_same_rows(tmp_path):
    """Cell for cell, with lists as lists and unknown as null."""
    pq = pytest.importorskip("pyarrow.parquet")
    write_claims(tmp_path / "c.parquet", HELD)
    write_claims(tmp_path / "c.jsonl", HELD)
    for name, path in claim_files(tmp_path / "c.jsonl", sheet_names(grouped=True)).items():
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        assert rows == list(as_objects(HELD[name]))
        assert pq.read_table(path.with_suffix(".parquet")).to_pylist() == rows


def test_empty_sheets_can_be_written(tmp_path):
    """Columns without rows."""
    empty = sheets(claim_table((), SCHEME, find_roles(SCHEME)))
    for name in ("c.csv", "c.jsonl", "c.sqlite", "c.parquet"):
        write_claims(tmp_path / name, empty)
    assert (tmp_path / "c.csv").read_text().startswith("claim,story,wording,text")


def test_another_ending_says_what_there_is():
    """The endings are listed."""
    with pytest.raises(UsageError, match=r"\.csv, \.jsonl"):
        format_of(Path("claims.xlsx"))


@given(value=st.lists(st.text()))
def test_a_list_can_be_read_back_from_its_cell(value):
    """A list stands in a cell of CSV as JSON."""
    assert json.loads(as_cell(value)) == value

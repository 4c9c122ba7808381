import csv
import json

import pytest

from annotate.errors import UsageError
from annotate.tables import open_table, require_table

COLUMNS = ("name", "count", "score")


def _rows(path, rows):
    with open_table(path, COLUMNS) as table:
        for row in rows:
            table.write(dict(zip(COLUMNS, row, strict=True)))
    return table


def test_rows_come_back_as_they_were(tmp_path):
    """CSV and JSONL hold the same rows; in CSV what is not there is an empty cell."""
    rows = [("a,b\n“c”", 1, 0.5), ("d", -3, None)]
    assert _rows(tmp_path / "t.csv", rows).rows == 2
    with (tmp_path / "t.csv").open(newline="") as stream:
        assert list(csv.reader(stream)) == [
            list(COLUMNS),
            ["a,b\n“c”", "1", "0.5"],
            ["d", "-3", ""],
        ]
    _rows(tmp_path / "t.jsonl", rows)
    lines = (tmp_path / "t.jsonl").read_text().splitlines()
    assert [tuple(json.loads(line).values()) for line in lines] == rows


@pytest.mark.parametrize("cell", ["=1+1", "+a", "-a", "@sum", "\tx", "\rx"])
def test_no_cell_is_a_formula(tmp_path, cell):
    """A text that a spreadsheet would run gets an apostrophe in CSV, which is counted."""
    table = _rows(tmp_path / "t.csv", [(cell, 1, None)])
    assert table.guarded == 1
    with (tmp_path / "t.csv").open(newline="") as stream:
        assert list(csv.reader(stream))[1][0] == f"'{cell}"
    assert _rows(tmp_path / "t.jsonl", [(cell, 1, None)]).guarded == 0


def test_only_a_table_of_these_columns_is_replaced(context, tmp_path):
    """What this command wrote may be written again; anything else needs leave, and a known end."""
    workspace = context.workspace
    for name in ("t.csv", "t.jsonl"):
        _rows(tmp_path / name, [("a", 1, None)])
        require_table(tmp_path / name, COLUMNS, workspace, overwrite=False)
        with pytest.raises(UsageError, match="is there already"):
            require_table(tmp_path / name, (*COLUMNS, "more"), workspace, overwrite=False)
    (tmp_path / "mine.jsonl").write_text("notes\n")
    with pytest.raises(UsageError, match="is there already"):
        require_table(tmp_path / "mine.jsonl", COLUMNS, workspace, overwrite=False)
    require_table(tmp_path / "mine.jsonl", COLUMNS, workspace, overwrite=True)
    with pytest.raises(UsageError, match="cannot be told"):
        require_table(tmp_path / "t.xlsx", COLUMNS, workspace, overwrite=True)

import sys

import pytest

import annotate
from annotate.errors import UsageError
from annotate.quality.mentions import COLUMNS


def test_rows_become_a_frame(texts, predictions):
    """A row a span, a column a key; what is unknown is neither true nor false."""
    rows = annotate.table(zip(texts, predictions, strict=True))
    frame = annotate.as_frame(rows)
    assert tuple(frame.columns) == COLUMNS
    assert len(frame) == len(rows)
    assert frame[frame.label == "Claim"].hedged.mean() == 1.0
    assert frame[frame.label == "Source"].hedged.isna().all()
    assert tuple(annotate.as_frame([]).columns) == COLUMNS
    assert list(annotate.as_frame([{"x": 1}]).columns) == ["x"]


def test_without_pandas_the_error_says_what_to_install(monkeypatch):
    """Pandas is optional."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match="needs pandas") as caught:
        annotate.as_frame([])
    assert caught.value.hint == "install it with: pip install pandas"

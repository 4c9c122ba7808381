import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.claims.dates import when


def test_a_day_and_a_time_are_told_apart():
    """Only a time orders two articles of one day."""
    assert not when("2024-05-14").timed
    assert when("2024-05-14T10:00").timed
    assert when("2024-05-14").day == when("2024-05-14T10:00").day


def test_offsets_are_reckoned_in():
    """What was published at another clock is put to UTC."""
    assert when("2024-05-14T01:00:00+02:00").day.isoformat() == "2024-05-13"
    assert when("2024-05-14T01:00:00Z").exact == "2024-05-14T01:00:00"


@pytest.mark.parametrize("text", [None, "", "yesterday", "2024-13-01", "0001-01-01T00:00+10:00"])
def test_what_is_no_date_is_not_known(text):
    """Nothing is guessed."""
    assert when(text).day is None


@given(text=st.text(max_size=30))
def test_any_text_can_be_asked(text):
    """No metadata is an error."""
    when(text)

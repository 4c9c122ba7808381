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


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024/06/10", "2024-06-10"),
        ("2024/6/9", "2024-06-09"),
        ("2024/06/10 08:00", "2024-06-10T08:00:00"),
        ("Mon, 10 Jun 2024 01:00:00 +0200", "2024-06-09T23:00:00Z"),
        ("10 Jun 2024 08:00 GMT", "2024-06-10T08:00:00Z"),
        ("10 June 2024", "2024-06-10"),
        ("2024-06-10T08:00:00.5Z", "2024-06-10T08:00:00Z"),
        ("2024-07", "2024-07"),
        ("2024/7", "2024-07"),
        ("2024", "2024"),
    ],
)
def test_dates_are_read_as_papers_and_feeds_write_them(text, iso):
    """With the precision that they have."""
    assert when(text).iso == iso


def test_a_month_comes_before_what_is_after_it():
    """Of a day within it nothing is known."""
    month = when("2024-07")
    assert month.precedes(when("2024-08-01"))
    assert when("2024-06-30").precedes(month)
    for day in ("2024-07-01", "2024-07-31", "2024-07", "2024", None):
        assert not month.precedes(when(day))
        assert not when(day).precedes(month)


@pytest.mark.parametrize(
    "text",
    [
        *(
            None,
            "",
            "yesterday",
            "2024-13-01",
            "0001-01-01T00:00+10:00",
            "08.06.2024",
            "06/08/2024",
        ),
        *("2024-13", "0000", "08.06.2024 10:00", "10 Jun 2024 08:00 +9999", "5 Foo 2024"),
    ],
)
def test_what_is_no_date_is_not_known(text):
    """Nothing is guessed."""
    assert when(text).day is None


@given(text=st.text(max_size=30))
def test_any_text_can_be_asked(text):
    """No metadata is an error."""
    when(text)

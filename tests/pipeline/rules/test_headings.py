import pytest


def test_a_heading_can_name_its_source_at_its_end(label):
    """What stands after the colon of a heading is the source of what stands before it."""
    assert label("Ferry To Stop On Monday: Report") == [
        ("Claim", "Ferry To Stop On Monday"),
        ("Source", "Report"),
    ]


@pytest.mark.parametrize("text", ["Three things to know: ferries", "Report: Report"])
def test_other_colons_name_no_source(label, text):
    """A colon before something else than a kind of source names none."""
    assert label(text) == []

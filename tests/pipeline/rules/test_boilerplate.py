import pytest


@pytest.mark.parametrize(
    "line",
    [
        "Also read: Union says ferry could stop",
        "Advertisement",
        "Follow us: the mayor said hello",
        "Sign up for our newsletter, which may arrive daily",
        "Photo: Jon Tiel said to be at the pier",
        "Reporting by Ines Vahl; editing by Jon Tiel, who said thanks",
        "Tags: alleged leak, possible strike",
        "https://harbour.example/possible",
        "* * *",
    ],
)
def test_boilerplate_has_no_spans(label, line):
    """Lines that are no text of the article get no spans."""
    assert label(line) == []


def test_text_is_no_boilerplate(label):
    """A sentence that starts like boilerplate by chance keeps its spans."""
    assert label("Reporting rules may change, the mayor said.") != []

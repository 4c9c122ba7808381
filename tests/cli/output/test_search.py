from retold import SCHEME, told

from annotate.cli.output.search import show_hits
from annotate.quality.concordance import Query, concordance, count_hits

ITEMS = (
    told("the bridge may close", name="a", hedge="may", outlet="A\x1b[2J"),
    told("it may\nrain", name="b", source="He said"),
)


def shown(capsys, limit, **query):
    hits = concordance(ITEMS, Query(**query), SCHEME, context=8)
    show_hits(hits, count_hits(hits), name="x", limit=limit, context=8)
    return capsys.readouterr().out.splitlines()


def test_what_is_looked_for_stands_in_one_column(capsys):
    """A line a place, line breaks as spaces, characters that steer escaped."""
    lines = shown(capsys, 5, text="may")
    assert lines[0].startswith(" bridge ⟨may⟩ close.  Hedge, Claim  (A\\x1b[2J, a ")
    assert lines[1].startswith("said it ⟨may⟩ rain.  Claim  (b ")
    assert lines[2] == "x: 2 places in 2 articles; Claim 2, Hedge 1"


def test_a_place_names_its_article(capsys):
    """Outlet and title, or else the id, also where no words around it are shown."""
    item = told("rain may fall", name="id-1", outlet="A", title="Weather\nnews")
    hits = concordance([item], Query(text="may"), SCHEME, context=0)
    show_hits(hits, count_hits(hits), name="x", limit=1, context=0)
    (line, _) = capsys.readouterr().out.splitlines()
    assert line.startswith("⟨may⟩")
    assert "(A, Weather news " in line


def test_what_is_not_shown_is_counted(capsys):
    """And a mark's links are named."""
    lines = shown(capsys, 1, label="Claim", link="attributed_to")
    assert "Claim [attributed_to: He said]" in lines[0]
    assert "… and 1 more" in shown(capsys, 1, text="may")

from retold import SCHEME, told

from annotate.claims.roles import find_roles
from annotate.claims.table import claim_table
from annotate.cli.output.claims import show_claims


def shown(capsys, *items, **settings):
    """Return what is printed of a table: results and notes."""
    table = claim_table(items, SCHEME, find_roles(SCHEME), **settings)
    show_claims(table, name="x", written=())
    printed = capsys.readouterr()
    return printed.out, printed.err


def test_what_changed_is_told_with_both_sides(capsys):
    """Kind, wording, outlets, and what each says; control characters are escaped."""
    out, _ = shown(
        capsys,
        told(
            "the bridge may close next week",
            name="a",
            hedge="may",
            outlet="A\x1b[2J",
            published="2024-01-01",
        ),
        told("the bridge will close next week", name="b", outlet="B", published="2024-01-02"),
    )
    assert "x: 2 Claims in 2 articles, 1 story" in out
    assert "hedge dropped: 'the bridge will close next week': A\\x1b[2J [may] → B [no hedge]" in out


def test_what_has_no_order_has_no_arrow(capsys):
    """Undated articles stand beside each other, and dates that cannot be read are named."""
    out, err = shown(
        capsys,
        told("the bridge may close next week", name="a", hedge="may", published="08.06.2024"),
        told("the bridge will close next week", name="b"),
    )
    assert "a [may] | b [no hedge] (which came first is not known)" in " ".join(out.split())
    assert "→" not in out
    assert "1 date that cannot be read, as '08.06.2024'" in err


def test_where_nothing_is_told_twice_it_is_said(capsys):
    """And how many articles have no date."""
    out, err = shown(capsys, told("the bridge may close next week", name="a"))
    assert "no two articles have claims of similar wording" in out
    assert "1 article without a date" in err


def test_without_groups_nothing_is_said_of_them(capsys):
    """Only the counts."""
    out, _ = shown(capsys, told("the bridge may close", name="a"), grouped=False)
    assert out == "x: 1 Claim in 1 article, 1 story\n"

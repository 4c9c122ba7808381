from annotate.cli.output.pull_notes import show_pull_notes
from annotate.studio.results import CARRIED, OVERLAPPING


def test_notes_on_single_articles_hide_no_other_note(capsys):
    """They come last, twenty of them, with the number of those that are left."""
    many = {f"article-{at}: Source {OVERLAPPING}": 2 for at in range(25)}
    show_pull_notes({**many, CARRIED: 3})
    first, *lines, last = capsys.readouterr().err.splitlines()
    assert first == f"{CARRIED}: 3"
    assert lines == [f"article-{at}: Source {OVERLAPPING}: 2" for at in range(20)]
    assert last == "… and 5 more of these, in other articles"

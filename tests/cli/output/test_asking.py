from types import SimpleNamespace

from annotate.cli.output import asking
from annotate.cli.output.asking import SignOfLife, show_asked


def _asked(**changes):
    held = {"host": "127.0.0.1:9", "counts": {}}
    return SimpleNamespace(asking=SimpleNamespace(**held | changes), failed={}, left_out={})


def test_a_sign_of_life_comes_every_ten_seconds(monkeypatch, capsys):
    """Many answers in a moment are one line, with all that were answered so far."""
    now = [0.0]
    monkeypatch.setattr(asking.time, "monotonic", lambda: now[0])
    sign = SignOfLife(SimpleNamespace(models=SimpleNamespace(asked=_asked())))
    for second in (1, 5, 11, 12, 20, 22):
        now[0] = float(second)
        sign()
    assert capsys.readouterr().err.splitlines() == [
        "127.0.0.1:9 has answered 3 paragraphs",
        "127.0.0.1:9 has answered 6 paragraphs",
    ]


def test_who_was_not_asked_is_not_told_of(capsys):
    """A run that has predicted nothing says nothing; one that knew all says that it asked nobody."""
    show_asked(None)
    show_asked(_asked())
    assert capsys.readouterr().err == ""
    show_asked(_asked(counts={"exact": 3, "repeated": 1, "malformed": 0}))
    assert capsys.readouterr().err == (
        "127.0.0.1:9: not asked, all was known; quotes: exact 3, folded 0, fuzzy 0, not found 0, "
        "ambiguous 0; repeated 1\n"
    )

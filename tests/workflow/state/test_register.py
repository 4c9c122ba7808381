import sqlite3

import pytest

from annotate.errors import WorkspaceError, WorkspaceLockedError
from annotate.quality.splits import split_of
from annotate.records import Article
from annotate.workflow.state.lock import locked
from annotate.workflow.state.register import open_register, read_register, would_be_blind

WIRE = " ".join(f"Sentence {i} tells what the board decided about quay {i * 7}." for i in range(25))


def _articles(count):
    return [
        Article(
            article_id=f"a{i}", text=" ".join(f"Word{i}x{j} happened there." for j in range(30))
        )
        for i in range(count)
    ]


def _place(workspace, articles, *, save=True):
    with open_register(workspace) as register:
        entries = list(register.place(articles))
        if save:
            register.save()
    return entries


def test_a_split_once_decided_holds(workspace):
    """An article keeps group and split in every later run, also when its text changes."""
    first = _place(workspace, _articles(20))
    assert {entry.split for entry in first} == {"train", "dev", "test"}
    assert _place(workspace, _articles(20)) == first
    (changed,) = _place(workspace, [Article(article_id="a3", text="A wholly different text now.")])
    assert (changed.group, changed.split) == (first[3].group, first[3].split)
    with open_register(workspace) as register:
        assert sum(register.counts().values()) == 20


def test_what_is_not_saved_is_forgotten(workspace):
    """A dry run, or one that was interrupted, decides nothing."""
    _place(workspace, _articles(3), save=False)
    with open_register(workspace) as register:
        assert register.counts() == {}


def test_near_duplicates_stay_on_one_side(workspace):
    """A reprint joins the group of the article that it repeats, in this run or a later one."""
    one, two = _place(
        workspace,
        [Article(article_id="wire", text=WIRE), Article(article_id="copy", text="By us.\n" + WIRE)],
    )
    (three,) = _place(workspace, [Article(article_id="late", text=WIRE + " The end.")])
    assert one.group == two.group == three.group == "wire"
    assert one.split == two.split == three.split


def test_a_bridge_between_splits_trains_nothing(workspace):
    """An article that nearly repeats articles of two splits is left out of both."""
    said = [f"Sentence {i} tells what the board decided about quay {i * 7}." for i in range(60)]
    names = [f"n{i}" for i in range(40)]
    train = next(n for n in names if split_of(n, dev=0.15, test=0.25) == "train")
    test = next(n for n in names if split_of(n, dev=0.15, test=0.25) == "test")
    first, second, bridge = _place(
        workspace,
        [
            Article(article_id=train, text=" ".join(said[:40])),
            Article(article_id=test, text=" ".join(said[20:])),
            Article(article_id="both", text=" ".join(said[8:52])),
        ],
    )
    assert (first.split, second.split) == ("train", "test")
    assert bridge.split == "none"
    assert not bridge.blind


def _id(split, salt=""):
    """Return an id whose hash falls into a split, with the default shares."""
    return next(
        name for n in range(999) if split_of(name := f"{salt}{n}", dev=0.15, test=0.25) == split
    )


def test_blindness_goes_by_id_then_by_likeness_then_by_hash(workspace):
    """A known id has its split whatever its text; a text like a test article is blind."""
    test, train = _id("test"), _id("train")

    def blind(article_id, text):
        return would_be_blind(workspace, Article(article_id=article_id, text=text))

    assert (blind(train, "Rain is expected."), blind(test, "Rain is expected.")) == (False, True)
    assert not (workspace.state / "register.sqlite3").exists()
    other = "Nothing of the kind happened in the town that day."
    _place(
        workspace,
        [Article(article_id=test, text=WIRE), Article(article_id=train, text=other)],
    )
    assert blind(test, "Another text.")
    assert blind(_id("train", "x"), WIRE + " It is shut.")
    assert not blind(_id("test", "x"), other + " No.")


def test_what_would_be_blind_is_what_becomes_a_test_article(workspace):
    """The live backend and a later push agree on new articles."""
    articles = [Article(article_id=f"a{n}", text=f"{n} is {n * 7919}.") for n in range(40)]
    found = [would_be_blind(workspace, article) for article in articles]
    assert found == [entry.blind for entry in _place(workspace, articles)]
    assert 3 < sum(found) < 20


def test_a_damaged_register_is_told(workspace):
    """The error names the file; nothing is decided anew behind the user's back."""
    _place(workspace, _articles(3))
    path = workspace.state / "register.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = path.read_bytes()
    path.write_bytes(b"broken" + content[6:])
    with pytest.raises(WorkspaceError, match=r"register\.sqlite3: file is not a database") as found:
        _place(workspace, _articles(4))
    assert "backup" in found.value.hint
    assert path.read_bytes()[6:] == content[6:]


def test_an_empty_register_holds_nothing(workspace):
    """A run that was killed while it made the file leaves one; reading it is no error."""
    (article,) = _articles(1)
    before = would_be_blind(workspace, article)
    workspace.state.mkdir()
    (workspace.state / "register.sqlite3").touch()
    assert would_be_blind(workspace, article) is before


def test_two_runs_do_not_write_at_once(workspace):
    """The second run in a workspace is refused while the first one holds it."""
    with locked(workspace), pytest.raises(WorkspaceLockedError), locked(workspace):
        pass
    with locked(workspace):
        pass


def test_a_changed_text_is_known_by_its_new_words(workspace):
    """Reprints of the new text join the article's group and split; those of the old no longer."""
    (first,) = _place(workspace, [Article(article_id=_id("test"), text=WIRE)])
    new = " ".join(f"Paragraph {i} says how the team trained on slope {i * 3}." for i in range(20))
    (changed,) = _place(workspace, [Article(article_id=first.article_id, text=new)])
    assert (changed.group, changed.split) == (first.group, "test")
    reprint, former = _place(
        workspace,
        [
            Article(article_id=_id("train", "r"), text="By us.\n" + new),
            Article(article_id=_id("train", "f"), text="By us.\n" + WIRE),
        ],
    )
    assert (reprint.group, reprint.split) == (first.group, "test")
    assert (former.group, former.split) == (former.article_id, "train")


def test_a_group_is_still_found_when_its_first_text_changes(workspace):
    """What the first article stood for is stood for by the next one that is like it."""
    test = _id("test")
    _place(
        workspace,
        [Article(article_id=test, text=WIRE), Article(article_id="b", text=WIRE + " The end.")],
    )
    _place(workspace, [Article(article_id=test, text="Nothing of the kind happened that day.")])
    (late,) = _place(workspace, [Article(article_id=_id("train"), text="By us.\n" + WIRE)])
    assert (late.group, late.split) == (test, "test")


def test_the_register_says_what_an_article_serves_for(workspace):
    """By its id, else by what it nearly repeats; what is new is unknown, and has a split to come."""
    test = _id("test")
    _place(workspace, [Article(article_id=test, text=WIRE)])
    new, near = (
        Article(article_id=_id("train"), text=text)
        for text in ("Nothing of the kind happened that day.", WIRE + " ")
    )
    with read_register(workspace) as register:
        assert register.known_split(Article(article_id=test, text="Else.")) == "test"
        assert register.known_split(near) == "test"
        assert (register.known_split(new), register.split_to_come(new)) == (None, "train")


def test_who_only_asks_cannot_write(workspace):
    """The file is opened for reading alone, and none is made where there is none."""
    with read_register(workspace) as register:
        assert register.counts() == {}
    assert not (workspace.state / "register.sqlite3").exists()
    _place(workspace, _articles(3))
    with (
        pytest.raises(WorkspaceError, match="readonly"),
        read_register(workspace) as register,
    ):
        list(register.place(_articles(5)))

import pytest

from annotate.errors import WorkspaceError, WorkspaceLockedError
from annotate.quality.splits import split_of
from annotate.records import Article
from annotate.workflow.register import Register
from annotate.workflow.state import State, load_state, locked, save_state

WIRE = " ".join(f"Sentence {i} tells what the board decided about quay {i * 7}." for i in range(25))


def _articles(count):
    return [
        Article(
            article_id=f"a{i}", text=" ".join(f"Word{i}x{j} happened there." for j in range(30))
        )
        for i in range(count)
    ]


def test_a_split_once_decided_holds(workspace):
    """An article keeps group and split in every later run, also when its text changes."""
    register = Register(workspace)
    first = register.place(_articles(20))
    assert {entry.split for entry in first} == {"train", "dev", "test"}
    assert register.save() == 20
    again = Register(workspace)
    assert again.place(_articles(20)) == first
    assert again.save() == 0
    (changed,) = again.place([Article(article_id="a3", text="A wholly different text now.")])
    assert (changed.group, changed.split) == (first[3].group, first[3].split)


def test_near_duplicates_stay_on_one_side(workspace):
    """A reprint joins the group of the article that it repeats, in this run or a later one."""
    register = Register(workspace)
    one, two = register.place(
        [Article(article_id="wire", text=WIRE), Article(article_id="copy", text="By us.\n" + WIRE)]
    )
    register.save()
    (three,) = Register(workspace).place([Article(article_id="late", text=WIRE + " The end.")])
    assert one.group == two.group == three.group == "wire"
    assert one.split == two.split == three.split


def test_a_bridge_between_splits_trains_nothing(workspace):
    """An article that nearly repeats articles of two splits is left out of both."""
    said = [f"Sentence {i} tells what the board decided about quay {i * 7}." for i in range(60)]
    names = [f"n{i}" for i in range(40)]
    train = next(n for n in names if split_of(n, dev=0.15, test=0.25) == "train")
    test = next(n for n in names if split_of(n, dev=0.15, test=0.25) == "test")
    register = Register(workspace)
    first, second, bridge = register.place(
        [
            Article(article_id=train, text=" ".join(said[:40])),
            Article(article_id=test, text=" ".join(said[20:])),
            Article(article_id="both", text=" ".join(said[8:52])),
        ]
    )
    assert (first.split, second.split) == ("train", "test")
    assert bridge.split == "none"
    assert not bridge.blind


def test_an_append_that_was_cut_off_is_passed_over(workspace):
    """A torn last line was never used; damage elsewhere is told with its file."""
    register = Register(workspace)
    register.place(_articles(3))
    register.save()
    whole = register.path.read_bytes()
    register.path.write_bytes(whole + b'{"article_id": "x", "te')
    again = Register(workspace)
    assert len(again.place(_articles(4))) == 4
    assert again.save() == 1
    assert Register(workspace).place(_articles(4)) == again.place(_articles(4))
    register.path.write_bytes(b"{}\n" + whole)
    with pytest.raises(WorkspaceError, match=r"register\.jsonl: the register is damaged"):
        Register(workspace)


def test_two_runs_do_not_write_at_once(workspace):
    """The second run in a workspace is refused while the first one holds it."""
    with locked(workspace), pytest.raises(WorkspaceLockedError), locked(workspace):
        pass
    with locked(workspace):
        pass


def test_each_server_has_its_project(workspace):
    """The project is remembered a server; a damaged file says what to do."""
    assert load_state(workspace, "http://one") is None
    save_state(workspace, State(url="http://one", project_id=3))
    save_state(workspace, State(url="http://two", project_id=4))
    assert load_state(workspace, "http://one") == State(url="http://one", project_id=3)
    (workspace.state / "state.json").write_text("{")
    with pytest.raises(WorkspaceError, match=r"state\.json: damaged"):
        load_state(workspace, "http://one")

import pytest
from export_lines import export_line

from annotate.errors import WorkspaceError
from annotate.workflow.state.people import People


def test_a_person_keeps_one_pseudonym(tmp_path):
    """The key is made once, readable by its owner alone; upper and lower case are one person."""
    people = People(tmp_path)
    assert not people.known
    name = people.pseudonym("Ada@example.org")
    assert people.known
    assert (tmp_path / "pseudonym.key").stat().st_mode & 0o777 == 0o600
    assert People(tmp_path).pseudonym("ada@example.org") == name
    assert people.pseudonyms({3: "ada@example.org"}) == {3: name}
    assert people.addresses({3: "ada@example.org"}) == {name: "ada@example.org"}


def test_a_trial_run_leaves_no_key(tmp_path):
    """Pseudonyms that are only looked at are made up; those that exist are used."""
    trial = People(tmp_path, remember=False)
    assert trial.pseudonym("ada@example.org") == trial.pseudonym("ada@example.org")
    assert list(tmp_path.iterdir()) == []
    name = People(tmp_path).pseudonym("ada@example.org")
    assert People(tmp_path, remember=False).pseudonym("ada@example.org") == name


def test_another_key_than_the_versions_stops(context):
    """A key that is lost, or somebody else's, makes nobody somebody else without a word."""
    key = context.workspace.state / "pseudonym.key"
    name = context.people.pseudonym("ada@example.org")
    context.versions.write([export_line("a")], about={})
    assert context.versions.latest().people == context.people.check()
    content = key.read_text()
    for loss in (key.unlink, lambda: key.write_text("ab" * 32 + "\n")):
        loss()
        context.reload()
        with pytest.raises(WorkspaceError, match="everybody would become somebody else") as caught:
            context.people.pseudonym("ada@example.org")
        assert "annotate annotators renew" in caught.value.hint
    key.write_text(content)
    context.reload()
    assert context.people.pseudonym("ada@example.org") == name


def test_new_pseudonyms_are_taken_when_they_are_asked_for(context):
    """After `renew` everybody is new; the next version says under which key."""
    key = context.workspace.state / "pseudonym.key"
    name = context.people.pseudonym("ada@example.org")
    first = context.versions.write([export_line("a")], about={})
    assert context.people.renew() == key.with_suffix(".key.1")
    context.reload()
    assert context.people.pseudonym("ada@example.org") != name
    second = context.versions.write([export_line("b")], about={})
    assert second.people not in (None, first.people)
    key.unlink()
    context.reload()
    assert context.people.renew() is None

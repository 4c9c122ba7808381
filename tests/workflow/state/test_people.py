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

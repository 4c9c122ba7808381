"""What was written stays: damaged, missing and renamed directories of versions, numbers used again."""

from contextlib import contextmanager

import pytest
import typer
from gold import adopt_jsonl
from stories import mark, story, task_of, write_stories

from annotate.cli.commands import sync
from annotate.cli.output.pull import show_pull
from annotate.errors import DamagedExportError, PullStoppedError
from annotate.jsonl import dumps
from annotate.workflow.sync.pull import apply_pull, plan_pull

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def worked(site, person):
    """A site with three versions: ada's work, a file's, and ben's."""
    write_stories(site, range(4))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [mark()])
    site.pull()
    path = site.root / "gold.jsonl"
    path.write_text(dumps({"article_id": "n1", "text": story(1), "labels": ["Claim"]}) + "\n")
    adopt_jsonl(site, path, annotator="file@example.org")
    person("ben").annotate(task_of(site, 2)["id"], [mark()])
    site.pull()
    return site


def _part(site, number):
    sha256, _ = site.versions.latest().parts[number]
    return site.workspace.exports / "parts" / f"{sha256}.jsonl"


def _articles(site):
    return sorted(line.article.article_id for line in site.held().values())


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_nothing_is_built_on_a_damaged_part_until_it_is_healed(worked, person, damage, capsys):
    """A pull tells, and one that would build on it stops; healed, the version has all that the server knows."""
    part = _part(worked, 0)
    if damage == "gone":
        part.unlink()
    else:
        part.write_bytes(part.read_bytes().replace(b"ada", b"eve") + b"\n")
    told = worked.pull()  # which would write nothing
    assert (told.version, len(told.plan.damaged)) == (None, 1)
    assert part.name in told.plan.damaged[0]
    show_pull(told)
    assert "Next: put the file back" in capsys.readouterr().err
    person("ada").annotate(task_of(worked, 3)["id"], [mark()])
    before = worked.versions.latest()
    with pytest.raises(DamagedExportError, match=part.name) as caught:
        worked.pull()
    assert "annotate pull --heal" in caught.value.hint
    assert worked.versions.latest() == before
    done = worked.pull(heal=True)
    assert part.name in done.plan.lost_parts[0]
    assert done.version.parent == before.id
    assert _articles(worked) == ["n0", "n1", "n2", "n3"]
    worked.versions.store.require_whole(done.version)
    again = worked.pull(full=True)
    assert (again.version, again.plan.damaged) == (None, ())
    assert worked.pull(heal=True).version is None


@pytest.mark.parametrize("json_", [True, False])
@pytest.mark.parametrize("dry_run", [True, False])
def test_the_command_ends_with_the_damage_that_it_tells(
    worked, dry_run, json_, monkeypatch, capsys
):
    """With the exit code of a damaged version where nothing new was found, else without one."""

    @contextmanager
    def online(*_, **__):
        yield worked

    monkeypatch.setattr(sync, "online", online)
    sync.pull(dry_run=dry_run, json_=json_)
    part = _part(worked, 0)
    part.unlink()
    capsys.readouterr()
    with pytest.raises(typer.Exit) as ended:
        sync.pull(dry_run=dry_run, json_=json_)
    assert ended.value.exit_code == DamagedExportError.exit_code == 5
    told = capsys.readouterr()
    assert part.name in (told.out if json_ else told.err)


def test_what_a_damaged_part_said_and_no_server_knows_is_told(worked):
    """A file's work is lost with its part; the plan says which part, and the rest is whole."""
    part = _part(worked, 1)
    part.write_text("{}\n")
    done = worked.pull(heal=True)
    assert part.name in done.plan.lost_parts[0]
    assert (done.plan.held_in_lost, done.plan.gone_with_lost) == (("n1",), ("n1",))
    assert _articles(worked) == ["n0", "n2"]
    worked.versions.store.require_whole(done.version)


def test_a_damaged_manifest_is_gone_past(worked):
    """The newest version that can be read is built on, and the number is not used again."""
    latest = worked.versions.latest()
    (worked.workspace.exports / "versions" / f"{latest.name}.json").write_text("{")
    with pytest.raises(DamagedExportError) as caught:
        worked.pull()
    assert "--heal" in caught.value.hint
    done = worked.pull(heal=True)
    assert (done.version.number, _articles(worked)) == (latest.number + 1, ["n0", "n1", "n2"])


def test_a_version_that_has_vanished_is_told(worked, person):
    """Its manifest was deleted: the next pull names what it had the last word on, once."""
    worked.pull()
    latest = worked.versions.latest()
    (worked.workspace.exports / "versions" / f"{latest.name}.json").unlink()
    with worked.tried() as trial:
        found = plan_pull(trial)
    assert (found.vanished, found.held_in_lost, found.gone_with_lost) == (True, ("n2",), ())
    assert worked.pull().plan.vanished
    assert not worked.pull().plan.vanished


def test_changed_line_ends_are_told_from_damage(worked):
    """As git changes them where it is told to: the message says how to undo it."""
    part = _part(worked, 0)
    part.write_bytes(part.read_bytes().replace(b"\n", b"\r\n"))
    (told, *_) = worked.versions.store.verify()
    assert "line ends" in told
    assert ".gitattributes" in told


def test_a_whole_version_needs_no_healing(worked):
    """Nothing is written where nothing is damaged."""
    assert worked.pull(heal=True).version is None


def test_no_second_first_version(worked, tmp_path):
    """Where all versions are gone a pull stops, and begins anew only by that word."""
    worked.workspace.exports.rename(tmp_path / "aside")
    with pytest.raises(PullStoppedError, match="no version is left") as caught:
        worked.pull()
    assert "--accept-removals" in caught.value.hint
    assert not worked.workspace.exports.exists()
    assert worked.pull(accept_removals=True).version.number == 1
    assert _articles(worked) == ["n0", "n2"]


def test_the_versions_follow_the_project_and_not_its_title(worked, person):
    """Another title in annotate.yaml: the same project, and so the same directory and history."""
    config = worked.root / "annotate.yaml"
    config.write_text(config.read_text().replace("Tried project", "Another title"))
    worked.reload()
    person("ada").annotate(task_of(worked, 3)["id"], [mark()])
    before = worked.versions.latest()
    assert worked.pull().version.parent == before.id
    assert _articles(worked) == ["n0", "n1", "n2", "n3"]
    assert worked.workspace.other_exports() == []


def test_a_directory_that_was_renamed_by_hand_is_taken(worked, person):
    """Who renames title and directory means it."""
    config = worked.root / "annotate.yaml"
    config.write_text(config.read_text().replace("Tried project", "Another title"))
    exports = worked.workspace.exports
    exports.rename(exports.parent / "another-title")
    worked.reload()
    assert worked.workspace.exports.name == "another-title"
    person("ada").annotate(task_of(worked, 3)["id"], [mark()])
    assert worked.pull().version.number == 4
    assert worked.workspace.exports.name == "another-title"


def test_versions_of_other_projects_are_named(site, person, tmp_path):
    """A first version says what lies beside it."""
    other = site.workspace.exports.parent / "old-title" / "versions"
    other.mkdir(parents=True)
    (other / "0001-abc.json").write_text("{}")
    write_stories(site, range(1))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [mark()])
    plan = plan_pull(site)
    assert plan.beside == ("old-title",)
    apply_pull(site, plan)
    assert plan_pull(site).beside == ()


def test_another_annotation_under_a_number_stops(worked, studio, person):
    """An older copy of the server was put back and worked on: it gives the numbers again."""
    copy = studio.snapshot()
    ada = person("ada")
    first = ada.annotate(task_of(worked, 3)["id"], [mark()])
    worked.pull()
    studio.put_back(copy)
    studio.advance(1000)
    assert ada.annotate(task_of(worked, 3)["id"], [mark(start=8, end=12)]) == first
    plan = plan_pull(worked)
    assert (plan.removed_annotations, plan.replaced_annotations) == (1, 1)
    with pytest.raises(PullStoppedError, match="under the same numbers") as caught:
        apply_pull(worked, plan)
    assert "--accept-removals" in caught.value.hint
    assert worked.pull(accept_removals=True).version is not None

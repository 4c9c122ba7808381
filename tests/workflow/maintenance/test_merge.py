"""Versions that were written apart are joined, and the pulls after it take nothing away."""

import shutil

import pytest
from comparer import check_export
from double import DoubleStudio
from double.fixtures import small_site
from gold import adopt_jsonl
from stories import mark, story, task_of, write_stories

from annotate.cli.output.versions import merge_json
from annotate.errors import DamagedExportError, ExportError, PullStoppedError
from annotate.jsonl import dumps
from annotate.workflow.maintenance.merge import apply_merge, plan_merge, try_merges

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def clones(studio, site, tmp_path):
    """Two workspaces with one key on one project, and a first version that both hold."""
    write_stories(site, range(4))
    site.push()
    site.people.pseudonym("a@example.org")
    other = small_site(studio, tmp_path / "other")
    write_stories(other, range(4))
    shutil.copy(site.workspace.state / "pseudonym.key", other.workspace.state / "pseudonym.key")
    _take(site, other)
    yield site, other
    other.close()


def _take(one, other):
    """Bring one workspace's versions to the other, as version control does."""
    if one.workspace.exports.exists():
        shutil.copytree(one.workspace.exports, other.workspace.exports, dirs_exist_ok=True)


def _adopt(site, number, annotator="file@example.org"):
    article = story(number)
    line = {"article_id": f"n{number}", "text": article, "spans": [], "labels": ["Claim"]}
    path = site.root / f"gold-{annotator}.jsonl"
    path.write_text(dumps(line) + "\n")
    return adopt_jsonl(site, path, annotator=annotator).version


def test_both_sides_work_is_in_the_version_that_joins_them(studio, clones, person):
    """Files on both sides, pulls on both sides: nothing is lost, and a pull afterwards agrees."""
    ours, theirs = clones
    person("ada").annotate(task_of(ours, 0)["id"], [mark()])
    first = ours.pull().version
    _take(ours, theirs)
    _adopt(ours, 1)
    theirs.pull()
    _adopt(theirs, 2)
    person("ben").annotate(task_of(ours, 0)["id"], [mark(start=8, end=12)])
    theirs.pull()
    assert [v.name for v in ours.versions.other_heads()] == []
    _take(theirs, ours)
    plan = plan_merge(ours)
    assert plan.base.id == first.id
    assert ours.versions.store.manifests.heads() != [plan.leading]
    assert (plan.taken + plan.joined, len(plan.removed)) == ((1, 0) if plan.taken == 1 else (2, 0))
    version = apply_merge(ours, plan)
    assert version.joins == (plan.other.id,)
    assert plan_merge(ours) is None
    held = {line.article.article_id: line for line in ours.held().values()}
    assert {name: len(line.annotations) for name, line in held.items()} == {
        "n0": 2,
        "n1": 1,
        "n2": 1,
    }
    assert ours.pull().plan.removed_annotations == 0
    assert ours.pull(full=True).version is None
    check_export(studio, ours)
    assert ours.versions.store.verify() == []


def test_a_dry_run_shows_every_join(clones, tmp_path):
    """Of three versions two joins, in the numbers of the joins themselves; no file is changed."""
    ours, theirs = clones
    _adopt(ours, 0)
    _take(ours, theirs)
    third = tmp_path / "third"
    shutil.copytree(ours.workspace.exports, third)
    _adopt(ours, 1)
    _adopt(theirs, 2)
    _take(theirs, ours)
    shutil.copytree(third, theirs.workspace.exports.parent / "third")
    theirs.workspace.exports.rename(tmp_path / "aside")
    (theirs.workspace.exports.parent / "third").rename(theirs.workspace.exports)
    _adopt(theirs, 3)
    _take(theirs, ours)
    before = {path: path.read_bytes() for path in ours.root.rglob("*") if path.is_file()}
    tried = try_merges(ours)
    assert {path: path.read_bytes() for path in ours.root.rglob("*") if path.is_file()} == before
    assert len(tried) == 2
    assert tried[0].names == (tried[0].leading.name, tried[0].other.name)
    assert None in tried[1].names
    for plan in tried:
        joining = plan_merge(ours)
        assert (plan.taken, plan.removed, plan.told) == (
            joining.taken,
            joining.removed,
            joining.told,
        )
        apply_merge(ours, joining)
    assert try_merges(ours) == []
    assert {line.article.article_id for line in ours.held().values()} == {"n0", "n1", "n2", "n3"}


def test_an_article_that_both_changed_is_named(clones, person):
    """Both annotations are kept, whoever leads."""
    ours, theirs = clones
    _adopt(ours, 0)
    _adopt(theirs, 0, annotator="else@example.org")
    _take(theirs, ours)
    plan = plan_merge(ours)
    assert plan.told == (("n0", "annotated on both sides; all of 2 annotations are kept"),)
    assert plan.base is None
    assert merge_json(plan, None)["joined"] == 1
    apply_merge(ours, plan)
    ((line),) = ours.held().values()
    assert len(line.annotations) == 2


def test_what_one_side_removed_is_gone(studio, clones, person):
    """The other side left the article as it was."""
    ours, theirs = clones
    ada = person("ada")
    made = ada.annotate(task_of(ours, 0)["id"], [mark()])
    ada.annotate(task_of(ours, 1)["id"], [mark()])
    ours.pull()
    _take(ours, theirs)
    _adopt(ours, 2)
    mine = ours.versions.latest()
    ada.request("DELETE", f"api/annotations/{made}/")
    theirs.pull()
    _take(theirs, ours)
    plan = plan_merge(ours)
    assert plan.removed == (("n0",) if plan.leading == mine else ())  # what the other side did
    apply_merge(ours, plan)
    assert {line.article.article_id for line in ours.held().values()} == {"n1", "n2"}


@pytest.fixture
def elsewhere(tmp_path):
    """Return a workspace of the same name with a version from a project on another server."""
    studio = DoubleStudio()
    studio.advance(1000)
    site = small_site(studio, tmp_path / "other")
    write_stories(site, range(3))
    site.push()
    eva = studio.client(studio.join("eva@example.org"))
    eva.annotate(task_of(site, 0)["id"], [mark(start=8, end=12)])
    eva.close()
    site.pull()
    yield site
    site.close()


def test_versions_of_two_projects_are_not_joined(site, elsewhere, person):
    """Whichever pulled next would take the other's work for removed; files bring it over."""
    write_stories(site, range(3))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [mark()])
    site.pull()
    _take(elsewhere, site)
    names = site.versions.store.manifests.names()
    with pytest.raises(ExportError, match="different projects") as caught:
        plan_merge(site)
    assert "annotate exports write" in caught.value.hint
    assert site.versions.store.manifests.names() == names


def test_a_pull_takes_no_version_of_another_project_for_its_own(site, elsewhere, person):
    """What that project has is not removed here, however little it is; the projects are named."""
    write_stories(site, range(3))
    site.push()
    _take(elsewhere, site)
    shutil.copy(elsewhere.workspace.state / "pseudonym.key", site.workspace.state / "pseudonym.key")
    site.reload()
    with pytest.raises(PullStoppedError, match="were pulled from project 1") as caught:
        site.pull()
    assert "--accept-removals" in caught.value.hint
    person("ada").annotate(task_of(site, 0)["id"], [mark()])
    with pytest.raises(PullStoppedError):
        site.sync()
    assert site.pull(accept_removals=True).version is not None


def test_nothing_is_joined_with_what_is_damaged(clones):
    """The damaged part is named, and no version is written."""
    ours, theirs = clones
    _adopt(ours, 0)
    version = _adopt(theirs, 1)
    _take(theirs, ours)
    names = ours.versions.store.manifests.names()
    (ours.workspace.exports / "parts" / f"{version.parts[-1][0]}.jsonl").write_text("{}\n")
    with pytest.raises(DamagedExportError, match="nothing is built on"):
        plan_merge(ours)
    assert ours.versions.store.manifests.names() == names

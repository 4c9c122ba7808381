"""Push: what is sent, what is not, and what becomes of a batch that nobody answers."""

import pytest
from comparer import check_all, check_tasks
from double.fixtures import MODEL, small_site
from double.trials import TrivialPipeline, hurry
from stories import all_versions, task_of, write_stories

from annotate.errors import (
    SchemeMismatchError,
    StudioAnswerError,
    StudioError,
    StudioRefusedError,
    StudioUnreachableError,
)
from annotate.workflow.sync import sender
from annotate.workflow.sync.push import apply_push, plan_push

pytestmark = pytest.mark.usefixtures("trivial_models")


def _is_import(method, path):
    return method == "POST" and path.endswith("/import")


def _imports(studio):
    return sum(_is_import(*asked) for asked in studio.asked)


def test_a_push_sends_each_article_once(studio, site):
    """With predictions unless it is blind; the second push sends nothing."""
    write_stories(site, range(5))
    plan = site.plan_push()
    assert (plan.project, len(plan.to_send), plan.blind, plan.revisions) == (None, 5, ("n2",), ())
    assert studio.state.projects == {}
    done = site.push()
    assert done.created_project
    assert (done.pushed, done.blind, done.spans, done.present, done.found) == (5, 1, 4, 0, 0)
    assert (done.shown, done.hidden) == (MODEL, False)
    assert [all_versions(site, i) for i in range(5)] == [[MODEL], [MODEL], [], [MODEL], [MODEL]]
    again = site.push()
    assert (again.created_project, again.pushed, again.present) == (False, 0, 5)
    assert _imports(studio) == 1
    site.pull()
    check_all(studio, site)


def test_a_dry_run_places_no_article(site):
    """What would be pushed is told, and the register forgets it."""
    write_stories(site, range(5))
    with site.tried() as tried:
        plan = plan_push(tried, site.articles().articles, site.model())
    assert len(plan.to_send) == 5
    assert not (site.workspace.state / "register.sqlite3").exists()


def test_a_changed_text_becomes_a_task_that_names_the_old_one(site):
    """The old task stays; the new one has the article's split."""
    write_stories(site, range(3))
    site.push()
    write_stories(site, range(3), revised=[1, 2])
    plan = site.plan_push()
    assert plan.revisions == ("n1", "n2")
    done = site.push()
    assert (done.pushed, done.revisions, done.blind) == (2, 2, 1)
    by_article = [task["data"]["article_id"] for task in site.raw_tasks()]
    assert by_article == ["n0", "n1", "n2", "n1", "n2"]
    assert task_of(site, 1)["data"]["revises"] == site.raw_tasks()[1]["id"]
    assert site.push().pushed == 0


def test_predictions_of_another_model_are_told_to_be_hidden(site):
    """Annotators go on seeing the version that the project shows."""
    write_stories(site, range(2))
    site.push()
    write_stories(site, range(4))
    articles = site.articles().articles
    plan = plan_push(site, articles, site.model("rules-2"))
    done = apply_push(site, plan, articles, pipeline=TrivialPipeline("rules-2"))
    assert (done.shown, done.hidden, site.project().model_version) == (MODEL, True, MODEL)


def test_blind_articles_alone_show_no_version(site):
    """A version without predictions could not be shown; the first one that comes is."""
    write_stories(site, [2])
    done = site.push()
    assert (done.blind, done.shown, done.hidden) == (1, None, False)
    write_stories(site, [2, 3])
    assert site.push().shown == MODEL


def test_batches_follow_each_other(studio, site, monkeypatch):
    """Each has its own request and is told when it is there."""
    monkeypatch.setattr(sender, "BATCH", 2)
    write_stories(site, range(5))
    told = []
    assert site.push(on_pushed=told.append).pushed == 5
    assert (told, _imports(studio)) == ([2, 2, 1], 3)
    site.pull()
    check_all(studio, site)


@pytest.mark.parametrize(("fault", "found"), [("drop before", 0), ("502 after", 2), ("zombie", 2)])
def test_one_lost_batch_does_not_hold_the_others(studio, site, monkeypatch, fault, found):
    """It is looked for at the end, and sent again once the server cannot commit it any more."""
    monkeypatch.setattr(sender, "BATCH", 2)
    hurry(studio, site)
    write_stories(site, range(5))
    faults = iter([None, fault])
    studio.decide = lambda method, path: next(faults, None) if _is_import(method, path) else None
    waits = []
    done = site.push(on_wait=waits.append)
    assert (done.pushed, done.found) == (5 - found, found)
    assert _imports(studio) == (4 if found == 0 else 3)
    assert bool(waits) == (fault != "502 after")
    assert waits == sorted(waits, reverse=True)
    site.pull()
    check_all(studio, site)
    assert site.push().pushed == 0


def test_three_lost_batches_in_a_row_end_the_push(studio, site, monkeypatch):
    """The rest is not sent; the next push looks for them and sends what never came."""
    monkeypatch.setattr(sender, "BATCH", 1)
    hurry(studio, site)
    write_stories(site, range(5))
    studio.decide = lambda method, path: "502 before" if _is_import(method, path) else None
    with pytest.raises(StudioUnreachableError):
        site.push()
    assert (_imports(studio), len(site.mirror.journal.batches("tasks"))) == (3, 3)
    studio.decide = lambda method, path: None
    plan = site.plan_push()
    assert plan.unanswered == 3
    assert site.push().pushed == 5
    site.pull()
    check_all(studio, site)


def test_a_batch_that_is_never_answered_is_told(studio, site):
    """It is looked for, sent once more, and then left to the next run."""
    hurry(studio, site)
    write_stories(site, range(3))
    studio.decide = lambda method, path: "drop before" if _is_import(method, path) else None
    with pytest.raises(StudioUnreachableError, match="3 articles were sent and not answered"):
        site.push()
    assert _imports(studio) == 2
    studio.decide = lambda method, path: None
    assert site.push().pushed == 3
    check_tasks(studio, site)


def test_an_import_that_commits_late_is_found_by_the_next_run(studio, site):
    """Interrupted while it waits, the next push finds what came meanwhile and sends nothing."""
    hurry(studio, site)
    write_stories(site, range(3))
    studio.decide = lambda method, path: "zombie" if _is_import(method, path) else None

    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        site.push(on_wait=interrupt)
    studio.decide = lambda method, path: None
    studio.advance(studio.commit_seconds)
    again = site.push()
    assert (again.pushed, again.present, _imports(studio)) == (0, 3, 1)
    site.pull()
    check_all(studio, site)


def test_what_the_server_refuses_is_not_waited_for(studio, site):
    """A refused batch is struck: nothing of it is there, and the next push sends it."""
    write_stories(site, range(3))
    site.push()
    write_stories(site, range(5))
    plan = site.plan_push()
    snapshot = studio.snapshot()
    studio.state.projects.clear()
    with pytest.raises(StudioRefusedError, match="not found"):
        apply_push(site, plan, site.articles().articles)
    assert site.mirror.journal.batches("tasks") == []
    studio.put_back(snapshot)
    assert site.push().pushed == 2


def test_another_labelling_config_on_the_server_is_refused(studio, site):
    """Before anything is sent; the differences are named."""
    write_stories(site, range(2))
    project = site.push().project_id
    site.client.set_label_config(
        project, site.workspace.label_config().replace('"Source"', '"Witness"')
    )
    write_stories(site, range(4))
    with pytest.raises(SchemeMismatchError, match="label 'Source' is missing there"):
        site.push()
    assert len(site.raw_tasks()) == 2


@pytest.mark.parametrize("pushed", [False, True])
def test_two_first_pushes_at_one_moment_make_one_project(studio, site, tmp_path, pushed):
    """Who sees the other one's project first of the two deletes its own, and pushes there."""
    other = small_site(studio, tmp_path / "other")
    for one in (site, other):
        write_stories(one, range(3))
    write_stories(site, range(5))
    mine, theirs = site.plan_push(), other.plan_push()
    assert (mine.project, theirs.project) == (None, None)
    first = apply_push(other, theirs, other.articles().articles if pushed else [])
    done = apply_push(site, mine, site.articles().articles)
    assert (first.created_project, done.created_project) == (True, False)
    assert done.project_id == first.project_id
    assert (done.pushed, done.present) == ((2, 3) if pushed else (5, 0))
    assert list(studio.state.projects) == [first.project_id]
    if pushed:
        assert len(site.raw_tasks()) == 5
    other.close()


def test_two_projects_of_one_title_are_not_guessed_between(studio, site):
    """Nothing is pushed; the setting that names one is told."""
    write_stories(site, range(2))
    config = site.workspace.label_config()
    for _ in range(2):
        last = site.client.create_project(site.settings.project, config, None).project_id
    with pytest.raises(StudioError, match=r"2 projects are called .* \(ids 2, 1\)") as found:
        site.push()
    assert "project_id" in found.value.hint
    site.configure("")
    config = site.root / "annotate.yaml"
    config.write_text(config.read_text().replace("studio: {", f"studio: {{project_id: {last}, "))
    site.reload()
    assert site.push().project_id == last


def test_a_project_that_is_gone_or_another_one_is_not_made_anew(studio, site):
    """The workspace remembers which one it pushed to."""
    write_stories(site, range(2))
    project = site.push().project_id
    held = studio.state.projects.pop(project)
    with pytest.raises(StudioError, match="is gone"):
        site.push()
    studio.advance(1)
    held.created_at = studio.now
    studio.state.projects[project] = held
    with pytest.raises(StudioError, match="was made at"):
        site.push()


def test_an_answer_with_too_few_ids_leaves_the_batch_in_doubt(studio, site, monkeypatch):
    """Its articles are looked for on the server, and found."""
    hurry(studio, site)
    write_stories(site, range(3))
    import_counted = type(site.client).import_counted
    calls = []

    def short(client, project_id, tasks):
        calls.append(import_counted(client, project_id, tasks))
        raise StudioAnswerError("imported 2 of 3 tasks")

    monkeypatch.setattr(type(site.client), "import_counted", short)
    done = site.push()
    assert (done.pushed, done.found, len(calls)) == (0, 3, 1)
    check_tasks(studio, site)

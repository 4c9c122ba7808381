"""Refreshing predictions: which tasks get them, when they are shown, and what is never touched."""

import pytest
from comparer import check_all, check_tasks
from double.fixtures import MODEL
from double.trials import hurry, prepare
from stories import all_versions, mark, task_of, write_stories

from annotate.errors import StudioAnswerError
from annotate.workflow.sync.refresh import refresh_predictions

pytestmark = pytest.mark.usefixtures("trivial_models")

NEWER = "rules-2"


@pytest.fixture
def pushed(studio, site):
    """Return a site with five stories on the server, everything read."""
    return prepare(studio, site, _build)


def _build(studio, site):
    hurry(studio, site)
    write_stories(site, range(5))
    site.push()
    site.pull()


def _refresh(site, version=NEWER, **settings):
    return refresh_predictions(site, site.project(), site.model(version), **settings)


def _is_import(method, path):
    return path.endswith("/import/predictions")


def test_only_what_nobody_has_begun_is_refreshed(studio, pushed, person):
    """Annotated, skipped, begun, blind and foreign tasks stay as they are; no prediction goes."""
    ada = person("ada")
    ada.annotate(task_of(pushed, 0)["id"], [mark()])
    ada.annotate(task_of(pushed, 1)["id"], [], cancelled=True)
    begun = task_of(pushed, 3)["id"]
    ada.request("POST", f"api/tasks/{begun}/drafts", json={"result": []})
    pushed.client.import_tasks(pushed.project().project_id, [{"data": {"text": "Else."}}])
    pushed.pull()
    told = []
    done = _refresh(pushed, on_refreshed=told.append)
    assert (done.refreshed, done.left, done.switched, told) == (1, 0, True, [1])
    assert all_versions(pushed, 4) == [MODEL, NEWER]
    assert [all_versions(pushed, i) for i in (0, 1, 2, 3)] == [[MODEL], [MODEL], [], [MODEL]]
    assert pushed.project().model_version == NEWER
    again = _refresh(pushed)
    assert (again.refreshed, again.left, again.switched) == (0, 0, False)
    check_tasks(studio, pushed)


def test_work_that_began_meanwhile_is_left_alone(studio, pushed, person):
    """Each task is read again just before; those that changed are left to the next pull."""
    ada = person("ada")
    ada.annotate(task_of(pushed, 0)["id"], [])
    pushed.client.delete_task(task_of(pushed, 1)["id"])
    done = _refresh(pushed)
    assert (done.refreshed, done.left, done.switched) == (2, 2, False)
    assert all_versions(pushed, 0) == [MODEL]
    assert pushed.project().model_version == MODEL
    pushed.pull()
    assert _refresh(pushed).switched
    check_all(studio, pushed)


def test_without_a_switch_annotators_see_what_they_saw(pushed):
    """The predictions are there, and shown by the next refresh that may."""
    done = _refresh(pushed, switch=False)
    assert (done.refreshed, done.switched, pushed.project().model_version) == (4, False, MODEL)
    assert _refresh(pushed).switched


def test_predictions_that_are_there_are_not_sent_again(studio, pushed):
    """Another workspace has sent them: they are noted and shown."""
    task = task_of(pushed, 0)
    pushed.client.import_predictions(
        task["project"], [{"task": task["id"], "model_version": NEWER, "result": []}]
    )
    done = _refresh(pushed)
    assert (done.refreshed, done.left, done.switched) == (3, 0, True)
    assert all_versions(pushed, 0) == [MODEL, NEWER]


@pytest.mark.parametrize("fault", ["drop before", "500 after", "zombie"])
def test_predictions_without_an_answer_are_neither_lost_nor_doubled(studio, pushed, fault):
    """Their tasks are left alone while they may still appear; the project shows the old ones."""
    studio.decide = lambda method, path: fault if _is_import(method, path) else None
    done = _refresh(pushed)
    assert (done.refreshed, done.left, done.switched) == (0, 4, False)
    studio.decide = lambda method, path: None
    sent = sum(_is_import(*asked) for asked in studio.asked)
    assert (_refresh(pushed).left, sent) == (4, 1)
    studio.advance(25)
    assert _refresh(pushed).switched
    assert [all_versions(pushed, i) for i in (0, 2)] == [[MODEL, NEWER], []]
    assert pushed.mirror.journal.batches("predictions") == []


def test_a_prediction_that_the_server_drops_is_an_error(pushed, monkeypatch):
    """Nothing is switched where not all were taken."""
    from annotate.studio import project_tasks

    build = project_tasks.build_prediction

    def spoil(article, prediction, scheme):
        spoilt = build(article, prediction, scheme)
        if article.article_id == "n1":
            spoilt["result"][0]["value"]["labels"] = ["Rumour"]
        return spoilt

    monkeypatch.setattr(project_tasks, "build_prediction", spoil)
    with pytest.raises(StudioAnswerError, match="3 of 4 predictions were taken"):
        _refresh(pushed)
    assert pushed.project().model_version == MODEL


def test_predictions_that_vanish_are_noticed_before_they_are_shown(studio, pushed):
    """They are read back; annotators still see the old ones."""

    def decide(method, path):
        if _is_import(method, path):
            decide.sent = True
        elif decide.sent and method == "GET":
            for prediction in list(studio.state.predictions.values()):
                if prediction.model_version == NEWER:
                    studio.state.drop_prediction(prediction)

    decide.sent = False
    studio.decide = decide
    with pytest.raises(StudioAnswerError, match="has no prediction of rules-2 after the import"):
        _refresh(pushed)
    studio.decide = lambda method, path: None
    assert pushed.project().model_version == MODEL


def test_predictions_that_were_deleted_in_bulk_come_back(studio, pushed):
    """No stamp tells of it: that the server refuses to show the version does, once."""
    done = _refresh(pushed, switch=False)
    assert (done.refreshed, done.switched) == (4, False)
    body = {"selectedItems": {"all": True, "excluded": []}}
    params = {"id": "delete_tasks_predictions", "project": str(pushed.project().project_id)}
    pushed.client.request("POST", "api/dm/actions/", params=params, json=body)
    refused = pushed.sync(pushed.model(NEWER)).refresh
    assert (refused.refreshed, refused.switched) == (0, False)
    healed = pushed.sync(pushed.model(NEWER)).refresh
    assert (healed.refreshed, healed.left, healed.switched) == (4, 0, True)
    assert pushed.project().model_version == NEWER
    check_tasks(studio, pushed)

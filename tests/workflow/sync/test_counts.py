"""The server's word is checked by what it counts."""

from dataclasses import replace

import pytest

from annotate.errors import StudioAnswerError


def _work(site, count):
    for task in site.raw_tasks()[:count]:
        site.client.annotate(task["id"], [])


def test_tasks_whose_predictions_were_dropped_get_them_by_the_next_sync(studio, site):
    """An import that is answered without its predictions is not booked as pre-labelled."""
    site.add_samples(8)
    studio.decide = lambda method, path: "lose predictions" if path.endswith("/import") else None
    pushed = site.push()
    studio.decide = lambda method, path: None
    assert pushed.bare == 8 - pushed.blind > 0
    assert pushed.shown is None
    assert not any(task["predictions"] for task in site.raw_tasks())
    result = site.sync()
    assert (result.refresh.refreshed, result.refresh.left) == (pushed.bare, 0)
    for task in site.raw_tasks():
        assert len(task["predictions"]) == (0 if task["data"]["split"] == "test" else 1)
    assert site.project().model_version == pushed.model_version
    assert site.sync().refresh.refreshed == 0


def test_a_model_without_predictions_is_not_shown(site):
    """Where every task is done, another model in use changes nothing on the server."""
    site.add_samples(6)
    pushed = site.push()
    _work(site, 6)
    result = site.sync(site.model("rules-000000000007"))
    assert (result.refresh.refreshed, result.refresh.switched) == (0, False)
    assert site.project().model_version == pushed.model_version


def test_work_that_moved_without_a_stamp_is_found(site):
    """Label Studio's own removal of duplicates moves annotations; one full reading heals that."""
    site.add_samples(2)
    project = site.push().project_id
    first, *_ = site.raw_tasks()
    (twin,) = site.client.import_tasks(project, [{"data": first["data"]}])
    site.client.annotate(twin, [])
    site.client.annotate(first["id"], [])
    assert site.pull().version.counts["annotations"] == 2
    site.client.request(
        "POST",
        "api/dm/actions/",
        params={"id": "remove_duplicates", "project": project},
        json={"selectedItems": {"all": True, "excluded": []}},
    )
    found = site.pull()
    assert found.plan.healed
    (line,) = (line for line in site.held().values() if line.annotations)
    assert len(line.annotations) == 2
    assert not site.pull().plan.healed


def test_counts_that_never_fit_are_an_error(studio, site, monkeypatch):
    """After a full reading the server contradicts itself still: that is told, once."""
    site.add_samples(2)
    site.push()
    site.pull()
    real = site.client.project
    monkeypatch.setattr(site.client, "project", lambda number: replace(real(number), annotations=7))
    with pytest.raises(StudioAnswerError, match="7 annotations"):
        site.pull()

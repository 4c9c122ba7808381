"""An export version becomes a project again, and the next pull finds nothing new."""

import random

import pytest

from annotate.errors import UsageError
from annotate.exports.store import ExportStore
from annotate.studio.simulated import annotate_from_gold
from annotate.workflow.maintenance.restore import apply_restore, plan_restore

pytestmark = pytest.mark.server


def _lose_project(site):
    """Delete the project, as a server that burnt down does, and forget it."""
    site.client.request("DELETE", f"api/projects/{site.project().project_id}/")
    site.forget_server()


def _content(site):
    return {
        key: (line.article, line.annotations, line.skipped, line.group, line.split)
        for key, line in site.held().items()
    }


@pytest.fixture
def worked(site):
    """Return a site where people annotated, skipped and left articles open; one id is a file's."""
    gold = site.add_samples(14)
    pushed = site.push()
    tasks = site.raw_tasks()
    annotate_from_gold(
        site.client,
        pushed.project_id,
        site.scheme,
        gold,
        leave_open=[task["data"]["article_id"] for task in tasks[-4:]],
    )
    site.client.annotate(tasks[-1]["id"], [], cancelled=True)
    odd = {"type": "rating", "from_name": "stars", "to_name": "text", "value": {"rating": 3}}
    site.client.annotate(tasks[-2]["id"], [{**odd, "id": "r1"}])
    site.pull()
    return site


def test_a_pull_after_a_restore_finds_nothing_new(worked):
    """Ids, stamps, authors, spans, links, choices, skips and unread items all come back."""
    before = _content(worked)
    versions = len(ExportStore(worked.workspace.exports).versions())
    _lose_project(worked)
    dry = worked.cli("restore", "--dry-run", "--json")
    assert (dry["articles"], dry["annotations"], dry["without_account"]) == (12, 11, [])
    assert worked.project() is None
    done = worked.cli("restore", "--json")
    assert (done["restored"], done["already_there"], done["differences"]) == (12, 0, 0)
    assert worked.pull(full=True).version is None
    assert len(ExportStore(worked.workspace.exports).versions()) == versions
    result = worked.sync()
    assert (result.push.pushed, result.pull.version) == (2, None)
    again = worked.cli("restore", "--json")
    assert (again["restored"], again["already_there"]) == (0, 12)
    assert _content(worked) == before


def test_restored_work_that_is_changed_keeps_its_id(worked):
    """An edit after the restore is an edit of that annotation, not a new one."""
    before = worked.held()
    _lose_project(worked)
    apply_restore(worked, plan_restore(worked))
    task = next(t for t in worked.raw_tasks() if len(t["annotations"][0]["result"]) > 3)
    annotation = task["annotations"][0]
    worked.client.set_annotation_result(annotation["id"], annotation["result"][:1])
    version = worked.pull().version
    key = (task["data"]["article_id"], task["data"]["text_sha256"])
    (old,) = before[key].annotations
    (new,) = worked.held()[key].annotations
    assert new.annotation_id == old.annotation_id == str(annotation["import_id"])
    assert (new.annotator, new.prediction_shown) == (old.annotator, old.prediction_shown)
    assert len(new.spans) == 1
    assert new.updated_at != old.updated_at
    assert version.counts["annotations"] == 11


def test_a_project_with_other_tasks_is_left_alone(worked):
    """A restore beside living work would double it."""
    with pytest.raises(UsageError, match="a restore needs an empty server"):
        plan_restore(worked)


def test_any_version_can_be_restored(site):
    """An older version comes back as it was; a pull then stops before it takes away the newer."""
    gold = site.add_samples(8)
    pushed = site.push()
    rng = random.Random(1)  # noqa: S311
    first = rng.sample(sorted(gold), 3)
    annotate_from_gold(
        site.client, pushed.project_id, site.scheme, {key: gold[key] for key in first}
    )
    old = site.pull().version
    annotate_from_gold(site.client, pushed.project_id, site.scheme, gold)
    site.pull()
    _lose_project(site)
    done = site.cli("restore", "--export", old.name, "--json")
    assert (done["restored"], done["differences"]) == (3, 5)
    assert "which lacks 5 of their annotations" in site.cli("pull", code=6)
    assert site.run("pull", "--dry-run").returncode == 6

"""Status, purge and labels on a real server."""

import json

import pytest

from annotate.errors import SchemeMismatchError, UsageError
from annotate.studio.simulated import annotate_from_gold
from annotate.workflow.maintenance.labels_check import check_labels
from annotate.workflow.maintenance.purge import apply_purge, plan_purge
from annotate.workflow.maintenance.relabel import apply_rename, plan_rename

pytestmark = pytest.mark.server

EVERYTHING = {"predictions": True, "duplicates": True, "outdated": True}


def _snapshot(root):
    return {
        path: path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_status_tells_what_a_sync_would_do_and_changes_nothing(site):
    """Before the first push, after it, and after people worked."""
    site.add_samples(10)
    site.add("own.txt", "Officials said it may rain.")
    before = _snapshot(site.root)
    fresh = site.cli("status", "--json")
    assert (fresh["articles"], len(fresh["sync"]["push"]["new"]), fresh["work"]["pushed"]) == (
        11,
        11,
        0,
    )
    assert _snapshot(site.root) == before
    pushed = site.push()
    tasks = site.raw_tasks()
    shown = [task for task in tasks if task["predictions"]]
    site.client.annotate(shown[0]["id"], [])
    site.client.annotate(shown[1]["id"], [], cancelled=True)
    site.client.request("POST", f"api/tasks/{shown[2]['id']}/drafts", json={"result": []})
    site.pull()
    site.client.annotate(shown[3]["id"], [])
    site.client.delete_task(tasks[-1]["id"])
    site.add("own.txt", "Officials said it may snow.")
    before = _snapshot(site.root)
    found = site.cli("status", "--json")
    assert _snapshot(site.root) == before
    work = found["work"]
    assert (work["pushed"], work["done"], work["skipped"]) == (10, 2, 1)
    assert (work["in_work"], work["open"], found["as_of"]) == (1, 6, "now")
    assert found["shown"] == pushed.model_version
    upcoming = found["sync"]
    assert upcoming["pull"]["changed"] == 1
    assert (found["versions"], found["exports"], found["stop"]) == (1, "whole", None)
    assert "annotate sync would: write 1 changed articles into a version" in site.cli("status")
    del site.environment["LABEL_STUDIO_API_KEY"]
    alone = json.loads(site.run("status", "--json").stdout)
    assert (alone["reachable"], alone["work"]["done"], alone["as_of"] == "now") == (False, 1, False)
    assert "the API key" in alone["stop"]["message"]
    assert site.run("status").returncode == 1


def test_purge_takes_only_what_nobody_needs(site):
    """Superseded predictions go from open tasks; those that people saw stay, and so does work."""
    site.add_samples(12)
    site.add("twice.txt", "Officials said it may rain.")
    pushed = site.push()
    old = pushed.model_version
    shown = [task for task in site.raw_tasks() if task["predictions"]]
    site.client.annotate(shown[0]["id"], [], parent_prediction=shown[0]["predictions"][0]["id"])
    newer = site.model("rules-000000000003")
    site.sync(newer)
    early = plan_purge(site, older_than_days=7, **EVERYTHING)
    assert (early.model_versions, early.prediction_tasks) == ((), ())
    twin = next(t for t in site.raw_tasks() if t["data"]["article_id"] == "articles/twice.txt")
    ids = site.client.import_tasks(pushed.project_id, [{"data": twin["data"]}] * 2)
    site.client.annotate(ids[1], [])
    site.add("twice.txt", "Officials said it may snow.")
    site.sync(newer)
    plan = plan_purge(site, older_than_days=0, **EVERYTHING)
    assert plan.model_versions == (old,)
    assert len(plan.prediction_tasks) == len(shown) - 1
    assert sorted(plan.duplicates) == [twin["id"], ids[0]]
    assert sorted(plan.outdated) == [twin["id"], ids[0]]
    late = plan.prediction_tasks[0]
    site.client.annotate(late, [])
    result = apply_purge(site, plan)
    assert (result.tasks, result.spared) == (2, 1)
    for task in site.raw_tasks():
        versions = {prediction["model_version"] for prediction in task["predictions"]}
        if task["id"] in (shown[0]["id"], late):
            assert old in versions
        elif task["data"]["split"] != "test" and task["id"] != ids[1]:
            assert versions == {newer.version}
    assert site.pull().plan.removed_annotations == 0
    assert site.project().model_version == newer.version


def test_a_label_is_renamed_everywhere(site):
    """Server, the latest version, workspace and predictions know the new name alone."""
    gold = site.add_samples(8)
    pushed = site.push()
    leave = [task["data"]["article_id"] for task in site.raw_tasks()[-2:]]
    annotate_from_gold(site.client, pushed.project_id, site.scheme, gold, leave_open=leave)
    first = site.pull().version
    dry = site.cli("labels", "rename", "Hedge", "Doubt & co", "--dry-run", "--json")
    assert dry["tasks_on_server"] > 0
    assert dry["articles_in_export"] > 0
    assert site.project().label_config.strip() == site.workspace.label_config().strip()
    site.cli("labels", "rename", "Hedge", "Doubt & co", "--json")
    site.reload()
    assert site.scheme.span_labels == ("Claim", "Source", "Doubt & co")
    assert site.workspace.settings.links["hedges"] == ["Doubt & co", "Claim"]
    assert check_labels(site) == []
    version = site.pull().version
    assert version is None
    from annotate.exports.store import ExportStore

    store = ExportStore(site.workspace.exports)
    latest = store.manifests.latest()
    assert latest.counts["spans"]["Doubt & co"] == first.counts["spans"]["Hedge"]
    assert "Hedge" not in latest.counts["spans"]
    assert any(span.label == "Hedge" for line in store.load(first).values()
               for a in line.annotations for span in a.spans)  # fmt: skip
    for task in site.raw_tasks():
        for work in (*task["annotations"], *task["predictions"]):
            labels = {i["value"]["labels"][0] for i in work["result"] if i["type"] == "labels"}
            assert "Hedge" not in labels
    site.add("late.txt", "Officials said the quay may close.")
    assert "Doubt & co" in str(
        site.cli("prelabel", "articles/late.txt", "-o", "out.jsonl", "--json")["spans"]
    )


def test_a_rename_that_would_not_fit_writes_nothing(site):
    """Unknown and taken names, drafts and another config on the server are refused first."""
    site.add("a.txt", "Officials said it may rain.")
    site.push()

    def plan(old, new):
        return plan_rename(site, old, new)

    with pytest.raises(UsageError, match="'Doubt' is not a label"):
        plan("Doubt", "Hedge")
    with pytest.raises(UsageError, match="a label already"):
        plan("Hedge", "Claim")
    (task,) = site.raw_tasks()
    site.client.request("POST", f"api/tasks/{task['id']}/drafts", json={"result": []})
    with pytest.raises(UsageError, match="1 tasks of project .* have unsaved drafts"):
        plan("Hedge", "Doubt")
    other = site.workspace.label_config().replace('"Source"', '"Witness"')
    site.client.set_label_config(site.project().project_id, other)
    with pytest.raises(SchemeMismatchError, match="label 'Source' is missing there"):
        plan("Hedge", "Doubt")
    problems = check_labels(site)
    assert "server: label 'Source' is missing there" in problems
    assert "Hedge" in site.workspace.label_config()


def test_a_rename_that_was_interrupted_goes_on(site):
    """After the server's part the same command does the rest."""
    gold = site.add_samples(4)
    pushed = site.push()
    annotate_from_gold(site.client, pushed.project_id, site.scheme, gold)
    plan = plan_rename(site, "Hedge", "Doubt")
    from annotate.workflow.maintenance import relabel

    relabel._rename_on_server(site, plan, plan.project, {"Hedge": "Doubt"}, str, None)
    assert "Hedge" in site.workspace.label_config()
    again = plan_rename(site, "Hedge", "Doubt")
    assert again.on_server == 0
    result = apply_rename(site, again)
    assert result.version.counts["spans"]["Doubt"] > 0
    site.reload()
    assert check_labels(site) == []

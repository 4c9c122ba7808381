"""The loop on a real server: push, correct, pull, sync."""

import pytest

from annotate.exports.store import ExportStore
from annotate.records import text_hash
from annotate.samples import sample_articles
from annotate.studio.simulated import annotate_from_gold
from annotate.workflow.mirror.composing import COPIED
from annotate.workflow.sync.push import apply_push, plan_push

pytestmark = pytest.mark.server


def test_pushing_twice_makes_no_second_task_and_pulling_twice_no_second_version(site):
    """Both are idempotent, as commands that a user types."""
    gold = site.add_samples(12)
    plan = site.cli("push", "--dry-run", "--json")
    assert len(plan["new"]) == 12
    assert site.project() is None
    with site.register() as register:
        assert register.counts() == {}
    first = site.cli("push", "--json")
    assert (first["pushed"], first["created_project"]) == (12, True)
    assert first["blind"] == len(plan["blind"]) > 0
    second = site.cli("push", "--json")
    assert (second["pushed"], second["already_there"]) == (0, 12)
    assert len(site.raw_tasks()) == 12
    annotate_from_gold(site.client, first["project_id"], site.workspace.scheme(), gold)
    assert len(site.cli("pull", "--dry-run", "--json")["changes"]) == 12
    assert ExportStore(site.workspace.exports).versions() == []
    assert site.cli("pull", "--json")["version"].startswith("0001-")
    assert site.cli("pull", "--json")["version"] is None
    assert len(ExportStore(site.workspace.exports).versions()) == 1


def test_what_a_person_submits_is_what_the_export_holds(site):
    """Spans, choices and links of the export are the gold's, to the character."""
    gold = site.add_samples(10)
    pushed = site.push()
    scheme = site.workspace.scheme()
    corrections = annotate_from_gold(site.client, pushed.project_id, scheme, gold)
    assert corrections.tasks == 10
    assert corrections.kept + corrections.deleted == corrections.predicted
    version = site.pull().version
    held = ExportStore(site.workspace.exports).load(version)
    assert len(held) == 10
    for line in held.values():
        (annotation,) = line.annotations
        expected = gold[line.article.article_id]
        ids = {s.id: (s.start, s.end, s.label) for s in annotation.spans}
        wanted = {s.id: (s.start, s.end, s.label) for s in expected.spans}
        assert sorted(ids.values()) == sorted(wanted.values())
        assert sorted(
            (ids[k.head_id], ids[k.tail_id], k.label) for k in annotation.links
        ) == sorted((wanted[k.head_id], wanted[k.tail_id], k.label) for k in expected.links)
        assert {ids[s.id]: dict(s.attributes) for s in annotation.spans if s.attributes} == {
            wanted[s.id]: dict(s.attributes) for s in expected.spans if s.attributes
        }
        assert annotation.annotator.startswith("annotator-")
        assert line.blind == (annotation.prediction_shown is None)
        if not line.blind:
            assert annotation.prediction_shown == pushed.model_version
    assert version.models_seen == (pushed.model_version,)


def test_test_articles_are_pushed_blind(site):
    """A test article's task has no prediction; every other one has, of the project's version."""
    site.add_samples(20)
    pushed = site.push()
    tasks = site.raw_tasks()
    blind = [task for task in tasks if task["data"]["split"] == "test"]
    assert len(blind) == pushed.blind > 0
    assert all(task["predictions"] == [] for task in blind)
    for task in tasks:
        if task not in blind:
            (prediction,) = task["predictions"]
            assert prediction["model_version"] == pushed.model_version
    assert site.client.project(pushed.project_id).model_version == pushed.model_version


def test_every_character_keeps_its_place(site):
    """Offsets survive emoji, CRLF, combining marks, NBSP, tabs and right-to-left text."""
    text = "👩‍👩‍👧 said e\u0301lan\r\n\r\n“It may\u00a0rain” 🇩🇪\tin مرحبا.\r\n"
    site.add("nasty.txt", text)
    site.add("twin.txt", text)
    found = site.cli("push", "--json")
    assert found["pushed"] == 1
    assert found["same_text"] == [["articles/twin.txt", "articles/nasty.txt"]]
    (task,) = site.raw_tasks()
    stored = task["data"]["text"]
    assert stored == text.replace("\r\n", "\n")
    assert task["data"]["text_sha256"] == text_hash(stored)
    for prediction in task["predictions"]:
        for item in prediction["result"]:
            if item["type"] == "labels":
                value = item["value"]
                assert stored[value["start"] : value["end"]] == value["text"]


def test_skipped_tasks_drafts_and_foreign_tasks_stay_out(site):
    """Skipping saves predicted regions, which nobody has confirmed; others' tasks are not ours."""
    site.add_samples(3)
    pushed = site.push()
    site.client.import_tasks(pushed.project_id, [{"data": {"text": "Somebody else's."}}])
    first, second, *_ = site.raw_tasks()
    predicted = first["predictions"][0]["result"] if first["predictions"] else []
    site.client.annotate(first["id"], predicted, cancelled=True)
    site.client.annotate(second["id"], [])
    result = site.pull()
    assert (result.plan.skipped, result.plan.foreign, result.plan.annotations) == (1, 1, 1)
    held = ExportStore(site.workspace.exports).load(result.version)
    by_id = {line.article.article_id: line for line in held.values()}
    assert by_id[first["data"]["article_id"]].annotations == ()
    (empty,) = by_id[second["data"]["article_id"]].annotations
    assert empty.spans == ()


def test_a_changed_text_is_a_new_revision_and_the_old_work_stays(site):
    """The old task keeps its annotations; the new text becomes a task of its own."""
    site.add("a.txt", "Officials said it may rain.")
    pushed = site.push()
    (task,) = site.raw_tasks()
    site.client.annotate(task["id"], [])
    assert site.pull().version is not None
    site.add("a.txt", "Officials said it may snow.")
    again = site.push()
    assert (again.pushed, again.revisions) == (1, 1)
    assert len(site.raw_tasks()) == 2
    assert site.pull().version is None
    assert again.project_id == pushed.project_id


def test_much_work_that_vanishes_stops_the_pull(site):
    """A pull that would remove annotated articles waits for a word, and then does it."""
    gold = site.add_samples(6)
    pushed = site.push()
    annotate_from_gold(site.client, pushed.project_id, site.workspace.scheme(), gold)
    first = site.pull().version
    for task in site.raw_tasks()[:3]:
        site.client.request("DELETE", f"api/tasks/{task['id']}/")
    stopped = site.cli("pull", code=6)
    assert "3 of 6 annotated articles" in stopped
    assert "--accept-removals" in stopped
    store = ExportStore(site.workspace.exports)
    assert [version.id for version in store.versions()] == [first.id]
    accepted = site.pull(accept_removals=True).version
    assert len(store.load(accepted)) == 3
    assert len(store.load(first)) == 6


def test_sync_refreshes_only_what_nobody_has_touched(site, monkeypatch):
    """A new model's predictions reach open tasks that are not blind; nothing is deleted."""
    site.add_samples(16)
    pushed = site.push()
    done = next(task for task in site.raw_tasks() if task["predictions"])
    site.client.annotate(
        done["id"], build_result_of(done), parent_prediction=done["predictions"][0]["id"]
    )
    old = pushed.model_version
    newer = site.model("rules-000000000001")
    result = site.sync(newer)
    assert result.pull.version is not None
    assert result.push.pushed == 0
    assert result.refresh.refreshed == 16 - pushed.blind - 1
    for task in site.raw_tasks():
        versions = [p["model_version"] for p in task["predictions"]]
        if task["data"]["split"] == "test":
            assert versions == []
        elif task["id"] == done["id"]:
            assert versions == [old]
        else:
            assert sorted(versions) == sorted([old, newer.version])
    assert site.client.project(pushed.project_id).model_version == newer.version
    again = site.sync(newer)
    assert again.pull.version is None
    assert again.refresh.refreshed == 0


def test_annotators_see_the_model_in_use_even_where_nothing_is_stale(site):
    """Going back to an earlier model switches the project, although its predictions are there."""
    site.add_samples(6)
    pushed = site.push()
    newer = site.model("rules-000000000002")
    for wanted in (newer, site.model()):
        site.sync(wanted)
        assert site.client.project(pushed.project_id).model_version == wanted.version
    site.add("late.txt", "Officials said the quay may close.")
    articles = site.articles().articles
    result = apply_push(site, plan_push(site, articles, newer), articles)
    assert result.shown == site.model().version


def build_result_of(task):
    return task["predictions"][0]["result"]


def test_file_annotations_survive_a_pull(site, tmp_path):
    """What was read from a file is not taken for deleted because the server never had it."""
    from gold import adopt_jsonl

    from annotate.jsonl import article_line_to_json, dumps

    gold = tmp_path / "gold.jsonl"
    lines = sample_articles()[:3]
    gold.write_text("".join(dumps(article_line_to_json(line)) + "\n" for line in lines))
    adopt_jsonl(site, gold, annotator="x")
    site.add_samples(2)
    site.push()
    assert site.pull().version is None
    site.client.annotate(site.raw_tasks()[0]["id"], [])
    version = site.pull().version
    assert version.counts["annotations"] == 4
    assert version.counts["articles"] == 3


def test_an_export_that_is_imported_again_counts_nobody_twice(site):
    """Label Studio's own JSON export, imported into its project: the copies are told and left out."""
    site.add_samples(3)
    project = site.push().project_id
    tasks = site.raw_tasks()
    result = [
        {
            "id": "m",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": 0, "end": 5, "labels": ["Claim"]},
        }
    ]
    site.client.annotate(tasks[0]["id"], result)
    site.pull()
    before = site.held()
    whole = site.client.request(
        "GET", f"api/projects/{project}/export", params={"exportType": "JSON"}
    )
    again = [{"data": task["data"], "annotations": task["annotations"]} for task in whole]
    site.client.request("POST", f"api/projects/{project}/import", json=again)
    done = site.pull()
    assert done.plan.notes[COPIED] == 1
    after = site.held()
    assert {key: line.annotations for key, line in after.items()} == {
        key: line.annotations for key, line in before.items()
    }
    assert site.pull(full=True).version is None

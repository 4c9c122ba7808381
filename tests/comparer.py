"""What a double holds beside what export and mirror say of it, read without annotate's reader.

It knows the shipped labelling config `claims` alone, and what people do in tests.
"""

import json
from collections import Counter

from annotate.origins import KEPT

LABELS = frozenset({"Claim", "Source", "Hedge"})
_LINKS = {("Claim", "Source"): "attributed_to", ("Hedge", "Claim"): "hedges"}


def work_on_server(tasks, author, *, labels=LABELS):
    """Return what people did, by article revision: annotations by id, and the number of skips.

    `tasks` is Label Studio's JSON export; `author` returns the pseudonym of an annotation in it.
    """
    found = {}
    for task in tasks:
        data = task["data"]
        if not (data.get("article_id") and data.get("text_sha256")):
            continue
        annotations, skips = found.setdefault(
            (data["article_id"], data["text_sha256"]), ({}, Counter())
        )
        for raw in task["annotations"]:
            skips["skipped"] += raw["was_cancelled"]
            if not raw["was_cancelled"]:
                annotations[str(raw["id"])] = {
                    "annotator": author(raw),
                    **_annotation(data["text"], raw, labels),
                }
    return {key: (work, skips["skipped"]) for key, (work, skips) in found.items()}


def work_in_version(site):
    """Return the same of the latest version, without what people of the project did not do.

    That came from files and reviewers, and links were inferred.
    """
    found = {}
    for key, line in site.held().items():
        own = [a for a in line.annotations if not a.annotation_id.startswith(KEPT)]
        if own or line.skipped:
            found[tuple(key)] = ({a.annotation_id: _exported(a) for a in own}, line.skipped)
    return found


def differences(found, there):
    """Return what the one says and the other does not, by article, annotation and field."""
    said = [
        {
            (*key, number, field): value
            for key, (work, skipped) in side.items()
            for number, annotation in [*work.items(), ("skipped", {"count": skipped})]
            for field, value in annotation.items()
        }
        for side in (found, there)
    ]
    return {
        name: tuple(side.get(name) for side in said)
        for name in said[0].keys() | said[1].keys()
        if said[0].get(name) != said[1].get(name)
    }


def _annotation(text, raw, labels):
    regions, choices, links, extra = {}, {}, set(), []
    for item in raw["result"]:
        value = item.get("value", {})
        if item["type"] == "labels" and set(value["labels"]) <= labels:
            if not 0 <= value["start"] < value["end"] <= len(text):
                raise AssertionError(f"no region of this text: {item}")
            regions[item["id"]] = (value["start"], value["end"], value["labels"][0])
        elif item["type"] == "choices":
            choices[item["id"]] = item
        elif item["type"] != "relation":
            extra.append(item)
    extra += [choice for region, choice in choices.items() if region not in regions]
    for item in raw["result"]:
        if item["type"] != "relation":
            continue
        head, tail = item["from_id"], item["to_id"]
        if item["direction"] == "left":
            head, tail = tail, head
        ends = (head, tail)
        known = head in regions and tail in regions
        label = (item.get("labels") or [None])[0]
        if known and label is None:
            label = _LINKS.get((regions[head][2], regions[tail][2]))
        if known and label:
            links.add((*ends, label))
        else:
            extra.append(item)
    return {
        "created_at": raw["created_at"],
        "updated_at": raw["updated_at"],
        "ground_truth": raw["ground_truth"],
        "spans": {
            (
                i,
                *region,
                tuple(choices[i]["value"]["choices"])
                if region[2] == "Source" and i in choices
                else (),
            )
            for i, region in regions.items()
        },
        "links": links,
        "extra": Counter(json.dumps(item, sort_keys=True) for item in extra),
    }


def _exported(annotation):
    return {
        "annotator": annotation.annotator,
        "created_at": annotation.created_at,
        "updated_at": annotation.updated_at,
        "ground_truth": annotation.ground_truth,
        "spans": {
            (s.id, s.start, s.end, s.label, s.attributes.get("source_type", ()))
            for s in annotation.spans
        },
        "links": {(k.head_id, k.tail_id, k.label) for k in annotation.links if not k.inferred},
        "extra": Counter(json.dumps(dict(item), sort_keys=True) for item in annotation.extra),
    }


def check_export(studio, site):
    """Fail where the latest version is not what the server holds, or a version is damaged."""
    project = site.mirror.progress.project()[0]

    def author(raw):
        user = studio.state.users.get(raw["completed_by"])
        return site.people.pseudonym(user.email) if user else "nobody"

    assert work_in_version(site) == work_on_server(studio.json_export(project), author)
    assert site.versions.store.verify() == []


def check_mirror(studio, site, *, exactly=True, stale=()):
    """Fail where what is known of a task is not what the server holds.

    Predictions that another workspace imported move no stamp: unless `exactly` there may be more.
    Nor do those that were deleted in bulk: these tasks are `stale`.
    """
    project = site.mirror.progress.project()[0]
    there, models = {}, {}
    for task in studio.state.tasks_of(project):
        ours = {"article_id", "text_sha256"} <= task.data.keys()
        key = (task.data["article_id"], task.data["text_sha256"]) if ours else None
        models[task.id] = {p.model_version for p in task.predictions} if ours else set()
        there[task.id] = (key, len(task.submitted), len(task.skipped), bool(task.drafts))
    rows = [site.mirror.tasks.get(number) for number in site.mirror.tasks.ids()]
    known = {
        row.task_id: (row.key and tuple(row.key), row.annotations, row.skipped, row.draft)
        for row in rows
    }
    assert known == there
    for row in rows:
        assert row.task_id in stale or set(row.models) <= models[row.task_id]
        assert not exactly or set(row.models) == models[row.task_id]


def check_tasks(studio, site, *, duplicates=()):
    """Fail where a revision has several tasks, or a blind one predictions; `duplicates` are told."""
    project = site.mirror.progress.project()[0]
    keys = Counter()
    for task in studio.state.tasks_of(project):
        if "text_sha256" in task.data:
            keys[task.data["article_id"], task.data["text_sha256"]] += 1
            assert not (task.data["split"] == "test" and task.predictions)
    several = {key for key, count in keys.items() if count > 1}
    assert several <= set(duplicates)
    assert {tuple(tasks[0].key) for tasks in site.mirror.tasks.duplicates()} == several


def check_all(studio, site):
    """Fail where anything of it is not as it should be, or the journal not empty."""
    check_export(studio, site)
    check_mirror(studio, site)
    check_tasks(studio, site)
    for kind in ("tasks", "predictions"):
        assert site.mirror.journal.batches(kind) == []


def check_told(told, done):
    """Hold what a status said to what the sync after it did."""
    if told.stop is not None:  # the sync was told to go on all the same
        return
    plan = told.plan
    assert told.as_of is None
    wrote = done.pull is not None and done.pull.version is not None
    assert wrote == (plan.pull is not None and plan.pull.changed > 0)
    assert done.push.pushed + done.push.found == len(plan.push.to_send)
    assert done.push.created_project == (plan.push.project is None)
    assert done.push.present == plan.push.present
    refreshed = done.refresh.refreshed if done.refresh else 0
    # What another workspace has refreshed is found out task by task: no stamp tells.
    assert refreshed <= plan.lacking
    assert bool(done.refresh and done.refresh.switched) == plan.switch
    assert done.shared == plan.share
    if wrote:
        assert (plan.pull.annotations, plan.pull.skipped) == (
            done.pull.plan.annotations,
            done.pull.plan.skipped,
        )

"""The whole loop runs against the double."""

import random

import pytest

from annotate.errors import StudioError
from annotate.studio.simulated import annotate_from_gold
from double import FAULTS


@pytest.mark.slow
def test_push_annotate_pull_and_sync(site):
    """Articles go out with predictions, work comes back once, another model refreshes."""
    gold = site.add_samples(12)
    pushed = site.push()
    assert pushed.pushed == 12
    assert site.project().model_version == pushed.model_version
    *_, open_, last = [task for task in site.raw_tasks() if task["predictions"]]
    leave = [task["data"]["article_id"] for task in (open_, last)]
    done = annotate_from_gold(site.client, pushed.project_id, site.scheme, gold, leave_open=leave)
    assert done.tasks == 10
    first = site.pull()
    assert first.version.counts["annotations"] == 10
    held = {key[0]: line for key, line in site.held().items()}
    for name, line in held.items():
        (annotation,) = line.annotations
        marks = {(span.start, span.end, span.label) for span in annotation.spans}
        assert marks == {(span.start, span.end, span.label) for span in gold[name].spans}
    second = site.pull()
    assert (second.version, second.plan.read) == (None, 0)
    newer = site.model("rules-000000000007")
    synced = site.sync(newer)
    assert (synced.refresh.refreshed, synced.refresh.switched) == (2, True)
    versions = [p["model_version"] for p in site.client.task(last["id"])["predictions"]]
    assert versions == [pushed.model_version, newer.version]


def _imports(method, path):
    return method == "POST" and path.endswith("/import")


@pytest.mark.usefixtures("trivial_models")
def test_an_import_that_commits_late_is_waited_for(studio, site):
    """A minute of the server's time passes in no time; the articles are found, not sent again."""
    site.add_samples(6)
    studio.commit_seconds = 60
    faults = iter(["zombie"])
    studio.decide = lambda method, path: next(faults, None) if _imports(method, path) else None
    waits = []
    result = site.push(on_wait=waits.append)
    assert (result.pushed, result.found) == (0, 6)
    assert waits
    assert sum(_imports(*asked) for asked in studio.asked) == 1
    assert len(site.raw_tasks()) == 6


@pytest.mark.usefixtures("trivial_models")
@pytest.mark.parametrize("seed", range(2))
def test_a_network_that_fails_at_random_loses_nothing(studio, site, seed):
    """A third of all requests goes wrong; syncing until it ends well gives what the server has."""
    rng = random.Random(seed)  # noqa: S311
    site.add_samples(12)
    project = site.push().project_id
    annotator = studio.client(studio.join("ada@example.org"))
    for task in site.raw_tasks()[:6]:
        annotator.annotate(task["id"], [])
    studio.decide = lambda method, path: rng.choice(FAULTS) if rng.random() < 0.33 else None
    for _ in range(30):
        try:
            site.sync()
        except StudioError:
            continue
        break
    studio.decide = lambda method, path: None
    site.sync()
    annotator.close()
    held = {a.annotation_id for line in site.held().values() for a in line.annotations}
    exported = studio.json_export(project)
    assert held == {str(a["id"]) for task in exported for a in task["annotations"]}
    assert len(held) == 6

"""The whole loop runs against the double."""

from annotate.workflow.simulated import annotate_from_gold


def test_push_annotate_pull_and_sync(site):
    """Articles go out with predictions, work comes back once, another model refreshes."""
    gold = site.add_samples(12)
    pushed = site.push()
    assert pushed.pushed == 12
    assert site.project().model_version == pushed.model_version
    *_, open_, last = [task for task in site.tasks() if task["predictions"]]
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

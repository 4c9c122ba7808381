"""Disputed articles are decided in a project of their own, and the decisions stay."""

import pytest

from annotate.studio.client import StudioClient
from annotate.studio.review_tasks import ALL_MARKS
from annotate.studio.tasks import build_result
from annotate.workflow.mirror.project import find_review

pytestmark = pytest.mark.server


def _submit(site, who: StudioClient, task, line, spans):
    ids = {span.id for span in spans}
    links = [k for k in line.links if k.head_id in ids and k.tail_id in ids]
    return who.annotate(
        task["id"], build_result(line.article, spans, links, site.scheme, scores={})
    )


def _review_tasks(site):
    project = find_review(site)
    return {t["data"]["article_id"]: t for t in site.client.tasks(project.project_id)}


def _keep(result, **others):
    """Return a result in which everything is kept, but for labels that become others."""
    return [
        {**item, "value": {**item["value"], "labels": [_kept(item, others)]}}
        if item["type"] == "labels"
        else item
        for item in result
    ]


def _kept(item, others):
    (label,) = item["value"]["labels"]
    plain = label.removesuffix("?")
    return others.get(plain, plain) if label != plain else label


def test_a_reviewer_decides_what_annotators_dispute(site, person):
    """One draft with all marks; the decision is ground truth, what is undecided is told."""
    gold = site.add_samples(4)
    site.push()
    ada, ben, eve = person("ada"), person("ben"), person("eve")
    tasks = {task["data"]["article_id"]: task for task in site.raw_tasks()}
    alike, disputed, single, open_ = sorted(gold)
    for who in (ada, ben):
        _submit(site, who, tasks[alike], gold[alike], gold[alike].spans)
    _submit(site, ada, tasks[disputed], gold[disputed], gold[disputed].spans)
    theirs = _submit(site, ben, tasks[disputed], gold[disputed], gold[disputed].spans[1:])
    _submit(site, ada, tasks[single], gold[single], gold[single].spans)
    site.pull()
    dry = site.cli("review", "push", "--dry-run", "--json")
    assert (dry["new"], dry["undisputed"], find_review(site)) == (1, 1, None)
    assert site.cli("review", "push", "--json")["new"] == 1
    again = site.cli("review", "push", "--json")
    assert (again["new"], again["already_there"], again["changed"]) == (0, 1, 0)
    assert not again["changes_page"]
    count, first = len(gold[disputed].spans), gold[disputed].spans[0]
    (shown,) = _review_tasks(site)[disputed]["predictions"]
    labels = [i["value"]["labels"][0] for i in shown["result"] if i["type"] == "labels"]
    assert (len(labels), labels[0]) == (count, f"{first.label}?")
    assert [label.endswith("?") for label in labels].count(True) == 1

    site.client.set_annotation_result(theirs, [])
    site.pull()
    assert site.cli("review", "push", "--json")["changed"] == 1
    (task,) = _review_tasks(site).values()
    (shown,) = task["predictions"]
    notes = [i for i in shown["result"] if i["type"] == "textarea"]
    assert len(notes) == count

    assert site.cli("review", "pull", "--json")["version"] is None
    review = find_review(site)
    streamed = eve.request(
        "POST", "api/dm/actions/",
        params={"id": "next_task", "project": review.project_id}, json={},
    )  # fmt: skip
    assert [p["model_version"] for p in streamed["predictions"]] == [ALL_MARKS]
    decision = eve.annotate(task["id"], shown["result"])
    told = site.cli("review", "pull", "--json")
    assert (told["decided"], told["changed"], told["version"]) == (0, 0, None)
    (waiting,) = told["undecided"]
    assert (waiting["article_id"], len(waiting["marks"])) == (disputed, count)
    assert f"{disputed}: undecided, {count} marks" in site.run("review", "pull").stderr

    eve.set_annotation_result(decision, _keep(shown["result"], Hedge="drop"))
    told = site.cli("review", "pull", "--json")
    assert (told["decided"], told["changed"], told["undecided"]) == (1, 1, [])
    assert site.cli("review", "pull", "--json")["version"] is None
    line = site.held()[_key(gold[disputed])]
    assert len(line.annotations) == 3
    truth = site.decide(line.annotations).annotation
    assert truth.ground_truth
    assert truth.annotation_id.startswith("review-")
    assert truth.annotator == site.people.pseudonym(eve.email)
    places = {(s.start, s.end, s.label) for s in gold[disputed].spans if s.label != "Hedge"}
    assert {(s.start, s.end, s.label) for s in truth.spans} == places
    assert {link.label for link in truth.links} <= {"attributed_to"}
    assert site.cli("review", "push", "--json")["decided"] == 1

    assert site.pull().version is None
    site.client.annotate(tasks[open_]["id"], [])
    assert site.pull(full=True).version is not None
    assert truth in site.held()[_key(gold[disputed])].annotations
    found = site.cli("agreement", "--json")
    assert found["blind"]["articles"] + found["corrected"]["articles"] == 2

    site.client.request("DELETE", f"api/annotations/{decision}/")
    assert site.cli("review", "pull", "--json")["withdrawn"] == 1
    assert len(site.held()[_key(gold[disputed])].annotations) == 2


def _key(line):
    return (line.article.article_id, line.article.text_sha256)

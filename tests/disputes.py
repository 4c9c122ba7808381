"""Two people who dispute, a review of what they dispute, and what a reviewer decides."""

from stories import mark, task_of, write_stories

from annotate.workflow.mirror.project import find_review
from annotate.workflow.people.decisions import apply_decisions, plan_decisions
from annotate.workflow.people.review import apply_review, plan_review

ONE, TWO = mark(number="a"), mark("Source", start=8, end=12, number="b")


def build(studio, site, person):
    write_stories(site, range(5))
    site.push()
    ada, ben = person("ada"), person("ben")
    for who, results in ((ada, ([ONE], [ONE], [TWO], [ONE])), (ben, ([ONE], [ONE, TWO], []))):
        for number, result in enumerate(results):
            who.annotate(task_of(site, number)["id"], result)
    site.pull()


def push(site):
    plan = plan_review(site)
    return plan, apply_review(site, plan)


def pull(site):
    plan = plan_decisions(site)
    return plan, apply_decisions(site, plan)


def decide(result, decisions):
    """Return what the page saves when marks got other labels, by the label that they had."""
    decided = []
    for item in result:
        label = (item.get("value", {}).get("labels") or [None])[0]
        other = {"labels": [decisions[label]]} if label in decisions else {}
        decided.append({**item, "value": {**item["value"], **other}} if other else item)
    return decided


def draft_of(site, name):
    """Return the result with which a reviewer begins: the one prediction."""
    (prediction,) = review_tasks(site)[name]["predictions"]
    return prediction["result"]


def labels_of(result):
    return [item["value"]["labels"][0] for item in result if item["type"] == "labels"]


def review_tasks(site):
    project = find_review(site).project_id
    return {task["data"]["article_id"]: task for task in site.client.tasks(project)}


def id_of(result, label):
    return next(
        i["id"] for i in result if i["type"] == "labels" and i["value"]["labels"] == [label]
    )


def ground_truth(site, number=1):
    line = site.held()[(f"n{number}", task_of(site, number)["data"]["text_sha256"])]
    return next((a for a in line.annotations if a.ground_truth), None)

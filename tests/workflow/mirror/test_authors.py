"""People stay people."""

from annotate.exports.lines import ExportedArticle
from annotate.records import Annotation, Article
from annotate.studio.results import NOBODY
from annotate.workflow.mirror.joining import AUTHOR, SEEN, with_remembered


def test_a_deleted_account_takes_no_authorship_with_it(studio, site):
    """Deltas and a full reading go on telling people apart; a version says whose work it is."""
    site.add_samples(3)
    site.push()
    tasks = site.raw_tasks()
    clients = {}
    for name in ("ada", "ben"):
        user = studio.join(f"{name}@example.org")
        clients[name] = (user, studio.client(user))
        for task in tasks:
            clients[name][1].annotate(task["id"], [])
    version = site.pull().version
    before = {key: {a.annotator for a in line.annotations} for key, line in site.held().items()}
    assert all(len(people) == 2 for people in before.values())
    for user, client in clients.values():
        site.client.request("DELETE", f"api/users/{user.id}/")
        client.close()
    found = site.pull(full=True)
    assert found.version is None
    assert found.plan.notes[AUTHOR] == 6
    (changed, *_) = site.raw_tasks()[0]["annotations"]
    site.client.set_annotation_result(changed["id"], [{"type": "rating", "id": "r", "value": {}}])
    assert site.pull().version.parent == version.id
    after = {key: {a.annotator for a in line.annotations} for key, line in site.held().items()}
    assert after == before


def test_deleted_predictions_make_no_work_blind(studio, site, person):
    """What people saw is kept from the last version, for the very annotation that they made."""
    site.add_samples(3)
    project = site.push().project_id
    tasks = [task for task in site.raw_tasks() if task["predictions"]]
    ada = person("ada")
    for task in tasks:
        ada.annotate(task["id"], [], parent_prediction=task["predictions"][0]["id"])
    version = site.pull().version
    before = site.held()
    assert version.models_seen == (site.model().version,)
    site.client.request(
        "POST",
        "api/dm/actions/",
        params={"id": "delete_tasks_predictions", "project": project},
        json={"selectedItems": {"all": True, "excluded": []}},
    )
    found = site.pull(full=True)
    assert (found.version, found.plan.notes[SEEN]) == (None, len(tasks))
    assert site.held() == before


def test_a_number_that_was_given_again_is_other_work():
    """After an older copy was put back: neither author nor prediction is taken from before."""
    line = _line("annotator-1", "2026-01-01", "rules-1")
    again = _line(NOBODY[0], "2026-01-02", None)
    assert with_remembered(again, line) == (again, {})
    same = _line(NOBODY[0], "2026-01-01", None)
    assert with_remembered(same, line) == (line, {AUTHOR: 1, SEEN: 1})


def _line(annotator, created_at, shown):
    article = Article(article_id="a", text="It may rain.")
    annotation = Annotation(
        article_id="a", text_sha256=article.text_sha256, spans=(), labels=("Claim",),
        annotator=annotator, annotation_id="7", created_at=created_at, prediction_shown=shown,
    )  # fmt: skip
    return ExportedArticle(
        article=article, annotations=(annotation,), group="a", split="train", blind=False
    )

"""People stay people."""

from annotate.workflow.mirror.composing import REMEMBERED


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
    assert found.plan.notes[REMEMBERED] == 6
    (changed, *_) = site.raw_tasks()[0]["annotations"]
    site.client.set_annotation_result(changed["id"], [{"type": "rating", "id": "r", "value": {}}])
    assert site.pull().version.parent == version.id
    after = {key: {a.annotator for a in line.annotations} for key, line in site.held().items()}
    assert after == before

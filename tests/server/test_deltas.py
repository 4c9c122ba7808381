"""Pulling what changed gives what reading everything gives."""

import os
import random
import re
import shutil

import pytest
from proxy import faulty_proxy

from annotate.errors import StudioError
from annotate.exports.store import ExportStore
from annotate.studio.client import StudioClient

pytestmark = pytest.mark.server

SEEDS = [int(seed) for seed in os.environ.get("ANNOTATE_SEEDS", "1 2").split()]


def _content(site):
    return {
        key: (line.article, line.annotations, line.skipped) for key, line in site.held().items()
    }


def _fresh(site, tmp_path):
    """Go on in a workspace that knows nothing but the pseudonyms' key; return the former one."""
    root = tmp_path / "fresh"
    shutil.copytree(site.root, root, ignore=shutil.ignore_patterns("exports", ".annotate"))
    (root / ".annotate").mkdir()
    shutil.copy(site.workspace.state / "pseudonym.key", root / ".annotate")
    known = site.root
    site.use(root=root)
    return known


def _span(end):
    value = {"start": 0, "end": end, "text": "", "labels": ["Claim"]}
    return [{"id": "x", "from_name": "label", "to_name": "text", "type": "labels", "value": value}]


def _happen(site, rng):
    """One thing that people do on a server."""
    client = site.client
    task = rng.choice(site.raw_tasks())
    work = task["annotations"]
    what = rng.choice(["submit", "submit", "edit", "edit", "withdraw", "skip", "unskip", "delete",
                       "again", "import", "draft", "data"])  # fmt: skip
    if what == "submit":
        client.annotate(task["id"], _span(rng.randint(1, 9)))
    elif what == "edit" and work:
        client.set_annotation_result(rng.choice(work)["id"], _span(rng.randint(1, 9)))
    elif what == "withdraw" and work:
        client.request("DELETE", f"api/annotations/{rng.choice(work)['id']}/")
    elif what == "skip":
        client.annotate(task["id"], _span(3), cancelled=True)
    elif what == "unskip" and any(a["was_cancelled"] for a in work):
        skipped = next(a["id"] for a in work if a["was_cancelled"])
        client.request("PATCH", f"api/annotations/{skipped}/", json={"was_cancelled": False})
    elif what == "delete":
        client.delete_task(task["id"])
        if rng.random() < 0.5:  # and put back, under another number or the same
            client.import_tasks(task["project"], [{"data": task["data"]}])
    elif what == "again":
        client.import_tasks(task["project"], [{"data": task["data"]}])
    elif what == "import":
        client.import_tasks(task["project"], [{"data": {"text": "Somebody else's."}}])
    elif what == "draft":
        client.request("POST", f"api/tasks/{task['id']}/drafts", json={"result": _span(2)})
    elif what == "data":
        body = {"data": {**task["data"], "outlet": f"Outlet {rng.random()}"}}
        client.request("PATCH", f"api/tasks/{task['id']}/", json=body)


@pytest.mark.parametrize("seed", SEEDS)
def test_deltas_add_up_to_what_a_full_pull_gives(site, tmp_path, seed):
    """Whatever people do between pulls: changed, added, deleted, skipped, back again."""
    rng = random.Random(seed)  # noqa: S311
    site.add_samples(12)
    site.push()
    for _ in range(6):
        for _ in range(rng.randint(1, 6)):
            _happen(site, rng)
        site.pull(accept_removals=True)
    content = _content(site)
    assert site.pull(full=True, accept_removals=True).version is None
    known = _fresh(site, tmp_path)
    site.pull()
    assert _content(site) == content
    site.use(root=known)


def test_only_what_changed_is_read(site):
    """A pull after one edit reads one task whole; a pull of nothing, none."""
    site.add_samples(12)
    site.push()
    assert site.pull().plan.read == 0
    task = site.raw_tasks()[3]
    annotation = site.client.annotate(task["id"], _span(4))
    assert site.pull().plan.read == 1
    assert site.pull().plan.read == 0
    site.client.set_annotation_result(annotation, _span(5))
    found = site.pull()
    assert (found.plan.read, found.plan.swept, found.plan.changed) == (1, False, 1)
    site.client.delete_task(site.raw_tasks()[-1]["id"])
    assert site.pull().plan.tasks == 11


def test_a_reading_that_broke_goes_on_from_there(site):
    """What was read before the connection broke is not read again."""
    lines = "".join(f'{{"article_id": "a{i}", "text": "It may rain {i}."}}\n' for i in range(250))
    (site.root / "articles" / "many.jsonl").write_text(lines)
    project = site.push().project_id
    site.forget_server()
    direct = site.client
    with faulty_proxy(direct.url) as proxy:
        token = site.environment["LABEL_STUDIO_API_KEY"]
        site.use(client=StudioClient(proxy.url, token, identity=direct.identity))
        whole = []

        def decide(method, path):
            if re.search(r"api/tasks/$", path):
                whole.append(path)
            return "drop before" if len(whole) > 3 else None

        proxy.decide = decide
        with pytest.raises(StudioError):
            site.pull()
        site.client.close()
        site.use(client=direct)
    left = site.mirror.unread.count()
    assert site.mirror.progress.project()[0] == project
    assert 0 < left < 250
    found = site.pull()
    assert found.plan.read == left
    assert found.plan.tasks == 250


def test_two_workspaces_on_one_project_converge(site, tmp_path):
    """The second finds the first one's tasks, pushes what is missing, and pulls everybody's work."""
    site.add_samples(6)
    site.push()
    site.client.annotate(site.raw_tasks()[0]["id"], _span(3))
    first = site.pull().version
    known = _fresh(site, tmp_path)
    site.add("own.txt", "Officials said it may rain.")
    result = site.push()
    assert (result.pushed, result.present) == (1, 6)
    assert site.pull().version.counts == first.counts
    site.use(root=known)
    result = site.sync()
    assert (result.push.pushed, result.pull.version) == (0, None)
    assert len(site.raw_tasks()) == 7


def test_duplicates_are_joined_and_told(site):
    """Two tasks of one article, both worked on, are one line with both annotations."""
    site.add_samples(2)
    project = site.push().project_id
    first, _ = site.raw_tasks()
    (twin,) = site.client.import_tasks(project, [{"data": first["data"]}])
    for task_id in (first["id"], twin):
        site.client.annotate(task_id, _span(4))
    found = site.pull()
    (line,) = site.held().values()
    assert (line.tasks, len(line.annotations)) == ((first["id"], twin), 2)
    assert found.plan.duplicates == 1
    assert "1 articles have several tasks" in site.cli("pull", "--full")
    assert len(ExportStore(site.workspace.exports).versions()) == 1

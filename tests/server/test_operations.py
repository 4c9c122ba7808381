"""Random operations on a real server, held to its own JSON export after every pull.

Four accounts, other accounts deleted and joined, Label Studio's own actions, restarts, an older
copy of its data, changed labels. `ANNOTATE_OPERATIONS=500` makes a long history of it.
"""

import os
import random
import shutil
import sys
from collections import Counter
from contextlib import suppress

import pytest
from comparer import LABELS, differences, work_in_version, work_on_server
from live import seed_server, workspace_on
from people import join
from stories import mark, pick, relate, write_stories

from annotate.errors import PullStoppedError, StudioRefusedError
from annotate.studio.client import StudioClient

pytestmark = pytest.mark.server

OPERATIONS = int(os.environ.get("ANNOTATE_OPERATIONS", "70"))
SEED = os.environ.get("ANNOTATE_SEED", "3")
PEOPLE = 4
STORIES = 12
RUMOUR = '<Label value="Rumour" background="#777777" hotkey="9"/>'
COPIED = ("label_studio.sqlite3", "label_studio.sqlite3-wal", "label_studio.sqlite3-shm")


@pytest.fixture
def newsroom(live_server, trivial_models, tmp_path, monkeypatch):
    """Return a newsroom on a server of its own, which it may stop."""
    server = seed_server(live_server, tmp_path / "own")
    server.start(port=8600)
    try:
        for site in workspace_on(server, tmp_path, monkeypatch, "operations"):
            made = Newsroom(site, tmp_path / "copy", random.Random(SEED))  # noqa: S311
            yield made
            for person in made.people:
                person.close()
    finally:
        server.stop()


class Newsroom:
    """What people, an engineer and a machine do; each method is one operation."""

    def __init__(self, site, copy, rng):
        self.site, self.rng, self.copy = site, rng, copy
        self.stories, self.revised = STORIES, Counter()
        self.labels = LABELS
        self.backwards = False  # stamps may be older than those that were seen
        self.authors = {}  # of every annotation that was pulled, by its id and time
        self.done, self.pulls, self.fulls = Counter(), 0, 0
        self.history = []
        write_stories(site, range(STORIES))
        site.push()
        self.people = [join(site, f"person{n}") for n in range(PEOPLE)]

    # people

    def submit(self):
        task = self._task()
        seen = [prediction["id"] for prediction in task["predictions"]]
        self._who().annotate(
            task["id"], self._result(), parent_prediction=self.rng.choice([None, *seen])
        )

    def skip(self):
        self._who().annotate(self._task()["id"], [mark()], cancelled=True)

    def edit(self):
        if work := self._work():
            self._who().set_annotation_result(work["id"], self._result())

    def unskip(self):
        if skipped := self._work(cancelled=True):
            path = f"api/annotations/{skipped['id']}/"
            self._who().request("PATCH", path, json={"was_cancelled": False})

    def lead(self):
        if work := self._work():
            body = {"ground_truth": not work["ground_truth"]}
            self._who().request("PATCH", f"api/annotations/{work['id']}/", json=body)

    def withdraw(self):
        if work := self._work():
            self._who().request("DELETE", f"api/annotations/{work['id']}/")

    def draft(self):
        path = f"api/tasks/{self._task()['id']}/drafts"
        self._who().request("POST", path, json={"result": [mark()]})

    # the server's own actions, by anybody

    def delete_tasks(self):
        self._act("delete_tasks", self._some(1))

    def delete_annotations(self):
        self._act("delete_tasks_annotations", self._some(2))

    def delete_predictions(self):
        self._act("delete_tasks_predictions", self._some(2))

    def remove_duplicates(self):
        """It answers with an error where two of the same data were both worked on."""
        self._act("remove_duplicates", [t["id"] for t in self.site.raw_tasks()])

    def adopt_predictions(self):
        versions = {p["model_version"] for t in self.site.raw_tasks() for p in t["predictions"]}
        if versions:
            version = self.rng.choice(sorted(versions))
            self._act("predictions_to_annotations", self._some(2), model_version=version)

    def propagate(self):
        if work := self._work():
            self._act("propagate_annotations", self._some(2), source_annotation_id=work["id"])

    # who owns the project

    def import_again(self):
        task = self._task()
        self.site.client.import_tasks(task["project"], [{"data": task["data"]}])

    def import_foreign(self):
        self.site.client.import_tasks(self._task()["project"], [{"data": {"text": "Else."}}])

    def change_data(self):
        task = self._task()
        body = {"data": {**task["data"], "outlet": f"Outlet {self.rng.random():.3f}"}}
        self.site.client.request("PATCH", f"api/tasks/{task['id']}/", json=body)

    def delete_account(self):
        """Somebody leaves, somebody comes."""
        leaving = self.people.pop(self.rng.randrange(PEOPLE))
        (number,) = [n for n, email in self.site.client.users().items() if email == leaving.email]
        leaving.close()
        self.site.client.request("DELETE", f"api/users/{number}/")
        self.people.append(join(self.site, f"late{self.done.total()}"))

    def learn_label(self):
        """The team gets another label, which was on the page before: on the server and here."""
        if "Rumour" in self.labels:
            return
        path = self.site.root / self.site.settings.label_config
        config = path.read_text().replace("</Labels>", f"{RUMOUR}</Labels>", 1)
        self.site.client.set_label_config(self._task()["project"], config)
        path.write_text(config)
        self.site.reload()
        self.labels = LABELS | {"Rumour"}

    # the engineer and the machine

    def write_articles(self):
        self.stories += 2
        write_stories(self.site, range(self.stories), revised=self.revised)

    def change_text(self):
        self.revised[self.rng.randrange(self.stories)] += 1
        write_stories(self.site, range(self.stories), revised=self.revised)

    def sync(self):
        version = self.rng.choice([None, "rules-2", "rules-3"])
        model = version and self.site.model(version)
        with suppress(PullStoppedError):
            self.site.sync(model, accept_removals=True)

    def restart(self):
        """And keep a copy of the data, once."""
        self._stopped(lambda data: self.copy.exists() or shutil.copytree(data, self.copy))

    def put_back(self):
        """The server runs on an older copy: what was done since is gone, and accounts are back."""
        if not self.copy.exists():
            return

        def replace(data):
            shutil.rmtree(data)
            shutil.copytree(self.copy, data)

        self._stopped(replace)
        shutil.rmtree(self.copy)
        self.backwards = True
        self.site.client.set_label_config(
            self._task()["project"], self.site.workspace.label_config()
        )
        emails = set(self.site.client.users().values())
        for gone in [person for person in self.people if person.email not in emails]:
            gone.close()
            self.people[self.people.index(gone)] = join(self.site, f"again{self.done.total()}")

    # what is looked at

    def pull(self, *, full=False):
        """Pull; the version is what the server's export says. A full one says nothing new."""
        try:
            self.site.pull(full=full, accept_removals=True)
        except PullStoppedError:
            assert self.backwards
            self.site.pull(full=True, accept_removals=True)
        self.backwards = False
        self.pulls += 1
        self._check()
        if full:
            return
        if self.rng.random() < 0.5:
            before = self.site.held()
            self.site.pull(full=True, accept_removals=True)
            self.fulls += 1
            after = self.site.held()
            changed = [
                key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
            ]
            assert not changed, (
                self.history[-12:],
                [(before.get(key), after.get(key)) for key in changed],
            )

    def _check(self):
        site = self.site
        project = site.project().project_id
        exported = site.client.request(
            "GET", f"api/projects/{project}/export", params={"exportType": "JSON"}
        )
        emails = site.client.users()
        there = work_on_server(exported, lambda raw: self._author(raw, emails), labels=self.labels)
        found = work_in_version(site)
        assert differences(found, there) == {}
        for annotations, _ in found.values():
            for number, annotation in annotations.items():
                self.authors[number, annotation["created_at"]] = annotation["annotator"]
        assert site.versions.store.verify() == []

    def _author(self, raw, emails):
        if raw["completed_by"] in emails:
            return self.site.people.pseudonym(emails[raw["completed_by"]])
        return self.authors.get((str(raw["id"]), raw["created_at"]), "nobody")

    # what is chosen

    def _who(self):
        return self.rng.choice(self.people)

    def _task(self):
        return self.rng.choice(self.site.raw_tasks())

    def _some(self, most):
        tasks = [task["id"] for task in self.site.raw_tasks()]
        return self.rng.sample(tasks, self.rng.randint(1, most))

    def _work(self, *, cancelled=None):
        found = [
            annotation
            for task in self.site.raw_tasks()
            for annotation in task["annotations"]
            if cancelled is None or annotation["was_cancelled"] is cancelled
        ]
        return self.rng.choice(found) if found else None

    def _result(self):
        rng = self.rng
        labels = ("Claim", "Source", "Hedge", "Claim", "Source", "Rumour")
        marks = [
            mark(rng.choice(labels), start=4 * n, end=4 * n + rng.randint(2, 14), number=f"r{n}")
            for n in range(rng.randint(0, 3))
        ]
        ids = [item["id"] for item in marks]
        picks = [
            pick(rng.choice(["named", "document"]), number=n) for n in ids if rng.random() < 0.5
        ]
        links = [
            relate(
                *rng.sample([*ids, "gone"], 2),
                *rng.choice([(), ("attributed_to",), ("hedges",)]),
                direction=rng.choice(["left", "right"]),
            )
            for _ in range(rng.randint(0, 2) if ids else 0)
        ]  # fmt: skip
        return [*marks, *picks, *links]

    def _act(self, action, tasks, **body):
        project = self._task()["project"]
        with suppress(StudioRefusedError):
            self.site.client.request(
                "POST",
                "api/dm/actions/",
                params={"id": action, "project": project},
                json={"selectedItems": {"all": False, "included": tasks}, **body},
            )

    def _stopped(self, between):
        server = self.site.server
        port = int(server.status().url.rsplit(":", 1)[1])
        server.stop()
        between(server.directory / "data")
        server.start(port=port)
        token = self.site.environment["LABEL_STUDIO_API_KEY"]
        identity = self.site.client.identity
        self.site.client.close()
        self.site.use(client=StudioClient(server.status().url, token, identity=identity))


OFTEN = ("submit", "submit", "submit", "edit", "edit", "skip", "unskip", "withdraw", "sync")
NOW_AND_THEN = (
    "lead", "draft", "delete_tasks", "delete_annotations", "delete_predictions",
    "remove_duplicates", "adopt_predictions", "propagate", "import_again", "import_foreign",
    "change_data", "write_articles", "change_text",
)  # fmt: skip
RARELY = ("restart", "delete_account", "learn_label", "put_back")


def _operations(rng):
    """Return names of operations: all of the rare ones stand among them, in that order."""
    often = [*OFTEN * 2, *NOW_AND_THEN]
    names = [rng.choice(often) for _ in range(OPERATIONS - len(RARELY))]
    step = len(names) // (len(RARELY) + 1)
    for turn, name in enumerate(RARELY * max(1, OPERATIONS // 250), 1):
        names.insert((turn * (step + 1)) % OPERATIONS, name)
    return names


@pytest.mark.slow
def test_the_export_is_what_the_server_says_whatever_is_done(newsroom):
    """After every pull, by an independent comparer; and a full pull changes nothing."""
    for name in _operations(newsroom.rng):
        newsroom.done[name] += 1
        newsroom.history.append(name)
        getattr(newsroom, name)()
        if name == "put_back" or newsroom.rng.random() < 0.3:
            newsroom.pull()
    newsroom.pull()
    newsroom.pull(full=True)
    assert newsroom.fulls
    sys.stderr.write(f"{dict(newsroom.done)}; {newsroom.pulls} pulls, {newsroom.fulls} full ones\n")

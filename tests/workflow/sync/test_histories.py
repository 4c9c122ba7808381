"""Random histories: whatever happens between two pulls, the export is what the server holds.

Two workspaces work on one project of a double, with four people. HYPOTHESIS_PROFILE=thorough makes
long histories of it.
"""

import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from comparer import check_export, check_mirror, check_tasks, work_in_version
from double import FAULTS, DoubleStudio
from double.fixtures import small_site
from double.transport import INTERRUPTIONS
from double.trials import THOROUGH, hurry
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from stories import mark, pick, relate, write_stories

from annotate.errors import (
    PullStoppedError,
    StudioAnswerError,
    StudioError,
    StudioRefusedError,
)

_LONG = {"max_examples": 60, "stateful_step_count": 300}
_SHORT = {"max_examples": 3, "stateful_step_count": 25}
_SETTINGS = settings(
    **(_LONG if THOROUGH else _SHORT),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

_STORIES = 4
_LATE_EDIT = 90
"""Seconds; a change that is committed more than two minutes after its stamp, and leaves all numbers
as they were, is seen by a full pull alone."""

_VERSIONS = ("rules-1", "rules-2", "rules-3")

_LABELS = ("Claim", "Source", "Hedge", "Claim", "Source", "Rumour")

numbers = st.integers(0, 999)  # which of what there is, by the remainder
people = st.integers(0, 3)
workspaces = st.integers(0, 1)
ends = st.integers(8, 40)


@st.composite
def results(draw):
    """Draw what the page may save: marks, choices, relations, and what is not ours."""
    result = [
        mark(draw(st.sampled_from(_LABELS)), start=4 * i, end=draw(ends) + 4 * i, number=f"r{i}")
        for i in range(draw(st.integers(0, 3)))
    ]
    ids = [item["id"] for item in result]
    result += [
        pick(draw(st.sampled_from(["named", "document"])), number=number)
        for number in ids
        if draw(st.booleans())
    ]
    for _ in range(draw(st.integers(0, 2)) if ids else 0):
        head = draw(st.sampled_from(ids))
        tail = draw(st.sampled_from([i for i in ids if i != head] or ["gone"]))
        label = draw(st.sampled_from([(), ("attributed_to",), ("hedges",)]))
        result.append(
            relate(head, tail, *label, direction=draw(st.sampled_from(["left", "right"])))
        )
    return result


class Histories(RuleBasedStateMachine):
    """One double, two workspaces, four people."""

    @initialize(lag=st.sampled_from([0.0, 0.0, 0.0, 3.0]), reuse=st.booleans())
    def begin(self, lag, reuse):
        """Push the first articles; numbers of the project may lag in the whole history."""
        self.studio = DoubleStudio()
        self.studio.state.reuse_ids = reuse
        self.studio.counts_lag = lag
        self.root = Path(tempfile.mkdtemp())
        self.sites = [small_site(self.studio, self.root / name) for name in "ab"]
        self.people = [
            self.studio.client(self.studio.join(f"{name}@example.org")) for name in "abcd"
        ]
        self.count, self.revised = _STORIES, Counter()
        self.told = set()  # revisions that may have several tasks
        self.backwards = False  # whether stamps may run backwards
        self.behind = set()  # workspaces that have not pulled since the clock ran back
        self.stale = (
            set(),
            set(),
        )  # tasks whose predictions were deleted in bulk, by workspace: no stamp has moved
        self.unseen = set()  # workspaces that may not have seen an import that came late
        self.copy = None
        for site in self.sites:
            hurry(self.studio, site)
        self._write()
        self.studio.note_counts()
        self.sites[0].people.pseudonym("a@example.org")
        key = self.sites[0].workspace.state / "pseudonym.key"
        self.sites[1].workspace.state.mkdir(exist_ok=True)
        shutil.copy(key, self.sites[1].workspace.state / key.name)
        self.sites[1].reload()
        self.sites[0].push()

    # what people do

    @rule(who=people, which=numbers, result=results(), late=st.sampled_from([0, 0, 0, 30, 400]))
    def submit(self, who, which, result, late):
        task = self._any(self._tasks(), which)
        if task is None:
            return
        seen = [p.id for p in task.predictions]
        body = {"result": result, "parent_prediction": seen[-1] if seen and not late else None}
        self._do("POST", f"/api/tasks/{task.id}/annotations/", body, who, late)
        self.backwards |= bool(late)

    @rule(who=people, which=numbers, late=st.sampled_from([0, 0, 30]))
    def skip(self, who, which, late):
        task = self._any(self._tasks(), which)
        if task is not None:
            body = {"result": [mark()], "was_cancelled": True}
            self._do("POST", f"/api/tasks/{task.id}/annotations/", body, who, late)
            self.backwards |= bool(late)

    @rule(who=people, which=numbers, result=results(), late=st.sampled_from([0, 0, _LATE_EDIT]))
    def edit(self, who, which, result, late):
        annotation = self._any(self._work(), which)
        if annotation is not None:
            path = f"/api/annotations/{annotation.id}/"
            self._do("PATCH", path, {"result": result}, who, late)

    @rule(who=people, which=numbers)
    def unskip(self, who, which):
        skipped = self._any([a for a in self._work() if a.was_cancelled], which)
        if skipped is not None:
            self._do("PATCH", f"/api/annotations/{skipped.id}/", {"was_cancelled": False}, who)

    @rule(who=people, which=numbers, late=st.sampled_from([0, 0, 30]))
    def withdraw(self, who, which, late):
        annotation = self._any(self._work(), which)
        if annotation is not None:
            self._do("DELETE", f"/api/annotations/{annotation.id}/", None, who, late)

    @rule(who=people, which=numbers, drop=st.booleans())
    def draft(self, who, which, drop):
        drafts = list(self.studio.state.drafts)
        if drop and drafts:
            self._do("DELETE", f"/api/drafts/{self._any(drafts, which)}/", None, who)
            return
        task = self._any(self._tasks(), which)
        if task is not None:
            self._do("POST", f"/api/tasks/{task.id}/drafts", {"result": [mark()]}, who)

    @rule(which=numbers, worked=st.booleans())
    def delete_task(self, which, worked):
        """Delete a task that was listed, while no import is on its way.

        Two things are not mended yet. Where the server gives a number to another task before the
        first one was listed, the workspace that pushed that one goes on taking it for its own. And
        where as many tasks are deleted as are imported under stamps of long ago, all numbers are as
        they were, and a full pull alone sees it.
        """
        task = self._any([t for t in self._tasks() if bool(t.annotations) is worked], which)
        if task is None or (self.unseen and self._in_flight()):
            return
        for number, site in enumerate(self.sites):
            known = site.mirror.tasks.get(task.id)
            if number in self.unseen or (known is not None and known.updated_at is None):
                self._pull(number)
        self._do("DELETE", f"/api/tasks/{task.id}/", None, 0)

    @rule(which=numbers, worked=st.booleans(), late=st.sampled_from([0, 0, 0, 300]))
    def import_again(self, which, worked, late):
        task = self._any([t for t in self._tasks() if bool(t.annotations) is worked], which)
        if task is not None:
            self.told.add((task.data.get("article_id"), task.data.get("text_sha256")))
            self._import({"data": dict(task.data)}, late)

    @rule(late=st.sampled_from([0, 0, 300]))
    def import_foreign(self, late):
        self._import({"data": {"text": "Else."}}, late)

    @rule(which=numbers, outlet=st.text("ab", max_size=2))
    def change_data(self, which, outlet):
        task = self._any(self._tasks(), which)
        if task is not None:
            data = {**task.data, "outlet": outlet}
            self._do("PATCH", f"/api/tasks/{task.id}/", {"data": data}, 0)

    @rule(which=numbers)
    def delete_predictions(self, which):
        """In bulk, of a task without work: what people saw is not kept for the others yet."""
        tasks = [task for task in self._tasks() if not task.annotations]
        task = self._any(tasks, which)
        if task is not None:
            body = {"selectedItems": {"all": False, "included": [task.id]}}
            params = {"id": "delete_tasks_predictions", "project": str(self._project())}
            self.people[0].request("POST", "api/dm/actions/", params=params, json=body)
            for stale in self.stale:
                stale.add(task.id)

    # what happens to server and articles

    @rule(seconds=st.sampled_from([1, 30, 130, 4000]))
    def wait(self, seconds):
        """A clock that ran back is noticed by a pull before it has caught up, by no later one."""
        for number in sorted(self.behind):
            self._pull(number)
        self.studio.advance(seconds)

    @rule(minutes=st.sampled_from([-60, -1, 1, 60]))
    @precondition(lambda self: not self.studio.counts_lag)
    def jump(self, minutes):
        self.studio.now += timedelta(minutes=minutes)
        if minutes < 0:
            self.backwards = True
            self.behind = {0, 1}

    @rule()
    def copy_server(self):
        self.copy = self.studio.snapshot()

    @rule()
    @precondition(lambda self: self.copy is not None)
    def put_back(self):
        """It is pulled at once: work that is redone before may be under numbers that were used."""
        self.studio.put_back(self.copy)
        self.backwards = True
        self.studio.advance(self.studio.counts_lag)
        for number, site in enumerate(self.sites):
            if site.mirror.progress.project() is not None:
                self._pull(number, full=True)

    @rule(more=st.integers(1, 2))
    @precondition(lambda self: self.count < 12)
    def write_articles(self, more):
        self.count += more
        self._write()

    @rule(which=numbers)
    def change_text(self, which):
        self.revised[which % self.count] += 1
        self._write()

    # what the workspaces do

    @rule(number=workspaces)
    def pull(self, number):
        self._pull(number)

    @rule(number=workspaces)
    def pull_all(self, number):
        """A full pull changes nothing that the pulls before it have not."""
        self._pull(number)
        self._pull(number, full=True, silent=not self._in_flight())

    @rule(number=workspaces, version=st.sampled_from(_VERSIONS))
    def sync(self, number, version):
        self._sync(number, version)

    @rule(
        number=workspaces,
        version=st.sampled_from(_VERSIONS),
        at=st.integers(0, 30),
        fault=st.sampled_from([*FAULTS, *INTERRUPTIONS]),
        stays=st.booleans(),
    )
    def sync_over_a_bad_line(self, number, version, at, fault, stays):
        first = len(self.studio.asked)

        def decide(method, path):
            passed = len(self.studio.asked) - 1 - first
            return fault if passed == at or (stays and passed > at) else None

        self._sync(number, version, decide)

    @rule(number=workspaces, version=st.sampled_from(_VERSIONS), which=numbers, again=st.booleans())
    def sync_that_commits_late(self, number, version, which, again):
        """The client gives up waiting: the import comes when it comes."""
        self.change_text(which)
        sent = []

        def decide(method, path):
            if sent:
                return "interrupt before"
            if method == "POST" and "/import" in path:
                sent.append(path)
                return "zombie"
            return None

        self._sync(number, version, decide)
        if again:
            self._sync(number, version)

    def teardown(self):
        if not hasattr(self, "sites"):
            return
        try:
            self._end_well()
        finally:
            for site in self.sites:
                site.close()
                site.client.close()
            for client in self.people:
                client.close()
            shutil.rmtree(self.root)

    def _end_well(self):
        """Two quiet syncs each: nothing is left in doubt, and the workspaces hold the same."""
        self.wait(100_000)  # the clock may have run back by hours
        for _ in range(2):
            for number in (0, 1):
                self._sync(number, _VERSIONS[0])
                self.studio.advance(30)
        for number, site in enumerate(self.sites):
            self._pull(number)
            self._pull(number, full=True, silent=True)
            assert site.versions.store.verify() == []
            for kind in ("tasks", "predictions"):
                assert site.mirror.journal.batches(kind) == []
        one, two = map(work_in_version, self.sites)
        assert one == two
        pushed = {task.data.get("article_id") for task in self._tasks()}
        assert {f"n{i}" for i in range(self.count)} <= pushed

    def _pull(self, number, *, full=False, silent=False):
        """Pull, and look; removals and older stamps are accepted, numbers that lag waited for."""
        site = self.sites[number]
        for _ in range(4):
            late = self._in_flight()
            self.studio.advance(self.studio.counts_lag)
            try:
                done = site.pull(full=full, accept_removals=True)
            except PullStoppedError:
                assert self.backwards
                full, silent = True, False
            except StudioAnswerError:
                assert self.studio.counts_lag or late
            else:
                break
        else:
            assert self.studio.counts_lag
            return
        self.behind.discard(number)
        assert not (silent and done.version)
        if late:  # it may have come between the reading and the looking
            return
        self.unseen.discard(number)
        check_export(self.studio, site)
        if full:
            self.stale[number].clear()
        check_mirror(self.studio, site, exactly=full, stale=self.stale[number])
        check_tasks(self.studio, site, duplicates=self.told)

    def _sync(self, number, version, decide=None):
        """Sync; nothing that people did and no prediction is gone, whatever goes wrong."""
        site, state = self.sites[number], self.studio.state
        before = set(state.tasks), set(state.annotations), set(state.predictions)
        late = self._in_flight()
        self.told |= self._on_their_way(number)
        if decide is not None:
            self.studio.decide = decide
        try:
            site.sync(site.model(version), accept_removals=True)
        except PullStoppedError:
            assert self.backwards
            self.studio.decide = lambda method, path: None
            self._pull(number, full=True)
        except (StudioError, KeyboardInterrupt):
            assert decide is not None or self.studio.counts_lag or self._in_flight()
        finally:
            self.studio.decide = lambda method, path: None
        after = set(state.tasks), set(state.annotations), set(state.predictions)
        for then, now in zip(before, after, strict=True):
            assert late or then <= now

    def _do(self, method, path, body, who, late=0):
        client = self.people[who]
        if not late:
            with suppress(StudioRefusedError):  # somebody else was faster
                client.request(method, path.removeprefix("/"), json=body)
            return
        user = next(u for u in self.studio.state.users.values() if u.email == client.email)
        self.studio.send_late(method, path, json=body, user=user, seconds=late)

    def _import(self, task, late):
        if late:
            self.unseen = {0, 1}
        self._do("POST", f"/api/projects/{self._project()}/import", [task], 0, late)

    def _write(self):
        for site in self.sites:
            write_stories(site, range(self.count), revised=self.revised)

    def _project(self):
        return next(iter(self.studio.state.projects))

    def _tasks(self):
        return self.studio.state.tasks_of(self._project())

    def _work(self):
        return list(self.studio.state.annotations.values())

    def _in_flight(self):
        return bool(self.studio._in_flight)

    def _on_their_way(self, number):
        """Return what another workspace sent without an answer: this one may send it too."""
        return {
            tuple(key)
            for other, site in enumerate(self.sites)
            if other != number
            for key in site.mirror.journal.unanswered_articles()
        }

    @staticmethod
    def _any(things, which):
        return things[which % len(things)] if things else None


@pytest.mark.usefixtures("trivial_models")
def test_whatever_happens_the_export_is_what_the_server_holds():
    """After every pull, in both workspaces; a full one adds nothing, and no work is ever lost."""
    run_state_machine_as_test(Histories, settings=_SETTINGS)

"""Random histories: whatever happens between two pulls, the export is what the server holds.

Two workspaces work on one project of a double, with four people. HYPOTHESIS_PROFILE=thorough makes
long histories of it.
"""

import shutil
import tempfile
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from comparer import check_export, check_mirror, check_tasks, check_told, work_in_version
from double import FAULTS
from double.fixtures import small_site
from double.transport import INTERRUPTIONS
from double.trials import THOROUGH, hurry
from double.world import World, numbers
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from stories import write_stories

from annotate.errors import (
    PullStoppedError,
    StudioAnswerError,
    StudioError,
)
from annotate.workflow.sync.status import read_status

_LONG = {"max_examples": 60, "stateful_step_count": 300}
_SHORT = {"max_examples": 2, "stateful_step_count": 150}
_SETTINGS = settings(
    **(_LONG if THOROUGH else _SHORT),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

_STORIES = 4
_VERSIONS = ("rules-1", "rules-2", "rules-3")

workspaces = st.integers(0, 1)


class Histories(World):
    """What the workspaces do meanwhile, and what is looked at after each pull."""

    configured = ""
    """Added to the annotate.yaml of both."""

    @initialize(lag=st.sampled_from([0.0, 0.0, 0.0, 3.0]), reuse=st.booleans())
    def begin(self, lag, reuse):
        """Push the first articles; numbers of the project may lag in the whole history."""
        self.open_server(lag=lag, reuse=reuse)
        self.root = Path(tempfile.mkdtemp())
        self.sites = [small_site(self.studio, self.root / name) for name in "ab"]
        self.count, self.revised = _STORIES, Counter()
        self.behind = set()  # workspaces that have not pulled since the clock ran back
        for site in self.sites:
            hurry(self.studio, site)
            site.configure(self.configured)
        self._write()
        self.studio.note_counts()
        self.sites[0].people.pseudonym("a@example.org")
        key = self.sites[0].workspace.state / "pseudonym.key"
        self.sites[1].workspace.state.mkdir(exist_ok=True)
        shutil.copy(key, self.sites[1].workspace.state / key.name)
        self.sites[1].reload()
        self.sites[0].push()

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
        quiet = decide is None and not (self._in_flight() or self.studio.counts_lag)
        told = self._status(site) if quiet and version == _VERSIONS[0] else None
        before = set(state.tasks), set(state.annotations), set(state.predictions)
        late = self._in_flight()
        self.told |= self._on_their_way(number)
        if decide is not None:
            self.studio.decide = decide
        try:
            done = site.sync(site.model(version), accept_removals=True)
        except PullStoppedError:
            assert self.backwards
            self.studio.decide = lambda method, path: None
            self._pull(number, full=True)
        except (StudioError, KeyboardInterrupt):
            assert decide is not None or self.studio.counts_lag or self._in_flight()
        else:
            if told is not None:
                check_told(told, done)
        finally:
            self.studio.decide = lambda method, path: None
        after = set(state.tasks), set(state.annotations), set(state.predictions)
        for then, now in zip(before, after, strict=True):
            assert late or then <= now

    def _status(self, site):
        with closing(self.studio.client()) as client:
            return read_status(site, client=client)

    def _write(self):
        for site in self.sites:
            write_stories(site, range(self.count), revised=self.revised)

    def _on_their_way(self, number):
        """Return what another workspace sent without an answer: this one may send it too."""
        return {
            tuple(key)
            for other, site in enumerate(self.sites)
            if other != number
            for key in site.mirror.journal.unanswered_articles()
        }


@pytest.mark.usefixtures("trivial_models")
def test_whatever_happens_the_export_is_what_the_server_holds():
    """After every pull, in both workspaces; a full one adds nothing, and no work is ever lost."""
    run_state_machine_as_test(Histories, settings=_SETTINGS)


class InferredHistories(Histories):
    """The same with links that nobody drew."""

    configured = "infer_links: true\n"


@pytest.mark.slow
@pytest.mark.usefixtures("trivial_models")
def test_inferred_links_change_nothing_of_that():
    """What people did is what the server holds, and a full pull infers what those before it did."""
    run_state_machine_as_test(InferredHistories, settings=_SETTINGS)

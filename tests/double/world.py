"""One double and four people: what they do to the work between two pulls, as rules for histories."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from stories import mark, pick, relate

from annotate.errors import StudioRefusedError
from double import DoubleStudio

_LATE_EDIT = 90
"""Seconds; a change that is committed more than two minutes after its stamp, and leaves all numbers
as they were, is seen by a full pull alone."""

_LABELS = ("Claim", "Source", "Hedge", "Claim", "Source", "Rumour")

numbers = st.integers(0, 999)  # which of what there is, by the remainder
people = st.integers(0, 3)
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


class World(RuleBasedStateMachine):
    """The server and the people; which workspaces look at it is for who inherits."""

    def open_server(self, *, lag, reuse):
        """Begin; numbers of the project may lag in the whole history."""
        self.studio = DoubleStudio()
        self.studio.state.reuse_ids = reuse
        self.studio.counts_lag = lag
        self.people = [
            self.studio.client(self.studio.join(f"{name}@example.org")) for name in "abcd"
        ]
        self.told = set()  # revisions that may have several tasks
        self.backwards = False  # whether stamps may run backwards
        # Tasks whose predictions were deleted in bulk, by workspace: no stamp has moved.
        self.stale = (set(), set())
        self.unseen = set()  # workspaces that may not have seen an import that came late
        self.copy = None

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
        """In bulk; of finished work a version remembers what people saw."""
        task = self._any(self._tasks(), which)
        if task is not None:
            body = {"selectedItems": {"all": False, "included": [task.id]}}
            params = {"id": "delete_tasks_predictions", "project": str(self._project())}
            self.people[0].request("POST", "api/dm/actions/", params=params, json=body)
            for stale in self.stale:
                stale.add(task.id)

    @rule()
    def copy_server(self):
        self.copy = self.studio.snapshot()

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

    def _project(self):
        return next(iter(self.studio.state.projects))

    def _tasks(self):
        return self.studio.state.tasks_of(self._project())

    def _work(self):
        return list(self.studio.state.annotations.values())

    def _in_flight(self):
        return bool(self.studio._in_flight)

    @staticmethod
    def _any(things, which):
        return things[which % len(things)] if things else None

"""The double itself: its clock, its people, what goes wrong, and copies of its state."""

from __future__ import annotations

import pickle
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from annotate.studio.client import StudioClient
from double.answers import Refusal, Request
from double.exports import json_export
from double.routes import handle
from double.shapes import project_counts
from double.state import Project, State, User
from double.transport import DoubleTransport

URL = "http://double.test"
OWNER = "annotate@localhost"
_START = datetime(2026, 1, 5, 9, 0, 0, 123456, tzinfo=UTC)
_STAMP = timedelta(microseconds=11)  # between two stamps of one request


class DoubleStudio:
    """Label Studio in memory.

    `decide(method, path)` names a fault of `FAULTS` for a request, or `None`; `happened` lists
    (fault, method, path). Time passes only by requests and by `advance`.
    """

    def __init__(self, *, clock: datetime = _START) -> None:
        self.now = clock
        self.clock_shift = timedelta(0)
        """Added to the `Date` of answers, not to stamps."""
        self.seconds_a_request = 0.02
        self.slow_seconds = 0.3
        self.commit_seconds = 400.0
        """After how long an import commits whose answer was lost by the fault `zombie`."""
        self.counts_lag = 0.0
        """How many seconds old the numbers of a project are; set it before the changes."""
        self.backends: dict[str, Callable[[str, Any], Any]] = {}
        """Live backends that answer: by address, a function of path and body."""
        self.decide: Callable[[str, str], str | None] = lambda method, path: None
        self.happened: list[tuple[str, str, str]] = []
        self.asked: list[tuple[str, str]] = []
        """Method and path of every request that arrived."""
        self.state = State()
        self.lock = threading.RLock()
        self._in_flight: list[tuple[datetime, datetime, bytes, list[int]]] = []
        self._counts: list[tuple[datetime, dict[int, dict[str, int]]]] = []
        self.owner = self.join(OWNER)

    def join(self, email: str) -> User:
        """Add a user, with a token of their own."""
        number = self.state.new_id("users")
        token = uuid.uuid5(uuid.NAMESPACE_URL, email).hex + "00000000"
        user = User(number, email, token, self.stamp())
        self.state.users[number] = user
        return user

    def transport(self) -> DoubleTransport:
        return DoubleTransport(self)

    def client(self, user: User | None = None, *, identity: str | None = None) -> StudioClient:
        """Return a client that acts as that user, the owner by default; its waiting costs nothing."""
        token = (user or self.owner).token
        client = StudioClient(
            URL, token, identity=identity, transport=self.transport(), sleep=self.advance
        )
        client.email = (user or self.owner).email
        return client

    def advance(self, seconds: float) -> None:
        """Let time pass; what was in flight is committed in its turn."""
        with self.lock:
            until = self.now + timedelta(seconds=seconds)
            while due := [flight for flight in self._in_flight if flight[0] <= until]:
                flight = min(due, key=lambda flight: flight[0])
                self._in_flight.remove(flight)
                self._commit(*flight)
            self.now = max(self.now, until)

    def stamp(self) -> datetime:
        """Return a time for a stamp; no two are the same."""
        self.now += _STAMP
        return self.now

    def send_late(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        user: User | None = None,
        seconds: float,
    ) -> None:
        """Do what somebody asks: with the stamps of now, and visible only after `seconds`.

        So do long transactions. What is refused then is told in `happened` alone.
        """
        with self.lock:
            number = (user or self.owner).id
            held = pickle.dumps((number, method, path, dict(params or {}), json))
            commit_at = self.now + timedelta(seconds=seconds)
            self._in_flight.append((commit_at, self.now, held, self._reserve(path, json)))

    def _reserve(self, path: str, body: Any) -> list[int]:
        """Return the ids of the tasks of an import: PostgreSQL gives them when it begins."""
        if self.state.reuse_ids or not path.endswith("/import"):
            return []
        return [self.state.new_id("tasks") for _ in body]

    def _commit(
        self, commit_at: datetime, begun: datetime, held: bytes, reserved: list[int]
    ) -> None:
        number, method, path, params, body = pickle.loads(held)  # noqa: S301 - our own
        self.now = begun
        user = self.state.users[number]
        self.state.reserved = reserved
        try:
            handle(Request(self, user, method, path, params, body))
        except Refusal:
            self.happened.append(("refused late", method, path))
        self.now = max(self.now, commit_at)
        self.note_counts()

    def counts(self, project: Project) -> dict[str, int]:
        """Return a project's numbers, as old as `counts_lag` says."""
        if self.counts_lag:
            before = self.now - timedelta(seconds=self.counts_lag)
            for when, counts in reversed(self._counts):
                if when <= before and project.id in counts:
                    return counts[project.id]
            return project_counts([])
        return project_counts(self.state.tasks_of(project.id))

    def note_counts(self) -> None:
        """Keep the numbers of all projects, where somebody will be given old ones."""
        if self.counts_lag:
            counts = {
                number: project_counts(self.state.tasks_of(number))
                for number in self.state.projects
            }
            self._counts.append((self.now, counts))

    def snapshot(self) -> bytes:
        """Return a copy of everything that the server holds; time is not part of it."""
        with self.lock:
            return pickle.dumps(self.state)

    def put_back(self, snapshot: bytes) -> None:
        """Put an older copy back; what was in flight is lost."""
        with self.lock:
            self.state = pickle.loads(snapshot)  # noqa: S301 - our own
            self._in_flight.clear()

    def json_export(self, project: int) -> list[dict[str, Any]]:
        """Return what `api/projects/…/export?exportType=JSON` gives, read past the API."""
        return json_export(self.state, project)

"""httpx's way to the double: who asks, what goes wrong on the way, and the answer as bytes."""

from __future__ import annotations

import json
from email.utils import format_datetime
from typing import TYPE_CHECKING

import httpx
from proxy import FAULTS

from double.answers import Answer, Refusal, Request
from double.routes import handle

if TYPE_CHECKING:
    from double.state import User
    from double.studio import DoubleStudio

INTERRUPTIONS = ("interrupt before", "interrupt after")
"""Whoever asks is interrupted, before the server has acted or after."""

_ALSO = ("zombie", "lose predictions", *INTERRUPTIONS)
"""Faults besides the proxy's.

- `zombie`: no answer, and what was asked is committed `commit_seconds` later;
- `lose predictions`: an import is answered as if all were well, but has no predictions.
"""


class DoubleTransport(httpx.BaseTransport):
    """Carries requests to one double."""

    def __init__(self, studio: DoubleStudio) -> None:
        self._studio = studio

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._studio.lock:
            return self._handle(request)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        studio = self._studio
        method, path = request.method, request.url.path
        studio.advance(studio.seconds_a_request)
        studio.asked.append((method, path))
        fault = studio.decide(method, path)
        if fault:
            if fault not in FAULTS + _ALSO:
                raise NotImplementedError(f"no such fault: {fault}")
            studio.happened.append((fault, method, path))
        if fault == "drop before":
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        if fault == "interrupt before":
            raise KeyboardInterrupt
        if fault and fault.endswith(" before"):
            return _of_the_way(int(fault[:3]))
        if fault == "zombie":
            self._send_late(request)
            raise httpx.ReadTimeout("timed out")
        answer = self._answer(request, fault)
        if fault == "drop after":
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        if fault == "interrupt after":
            raise KeyboardInterrupt
        if fault == "truncate":
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body"
            )
        if fault and fault.endswith(" after"):
            return _of_the_way(int(fault[:3]))
        if fault == "slow":
            studio.advance(studio.slow_seconds)
        return self._response(answer)

    def _answer(self, request: httpx.Request, fault: str | None) -> Answer:
        studio = self._studio
        try:
            asked = self._read(request)
            if fault == "lose predictions":
                asked.faults.add(fault)
            return handle(asked)
        except Refusal as refusal:
            return refusal.answer
        finally:
            studio.note_counts()

    def _read(self, request: httpx.Request) -> Request:
        user = self._user(request)
        return Request(
            studio=self._studio,
            user=user,
            method=request.method,
            path=request.url.path,
            params=dict(request.url.params),
            body=json.loads(request.content) if request.content else None,
        )

    def _user(self, request: httpx.Request) -> User:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            raise Refusal(401, "Authentication credentials were not provided.")
        for user in self._studio.state.users.values():
            if kind == "Token" and user.token == token:
                return user
        raise Refusal(401, "Invalid token.")

    def _send_late(self, request: httpx.Request) -> None:
        asked = self._read(request)
        self._studio.send_late(
            asked.method,
            asked.path,
            json=asked.body,
            params=asked.params,
            user=asked.user,
            seconds=self._studio.commit_seconds,
        )

    def _response(self, answer: Answer) -> httpx.Response:
        studio = self._studio
        headers = {"date": format_datetime(studio.now + studio.clock_shift, usegmt=True)}
        if answer.status == 204:
            return httpx.Response(204, headers=headers)
        if isinstance(answer.body, str):
            return httpx.Response(answer.status, headers=headers, html=answer.body)
        return httpx.Response(answer.status, headers=headers, json=answer.body)


def _of_the_way(status: int) -> httpx.Response:
    """Return what something between client and server says; it has no clock."""
    return httpx.Response(status, json={"detail": "the proxy says so"})

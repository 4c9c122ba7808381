"""The live pre-labelling backend: Label Studio's ML backend protocol over HTTP (FastAPI).

    GET  /health     it runs
    POST /setup      which model version predicts (asked on almost every interaction)
    POST /predict    predictions for tasks
    GET  /versions   the model versions that there are
    POST /webhook    something happened on the server: a hint, never the truth

Every route wants HTTP basic authentication; `/webhook` takes a token of its own as well. The log
holds numbers, ids and reasons: never a text, never a password.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from annotate.errors import BackendRequestError
from annotate.labels import LabelScheme
from annotate.studio.backend_requests import (
    AskedTask,
    Refusal,
    TaskAnswer,
    check_config,
    read_object,
    read_tasks,
    refusal_of_all,
    turns,
)

USERNAME = "annotate"
MAX_BODY_BYTES = 64 * 1024 * 1024
MAX_REQUESTS = 32
"""Predict requests at a time, waiting ones included."""

WAKING = frozenset(
    "ANNOTATION_CREATED ANNOTATIONS_CREATED ANNOTATION_UPDATED ANNOTATIONS_DELETED "
    "START_TRAINING".split()
)
"""Actions that tell of human work. What a sync itself does on the server is not among them."""

_CONTROL_BYTES = 1024 * 1024  # of a setup or webhook request
_log = logging.getLogger("annotate.serve")
_Handler: TypeAlias = Callable[[Request], Awaitable[object]]


class Answering(Protocol):
    """What answers: the model version that predicts, and one turn of predictions."""

    @property
    def model_version(self) -> str: ...  # noqa: D102

    def submit(self, tasks: Sequence[AskedTask], /) -> Future[list[TaskAnswer]]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendSettings:
    """How the backend answers; `seconds` is the limit of a predict request."""

    password: str = field(repr=False)
    seconds: float = 90.0
    body_seconds: float = 10.0
    """Within this a request has to come whole."""
    max_requests: int = MAX_REQUESTS
    max_body_bytes: int = MAX_BODY_BYTES


def webhook_token(password: str) -> str:
    """Return the token that `/webhook` takes: whoever reads it there can wake a sync, no more."""
    return hmac.new(password.encode(), b"annotate webhook", hashlib.sha256).hexdigest()


def create_app(
    answering: Answering,
    scheme: LabelScheme,
    settings: BackendSettings,
    *,
    on_hint: Callable[[str], bool] | None = None,
) -> FastAPI:
    """Return the application; `on_hint` is called with a waking action and must return at once."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    backend = _Backend(answering, scheme, settings, on_hint)
    for path, method, handler in (
        ("/health", "GET", backend.health),
        ("/", "GET", backend.health),
        ("/versions", "GET", backend.versions),
        ("/setup", "POST", backend.setup),
        ("/predict", "POST", backend.predict),
        ("/webhook", "POST", backend.webhook),
    ):
        app.add_api_route(path, backend.guarded(handler), methods=[method], response_model=None)
    return app


class _Backend:
    def __init__(
        self,
        answering: Answering,
        scheme: LabelScheme,
        settings: BackendSettings,
        on_hint: Callable[[str], bool] | None,
    ) -> None:
        self._answering = answering
        self._scheme = scheme
        self._settings = settings
        self._on_hint = on_hint
        self._busy = 0

    def guarded(self, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
        """Return the handler behind authentication, with every refusal as JSON and in the log."""

        async def route(request: Request) -> Response:
            path = request.url.path
            try:
                self._authenticate(request)
                async with asyncio.timeout(self._settings.seconds):
                    answer = await handler(request)
            except TimeoutError:
                seconds = f"{self._settings.seconds:g} s"
                _log.warning("%s %s: 504: not done within %s", request.method, path, seconds)
                said = f"no answer within {seconds}; ask for fewer tasks at a time"
                return JSONResponse({"error": said}, 504)
            except BackendRequestError as error:
                _log.warning("%s %s: %d: %s", request.method, path, error.status, error.message)
                headers = {"WWW-Authenticate": "Basic"} if error.status == 401 else None
                return JSONResponse({"error": error.message}, error.status, headers)
            except Exception as error:  # noqa: BLE001 - a message could quote a text
                _log.error("%s %s: 500: %s", request.method, path, type(error).__name__)
                return JSONResponse({"error": "the backend failed; see its log"}, 500)
            return JSONResponse(answer)

        return route

    async def health(self, _request: Request) -> object:
        return {"status": "UP", "answering": self._busy, **self._version()}

    async def versions(self, _request: Request) -> object:
        return {"versions": [self._answering.model_version]}

    async def setup(self, request: Request) -> object:
        body = read_object(await self._body(request, _CONTROL_BYTES))
        check_config(body.get("schema"), self._scheme)
        return self._version()

    async def predict(self, request: Request) -> object:
        began = time.monotonic()
        # Before a place is taken: whoever sends slowly holds nobody else up.
        body = await self._body(request, self._settings.max_body_bytes)
        if self._busy >= self._settings.max_requests:
            raise BackendRequestError(
                f"{self._busy} requests are being answered already; ask again later", status=503
            )
        self._busy += 1
        try:
            answers = await self._answers(body)
        finally:
            self._busy -= 1
        counts = Counter(answer.outcome for answer in answers)
        _log.info(
            "predict: %d tasks (%d predicted, %d blind%s, %d refused) in %.2f s",
            len(answers),
            counts["predicted"],
            counts["blind"],
            f", {counts['no model']} without a model" if counts["no model"] else "",
            counts["refused"],
            time.monotonic() - began,
        )
        return {"results": [answer.to_json() for answer in answers], **self._version()}

    async def webhook(self, request: Request) -> object:
        action = read_object(await self._body(request, self._settings.max_body_bytes)).get("action")
        if not isinstance(action, str):
            raise BackendRequestError("the webhook names no action", status=422)
        woken = action in WAKING and self._on_hint is not None and self._on_hint(action)
        _log.info("webhook: %.40s%s", action, ": a sync will follow" if woken else "")
        return {"sync": woken}

    async def _answers(self, body: bytes) -> list[TaskAnswer]:
        asked = await asyncio.to_thread(read_tasks, body, self._scheme)
        del body
        refused = refusal_of_all(asked)
        if refused is not None:
            raise refused
        wanted = [task for task in asked if isinstance(task, AskedTask)]
        answered: list[TaskAnswer] = []
        for turn in turns(wanted):
            future = self._answering.submit(turn)
            answers = await asyncio.wrap_future(future)
            answered += answers
        for task, answer in zip(wanted, answered, strict=True):
            if answer.outcome == "refused":
                _log.warning("predict: task %s: %s", task.task_id, answer.reason)
        remaining = iter(answered)
        return [next(remaining) if isinstance(t, AskedTask) else _nothing(t) for t in asked]

    async def _body(self, request: Request, limit: int) -> bytes:
        """Return the request's body; raises `BackendRequestError` once it is too long."""
        declared = request.headers.get("content-length", "")
        parts: list[bytes] = []
        size = int(declared) if declared.isdigit() else 0
        received = 0
        if size > limit:
            raise self._too_long(limit)
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                async for part in request.stream():
                    received += len(part)
                    if received > limit:
                        raise self._too_long(limit)
                    parts.append(part)
        except TimeoutError:
            raise BackendRequestError(
                f"the request did not come whole within {self._settings.body_seconds:g} s",
                status=408,
            ) from None
        return b"".join(parts)

    @staticmethod
    def _too_long(limit: int) -> BackendRequestError:
        return BackendRequestError(f"the request is longer than {limit} bytes", status=413)

    def _authenticate(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic" and _same(_decoded(given), self._credentials()):
            return
        token = webhook_token(self._settings.password).encode()
        hook = request.url.path == "/webhook" and scheme.lower() == "bearer"
        if hook and _same(given.strip().encode(), token):
            return
        raise BackendRequestError("user or password are missing or wrong", status=401)

    def _credentials(self) -> bytes:
        return f"{USERNAME}:{self._settings.password}".encode()

    def _version(self) -> dict[str, str]:
        return {"model_version": self._answering.model_version}


def _nothing(refusal: Refusal) -> TaskAnswer:
    _log.warning("predict: task %s: %s", refusal.task_id, refusal.reason)
    return TaskAnswer(outcome="refused", reason=refusal.reason)


def _decoded(given: str) -> bytes:
    try:
        return base64.b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _same(given: bytes, expected: bytes) -> bool:
    """Compare in constant time, whatever the lengths."""
    return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(expected).digest())

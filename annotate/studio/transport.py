"""One connection to Label Studio: requests, time-outs, and its errors as ours.

The SDK retries POST requests silently, so that an import may be sent three times: every request
here says `max_retries: 0`. What may safely be sent again (GET, PATCH) is tried four times here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import (
    StudioAnswerError,
    StudioAuthError,
    StudioError,
    StudioNotSentError,
    StudioRefusedError,
    StudioUnreachableError,
)

_ATTEMPTS = 4  # of a request that may be sent again
_FIRST_PAUSE = 0.2  # seconds before the second attempt; each later pause is twice as long
_TIMEOUT = 120.0  # seconds; a batch of 250 tasks takes one, a busy SQLite server many more


class Transport:
    """Sends requests through the SDK's own client (its token refresh, its encoding).

    `identity` is what the workspace remembers the server by: its address, or, for the embedded
    one, whose port may change, a name. `transport` and `sleep` replace network and waiting.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        identity: str | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.identity = identity or self.url
        self._clock: datetime | None = None
        self._sleep = sleep
        self._http = httpx.Client(timeout=_TIMEOUT, follow_redirects=True, transport=transport)
        make: Any = LabelStudio  # the SDK's constructor has no types
        self._sdk = make(
            base_url=self.url, api_key=api_key, timeout=_TIMEOUT, httpx_client=self._http
        )

    def close(self) -> None:
        """Close the connections; the client cannot be used after that."""
        self._http.close()

    def wait(self, seconds: float) -> None:
        """Let that much of the server's time pass before the next request."""
        self._sleep(seconds)

    @property
    def clock(self) -> datetime:
        """The server's own time at its last answer, to the second; ours is never compared."""
        if self._clock is None:
            raise StudioAnswerError(f"{self.url}: the answers carry no Date")
        return self._clock

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
    ) -> Any:
        """Send a request and return its JSON; GET and PATCH are sent again if the answer is lost.

        After a POST that raised `StudioUnreachableError` nobody knows whether it arrived, but for
        `StudioNotSentError`.
        """
        attempts = _ATTEMPTS if method in ("GET", "PATCH") else 1
        pause = _FIRST_PAUSE
        for _ in range(attempts - 1):
            try:
                return self._send(method, path, params, json)
            except (StudioUnreachableError, StudioAnswerError):
                self.wait(pause)
                pause *= 2
        return self._send(method, path, params, json)

    def _send(self, method: str, path: str, params: Mapping[str, Any] | None, json: Any) -> Any:
        """Send one request through the SDK's transport (its token refresh, its encoding)."""
        with self._translated(path):
            answer = self._sdk._client_wrapper.httpx_client.request(  # noqa: SLF001 - its typed list drops fields and totals
                path,
                method=method,
                params=dict(params or {}),
                content=_encoded(json),
                headers={} if json is None else {"content-type": "application/json"},
                request_options={"max_retries": 0},
            )
            if date := answer.headers.get("date"):
                self._clock = parsedate_to_datetime(date)
            if answer.status_code >= 400:
                raise ApiError(status_code=answer.status_code, body=_body(answer))
            if answer.status_code == 204 or not answer.content:
                return {}
            try:
                return answer.json()
            except ValueError:
                raise StudioAnswerError(
                    f"{self.url}/{path}: the answer is no JSON",
                    hint="is this the address of a Label Studio?",
                ) from None

    @contextmanager
    def _translated(self, path: str) -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            raise self._refusal(path, error) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise StudioNotSentError(
                f"{self.url}: cannot be reached: {_reason(error)}",
                hint="is Label Studio running? the embedded one starts with: annotate studio start",
            ) from None
        except httpx.TimeoutException:
            raise StudioUnreachableError(
                f"{self.url}: no answer within {_TIMEOUT:.0f} s ({path})",
                hint="the server may be busy: on SQLite one writer holds all others back, on "
                "PostgreSQL not (docs/safety.md); then run the command again",
            ) from None
        except httpx.HTTPError as error:
            raise StudioUnreachableError(
                f"{self.url}: the connection broke: {_reason(error)} ({path})",
                hint="run the same command again: it goes on from where this one ended",
            ) from None

    def _refusal(self, path: str, error: ApiError) -> StudioError:
        status = error.status_code or 0
        detail = _detail(error.body)
        if status in (401, 403):
            hint = "give the token in LABEL_STUDIO_API_KEY, or a file in studio.api_key_file"
            if "legacy token" in detail:
                hint = (
                    "the server takes personal access tokens only (Account & Settings), "
                    "or allow legacy tokens in its organisation settings"
                )
            return StudioAuthError(f"{self.url}: the token is not accepted: {detail}", hint=hint)
        if status == 404:
            return StudioRefusedError(f"{self.url}: not found: {path}")
        if status >= 500 or status in (408, 409, 429):
            hint = "look at the server's log, then run the command again"
            if "locked" in detail:
                hint = "SQLite is busy: fewer people at once, or PostgreSQL (docs/workspace.md)"
            return StudioUnreachableError(
                f"{self.url}: the server failed ({status}): {detail}", hint=hint
            )
        return StudioRefusedError(f"{self.url}: refused ({status}): {detail}")


def _encoded(value: Any) -> bytes | None:
    """Return the body; the SDK's own encoder takes as long as the server for a batch of tasks."""
    return None if value is None else json.dumps(value).encode()


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text[:500]


def _detail(body: Any) -> str:
    if isinstance(body, dict):
        parts = [body.get("detail"), body.get("validation_errors"), body.get("exc_info")]
        said = [str(part) for part in parts if part]
        return "; ".join(said[:2])[:500] or json.dumps(body)[:500]
    return str(body)[:500]


def _reason(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__

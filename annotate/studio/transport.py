"""One connection to Label Studio: requests, time-outs, and its errors as ours.

The SDK retries POST requests silently, so that an import may be sent three times: every request
here says `max_retries: 0`. What may safely be sent again (GET, PATCH) is tried four times here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar, overload

import httpx
from label_studio_sdk.base_client import LabelStudioBase
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import (
    AnnotateError,
    StudioAnswerError,
    StudioAuthError,
    StudioError,
    StudioNotSentError,
    StudioRefusedError,
    StudioUnreachableError,
)
from annotate.studio.addresses import refuse_user

_ATTEMPTS = 4  # of a request that may be sent again
_FIRST_PAUSE = 0.2  # seconds before the second attempt; each later pause is twice as long
_TIMEOUT = 120.0  # seconds; a batch of 250 tasks takes one, a busy SQLite server many more


_Read = TypeVar("_Read")


class Transport:
    """Sends requests through the SDK's own client (its token refresh, its encoding).

    `identity` is what the workspace remembers the server by: its address, or, for the embedded
    one, whose port may change, a name.
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
        """Make the client; nothing is sent yet.

        `transport` and `sleep` take the place of the network and of the clock. Raises `StudioError`
        for an address or a proxy that cannot be used, `StudioAuthError` for a token that HTTP
        cannot carry or that has expired.
        """
        self.url = _checked_address(url)
        self.identity = identity or self.url
        self._sleep = sleep
        self._clock: datetime | None = None
        _check_token(self.url, api_key)
        with self._translated(""):
            try:
                self._http = httpx.Client(
                    timeout=_TIMEOUT, follow_redirects=True, transport=transport
                )
            except (httpx.InvalidURL, ImportError, ValueError, OSError) as error:
                raise StudioError(
                    f"{self.url}: no connection can be made: {_reason(error)}",
                    hint="look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE in the "
                    "environment; a proxy on this machine is passed by with NO_PROXY",
                ) from None
            # Not its LabelStudio: that one brings converters for every cloud, which take seconds to
            # load, and nothing that is used here. The constructor has no types.
            make: Any = LabelStudioBase
            self._sdk = make(
                base_url=self.url, api_key=api_key, timeout=_TIMEOUT, httpx_client=self._http
            )

    def close(self) -> None:
        """Close the connections; the client cannot be used after that."""
        self._http.close()

    def wait(self, seconds: float) -> None:
        """Let some time pass before the next request."""
        self._sleep(seconds)

    @property
    def clock(self) -> datetime:
        """The server's own time at its last answer, to the second; ours is never compared."""
        if self._clock is None:
            raise StudioAnswerError(f"{self.url}: the answers carry no Date")
        return self._clock

    @overload
    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
    ) -> Any: ...
    @overload
    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        read: Callable[[Any], _Read],
    ) -> _Read: ...
    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        read: Callable[[Any], Any] = lambda answer: answer,
    ) -> Any:
        """Send a request and return its JSON; GET and PATCH are sent again if the answer is lost.

        `read` makes of the JSON what is returned; what it cannot read is no answer of a Label
        Studio (`StudioAnswerError`). After a POST that raised `StudioUnreachableError` nobody knows
        whether it arrived, but for `StudioNotSentError`.
        """
        attempts = _ATTEMPTS if method in ("GET", "PATCH") else 1
        pause = _FIRST_PAUSE
        body = self._encoded(path, json)
        for _ in range(attempts - 1):
            try:
                answer = self._send(method, path, params, body)
                break
            except (StudioUnreachableError, StudioAnswerError):
                self._sleep(pause)
                pause *= 2
        else:
            answer = self._send(method, path, params, body)
        try:
            return read(answer)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, AnnotateError):
                raise
            raise self._not_label_studio(path) from None

    def _send(
        self, method: str, path: str, params: Mapping[str, Any] | None, body: bytes | None
    ) -> Any:
        """Send one request through the SDK's transport (its token refresh, its encoding)."""
        with self._translated(path):
            try:
                answer = self._sdk._client_wrapper.httpx_client.request(  # noqa: SLF001 - its typed list drops fields and totals
                    path,
                    method=method,
                    params=dict(params or {}),
                    content=body,
                    headers={} if body is None else {"content-type": "application/json"},
                    request_options={"max_retries": 0},
                )
            except (AttributeError, KeyError, TypeError, ValueError):
                # The SDK has asked for an access token, and got something else.
                raise self._not_label_studio("api/token/refresh/") from None
            if date := answer.headers.get("date"):
                with suppress(ValueError):
                    self._clock = parsedate_to_datetime(date)
            if answer.status_code >= 400:
                raise ApiError(status_code=answer.status_code, body=_body(answer))
            if answer.status_code == 204 or not answer.content:
                return {}
            try:
                return answer.json()
            except (ValueError, RecursionError):
                raise self._not_label_studio(path, "is no JSON") from None

    def _encoded(self, path: str, value: Any) -> bytes | None:
        """Return the body; the SDK's own encoder takes as long as the server for a batch."""
        if value is None:
            return None
        try:
            return json.dumps(value, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise StudioNotSentError(
                f"{self.url}: what was to be sent cannot be written as JSON: "
                f"{type(error).__name__} ({path})"
            ) from None

    def _not_label_studio(self, path: str, what: str = "is not Label Studio's") -> StudioError:
        return StudioAnswerError(
            f"{self.url}/{path}: the answer {what}",
            hint="is this the address of a Label Studio?",
        )

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
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as error:
            raise StudioNotSentError(
                f"{self.url}: no address that can be asked: {type(error).__name__} ({path})"
            ) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.CookieConflict) as error:
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


def _checked_address(url: str) -> str:
    """Return the address without a slash at its end; raises `StudioError` where it is none."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise StudioError(
            f"{url.rpartition('@')[2]!r} is no address of a server",
            hint="expected something like http://127.0.0.1:8080",
        )
    refuse_user(url)
    return url.rstrip("/")


def _check_token(url: str, token: str) -> None:
    if not token or not (token.isascii() and token.isprintable()) or token != token.strip():
        raise StudioAuthError(
            f"{url}: the token is empty, or holds spaces, line breaks or characters that are not "
            "ASCII",
            hint="copy it again from Account & Settings > Access Token",
        )


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return answer.text[:500]


def _detail(body: Any) -> str:
    if isinstance(body, dict):
        parts = [body.get("detail"), body.get("validation_errors"), body.get("exc_info")]
        said = [str(part) for part in parts if part]
        return "; ".join(said[:2])[:500] or json.dumps(body)[:500]
    return str(body)[:500]


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__

"""Asking a server for chat completions: time limits, retries, and a key that nobody sees.

Of the interface that OpenAI documents only `POST …/chat/completions` is used, without streaming.
Asking again changes nothing on the server, so whatever broke is asked again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from annotate.errors import PrelabellerError, PrelabellerReplyError
from annotate.prelabellers.settings import OpenAiSettings

MAX_WAIT = 60.0
"""Seconds that the server may make us wait (Retry-After) before the run ends instead."""

_MAX_BYTES = 4 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 20.0
_SAID = 200  # characters of the server's own words in an error
_GO_ON = "then run the same command again: what was answered is kept, and not asked again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the model wrote, why it ended, and the tokens that the server counted, where it does."""

    content: str
    finish: str | None
    prompt_tokens: int
    reply_tokens: int


class ChatClient:
    """One server and one model. `wait` lets seconds pass; `requests` counts what was sent."""

    def __init__(
        self,
        settings: OpenAiSettings,
        key: str | None,
        *,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.requests = 0
        self.max_requests = settings.max_requests
        self._settings = settings
        self._key = key
        self._wait = wait
        self._client: httpx.Client | None = None

    def ask(
        self, messages: list[dict[str, str]], response_format: Mapping[str, Any] | None
    ) -> Answer:
        """Send one request, again where it broke, and return the answer.

        Raises `PrelabellerReplyError` where this request alone may have failed (no answer in time,
        the server's error, an answer that is none), and `PrelabellerError` for what the next one
        would meet too: nobody there, a refused key, an unknown model, too many requests.
        """
        body: dict[str, Any] = {
            "model": self._settings.model,
            "messages": messages,
            "temperature": self._settings.temperature,
            "max_tokens": self._settings.max_tokens,
            "stream": False,
        }
        if self._settings.seed is not None:
            body["seed"] = self._settings.seed
        if response_format is not None:
            body["response_format"] = response_format
        for attempt in range(self._settings.retries + 1):
            last = attempt == self._settings.retries
            failed = self._once(body)
            if isinstance(failed, Answer):
                return failed
            if last or not failed.again:
                raise failed.error
            self._wait(self._pause(attempt, failed))
        raise PrelabellerError(f"{self._host} was not asked")  # pragma: no cover - one attempt is

    @property
    def _host(self) -> str:
        return self._settings.host

    def _once(self, body: Mapping[str, Any]) -> Answer | _Failed:
        if self.max_requests is not None and self.requests >= self.max_requests:
            raise PrelabellerError(
                f"{self._host} was asked {self.requests} times, as often as max_requests allows",
                hint="what was answered is kept; the same command goes on from there, and "
                "--max-requests allows more",
            )
        self.requests += 1
        limit = self._settings.timeout
        try:
            status, headers, content = self._post(body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            return _Failed(
                PrelabellerError(
                    f"{self._host} does not answer: {self._clean(str(error)) or 'no connection'}",
                    hint=f"start the language model's server, or correct prelabeller.url; {_GO_ON}",
                ),
                again=True,
            )
        except httpx.TimeoutException:
            return _Failed(
                PrelabellerReplyError(
                    f"{self._host} gave no answer within {limit:g} s", server=True
                ),
                again=True,
            )
        except httpx.InvalidURL as error:
            raise PrelabellerError(
                f"{self._settings.url} cannot be asked: {self._clean(str(error))}",
                hint="correct prelabeller.url",
            ) from None
        except httpx.HTTPError as error:
            said = self._clean(str(error)) or type(error).__name__
            return _Failed(
                PrelabellerReplyError(f"{self._host}: the answer broke off: {said}", server=True),
                again=True,
            )
        if status != httpx.codes.OK:
            return self._refused(status, headers, content)
        return self._answer(content)

    def _post(self, body: Mapping[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        """Return status, headers and body; the time limit is one for the whole answer."""
        if self._client is None:
            limit = self._settings.timeout
            self._client = httpx.Client(
                timeout=httpx.Timeout(limit, connect=min(limit, _CONNECT_SECONDS)),
                # Answers take seconds: a connection each costs nothing, and none is left open.
                limits=httpx.Limits(max_keepalive_connections=0),
                headers={} if self._key is None else {"Authorization": f"Bearer {self._key}"},
                # A proxy of the environment would be another machine that reads along.
                trust_env=self._settings.remote,
            )
        until = time.monotonic() + self._settings.timeout
        url = f"{self._settings.url}/chat/completions"
        with self._client.stream("POST", url, json=body) as response:
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the answer trickles")
                if len(content) > _MAX_BYTES:
                    raise httpx.ReadError(f"longer than {_MAX_BYTES // 1024 // 1024} MiB")
            return response.status_code, response.headers, bytes(content)

    def _refused(self, status: int, headers: httpx.Headers, content: bytes) -> _Failed:
        said = f"{self._host} answers {status}{self._said(content)}"
        if status == httpx.codes.TOO_MANY_REQUESTS:
            asked = _retry_after(headers.get("retry-after"))
            wait = "it does not say how long" if asked is None else f"it asks for {asked:,.0f} s"
            return _Failed(
                PrelabellerError(said, hint=f"wait ({wait}), {_GO_ON}"),
                again=asked is None or asked <= MAX_WAIT,
                after=asked,
            )
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            given = "a key was sent" if self._key is not None else "no key was sent"
            return _Failed(
                PrelabellerError(
                    f"{said}; {given}",
                    hint="put the key into ANNOTATE_PRELABELLER_API_KEY, or into a file that "
                    "prelabeller.api_key_file names",
                )
            )
        if status == httpx.codes.NOT_FOUND:
            hint = "correct prelabeller.url (it ends in /v1 as a rule) or prelabeller.model"
            return _Failed(PrelabellerError(said, hint=hint))
        if httpx.codes.is_redirect(status):
            hint = "name the address itself in prelabeller.url: nobody is sent on with your texts"
            return _Failed(PrelabellerError(said, hint=hint))
        broken = status >= 500 or status == httpx.codes.REQUEST_TIMEOUT
        return _Failed(PrelabellerReplyError(said, server=broken), again=broken)

    def _answer(self, content: bytes) -> Answer | _Failed:
        try:
            value = json.loads(self._clean(content.decode("utf-8")))
            (choice, *_) = value["choices"]
            text = choice["message"]["content"]
            usage = value.get("usage") or {}
            if not isinstance(text, str):
                raise TypeError("no text")  # noqa: TRY301 - told with the others
            return Answer(
                content=text,
                finish=choice.get("finish_reason"),
                prompt_tokens=_count(usage.get("prompt_tokens")),
                reply_tokens=_count(usage.get("completion_tokens")),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return _Failed(
                PrelabellerReplyError(
                    f"{self._host}: the answer is no chat completion", server=True
                ),
                again=True,
            )

    def _pause(self, attempt: int, failed: _Failed) -> float:
        pause = min(_FIRST_WAIT * 2.0**attempt, _LONGEST_WAIT)
        return pause if failed.after is None else failed.after

    def _said(self, content: bytes) -> str:
        """Return the server's own words, as short as they can be told."""
        text = content.decode("utf-8", "replace")
        try:
            value = json.loads(text)
            error = value.get("error", value)
            text = str(error.get("message", error) if isinstance(error, dict) else error)
        except (ValueError, AttributeError, RecursionError):
            pass
        words = " ".join(self._clean(text).split())
        return f": {words[:_SAID]}" if words else ""

    def _clean(self, text: str) -> str:
        """Return a text without the key: a server may repeat it."""
        return text.replace(self._key, "(key)") if self._key else text


@dataclass(frozen=True, slots=True)
class _Failed:
    """A request that failed; `after` are the seconds that the server asks to wait."""

    error: PrelabellerError
    again: bool = False
    after: float | None = None


def _retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which is a number or a date (RFC 9110)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

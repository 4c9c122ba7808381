"""The section `prelabeller` of annotate.yaml: a language model that is asked, or a package."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    field_validator,
)

OPENAI = "openai"
_PACKAGE = "package"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class OpenAiSettings(_Section):
    """A language model that answers chat completions, as OpenAI's interface describes them."""

    kind: Literal["openai"]
    allow_remote: bool = False  # stands before the address, whose check reads it
    url: str
    model: Annotated[str, Field(min_length=1, max_length=200)]
    api_key_file: str | None = None
    reply: Literal["schema", "json", "marks"] = "schema"
    """In which form marks are asked for: a JSON schema that the server enforces, JSON that the
    prompt describes, or the paragraph again with marks in it."""
    guidelines: bool = True
    examples: Annotated[int, Field(ge=0, le=50)] = 4
    examples_from: int | str | None = None
    """Export version that the examples come from; without one there are none."""
    temperature: Annotated[float, Field(ge=0.0, le=2.0)] = 0.0
    seed: int | None = None
    max_tokens: Annotated[int, Field(ge=16, le=1_000_000)] = 2048
    timeout: Annotated[float, Field(ge=1.0, le=3600.0)] = 120.0
    """Seconds for one answer."""
    retries: Annotated[int, Field(ge=0, le=10)] = 3
    max_requests: Annotated[int, Field(ge=1)] | None = None
    """Requests that one run of a command may send."""
    live: bool = False
    """Whether `annotate serve` may ask it while somebody waits."""

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str, info: ValidationInfo) -> str:
        parts = _split(url)
        if not is_loopback(parts.hostname or "") and not info.data.get("allow_remote"):
            raise ValueError(
                f"{parts.hostname} is another machine, to which the texts of your articles would "
                "be sent; expected an address of this one, like http://127.0.0.1:8080/v1, or "
                "allow_remote: true"
            )
        return url.rstrip("/")

    @property
    def host(self) -> str:
        """Host and port that are asked."""
        return _split(self.url).netloc

    @property
    def remote(self) -> bool:
        """Whether texts leave this machine."""
        return not is_loopback(_split(self.url).hostname or "")


class PackageSettings(_Section):
    """A pre-labeller that an installed package offers; the package checks its options itself."""

    kind: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    options: dict[str, Any] = {}
    live: bool = False


def _which(value: Any) -> str:
    kind = value.get("kind", OPENAI) if isinstance(value, Mapping) else getattr(value, "kind", "")
    return OPENAI if kind == OPENAI or not isinstance(kind, str) else _PACKAGE


PrelabellerSettings: TypeAlias = Annotated[
    Annotated[OpenAiSettings, Tag(OPENAI)] | Annotated[PackageSettings, Tag(_PACKAGE)],
    Discriminator(_which),
]

SECTIONS: Mapping[str, type[BaseModel]] = {OPENAI: OpenAiSettings, _PACKAGE: PackageSettings}
"""What pydantic calls a section in the place of an error → the section itself."""


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its very name: localhost, 127.0.0.0/8 or ::1."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    expected = "expected an address like http://127.0.0.1:8080/v1"
    try:
        parts = urlsplit(url)
        _ = parts.port  # one that is no number is told only when it is asked for
    except ValueError as error:
        raise ValueError(f"{error}; {expected}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or url != url.strip():
        raise ValueError(expected)
    if parts.username is not None or parts.password is not None:
        raise ValueError(
            "a key does not belong into an address; expected it in a file (api_key_file) or in the "
            "environment (ANNOTATE_PRELABELLER_API_KEY)"
        )
    if parts.query or parts.fragment:
        raise ValueError(f"{expected}, without ? and #")
    return parts

"""The login of the embedded server, in a file that only its owner can read."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from annotate.errors import StudioError
from annotate.files import write_atomic

_USERNAME = "annotate@localhost"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Login of the embedded server."""

    username: str
    password: str
    token: str

    def __repr__(self) -> str:
        return f"Credentials(username={self.username!r})"


def load_credentials(path: Path) -> Credentials | None:
    """Return the login, `None` where there is no file; raises `StudioError` if it is damaged."""
    try:
        return Credentials(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise StudioError(f"{path}: cannot be read; it holds the server's only login") from None


def make_credentials(path: Path) -> Credentials:
    """Make a login with a random password and token, and keep it."""
    login = Credentials(_USERNAME, secrets.token_urlsafe(12), secrets.token_hex(20))
    write_atomic(path, json.dumps(asdict(login), indent=2), mode=0o600)
    return login

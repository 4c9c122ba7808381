"""Annotators appear in exports under pseudonyms: stable, and meaningless without the key.

A version holds a check value of the key: it tells another key from the right one, and gives neither
key nor people away.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from pathlib import Path

from annotate.errors import WorkspaceError
from annotate.files import create_file

_KEY_BYTES = 32
_FORM = re.compile(r"([0-9a-f]{64})(?:\nreplaces ([0-9a-f]{16}))?\n?")
_CHECKED = b"annotate: check value of a pseudonym key"


def pseudonym(identity: str, *, key: bytes) -> str:
    """Return the pseudonym of a person (an e-mail address): the same for the same key."""
    digest = hmac.new(key, identity.casefold().encode(), hashlib.sha256).hexdigest()
    return f"annotator-{digest[:10]}"


def check_value(key: bytes) -> str:
    """Return what tells a key from others."""
    return hmac.new(key, _CHECKED, hashlib.sha256).hexdigest()[:16]


def load_key(path: Path) -> tuple[bytes, str | None] | None:
    """Return the key and the check value of the one that it replaces; `None` without a file.

    Raises `WorkspaceError` for a file that is empty or holds anything else.
    """
    try:
        content = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        content = ""
    match = _FORM.fullmatch(content)
    if match is None:
        raise WorkspaceError(
            f"{path}: is no pseudonym key (64 hexadecimal digits are expected)",
            hint="put the file back from a copy; if there is none: annotate annotators renew",
        )
    return bytes.fromhex(match[1]), match[2]


def create_key(path: Path, *, replaces: str | None = None) -> bytes:
    """Make a key, readable by its owner alone; one that somebody made meanwhile is returned."""
    key = secrets.token_bytes(_KEY_BYTES)
    after = f"replaces {replaces}\n" if replaces else ""
    if create_file(path, f"{key.hex()}\n{after}", mode=0o600):
        return key
    made = load_key(path)
    return key if made is None else made[0]

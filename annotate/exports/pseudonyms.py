"""Annotators appear in exports under pseudonyms: stable, and meaningless without the key."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from annotate.files import write_atomic


def pseudonym(identity: str, *, key: bytes) -> str:
    """Return the pseudonym of a person (an e-mail address): the same for the same key."""
    digest = hmac.new(key, identity.casefold().encode(), hashlib.sha256).hexdigest()
    return f"annotator-{digest[:10]}"


def load_or_create_key(path: Path) -> bytes:
    """Return the workspace's key, made at the first use; readable by its owner alone."""
    if path.exists():
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    key = secrets.token_bytes(32)
    write_atomic(path, key.hex() + "\n", mode=0o600)
    return key

"""The people of a workspace: their pseudonyms, whose key it keeps to itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from annotate.exports.pseudonyms import load_or_create_key, pseudonym

_FILE = "pseudonym.key"


class People:
    """Pseudonyms of a workspace; `state` is the directory of its own files.

    The key is made when the first pseudonym is asked for. With `remember=False` one that is
    missing is made up for this run alone: nothing is written.
    """

    def __init__(self, state: Path, *, remember: bool = True) -> None:
        self._file = state / _FILE
        self._remember = remember
        self._key: bytes | None = None

    @property
    def known(self) -> bool:
        """Whether anybody has a pseudonym yet."""
        return self._file.exists()

    def pseudonym(self, identity: str) -> str:
        """Return the pseudonym of a person (an e-mail address)."""
        if self._key is None:
            made_up = not self._remember and not self.known
            self._key = secrets.token_bytes(32) if made_up else load_or_create_key(self._file)
        return pseudonym(identity, key=self._key)

    def pseudonyms(self, users: Mapping[int, str]) -> dict[int, str]:
        """Return the pseudonym of every user by id; `users` holds their e-mail addresses."""
        return {user: self.pseudonym(email) for user, email in users.items()}

    def addresses(self, users: Mapping[int, str]) -> dict[str, str]:
        """Return the e-mail address of every user by pseudonym."""
        return {self.pseudonym(email): email for email in users.values()}

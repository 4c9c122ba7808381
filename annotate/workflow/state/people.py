"""The people of a workspace: their pseudonyms, whose key it keeps to itself."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

from annotate.errors import WorkspaceError
from annotate.exports.pseudonyms import check_value, create_key, load_key, pseudonym

_FILE = "pseudonym.key"


class People:
    """Pseudonyms of a workspace; `state` is the directory of its own files.

    The key is made when the first pseudonym is asked for. `expected` returns the check value of the
    key under which the latest version was written: with another key, or none, everybody would
    become somebody else, so that stops. With `remember=False` a key that is missing is made up for
    this run alone: nothing is written.
    """

    def __init__(
        self,
        state: Path,
        *,
        expected: Callable[[], str | None] = lambda: None,
        remember: bool = True,
    ) -> None:
        self._file = state / _FILE
        self._expected = expected
        self._remember = remember
        self._key: bytes | None = None

    def on_trial(self) -> People:
        """Return the same people for a run that writes nothing."""
        return People(self._file.parent, expected=self._expected, remember=False)

    @property
    def known(self) -> bool:
        """Whether anybody has a pseudonym yet."""
        return self._file.exists()

    def value(self) -> str | None:
        """Return the check value of the key, whatever versions say; `None` before there is one."""
        held = load_key(self._file)
        return None if held is None else check_value(held[0])

    def check(self) -> str | None:
        """Return the check value of the key, `None` before there is one.

        Raises `WorkspaceError` where it is not the key of the latest version.
        """
        return check_value(self._load()) if self.known else None

    def pseudonym(self, identity: str) -> str:
        """Return the pseudonym of a person (an e-mail address); raises what `check` raises."""
        return pseudonym(identity, key=self._load())

    def pseudonyms(self, users: Mapping[int, str]) -> dict[int, str]:
        """Return the pseudonym of every user by id; `users` holds their e-mail addresses."""
        return {user: self.pseudonym(email) for user, email in users.items()}

    def addresses(self, users: Mapping[int, str]) -> dict[str, str]:
        """Return the e-mail address of every user by pseudonym."""
        return {self.pseudonym(email): email for email in users.values()}

    def renew(self) -> Path | None:
        """Make a new key, whatever there was; return where a former file was put aside.

        Everybody has a new pseudonym from then on. What versions hold stays under the old ones.
        """
        aside: Path | None = None
        if self.known:
            names = (self._file.with_suffix(f".key.{number}") for number in count(1))
            aside = next(path for path in names if not path.exists())
            self._file.rename(aside)
        self._key = create_key(self._file, replaces=self._expected())
        return aside

    def _load(self) -> bytes:
        if self._key is not None:
            return self._key
        held = load_key(self._file)
        expected = self._expected()
        if held is None and expected is None:
            made = secrets.token_bytes(32) if not self._remember else create_key(self._file)
            self._key = made
            return made
        if held is None or expected not in (None, check_value(held[0]), held[1]):
            what = "is missing" if held is None else "holds another key"
            raise WorkspaceError(
                f"{self._file}: {what}: the latest version was written with the key of the "
                "pseudonyms that was there, and everybody would become somebody else",
                hint="put the file back, from a copy or from the workspace of a colleague; or go "
                "on under new pseudonyms: annotate annotators renew",
            )
        self._key = held[0]
        return held[0]

"""A PostgreSQL address → the settings by which Label Studio finds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from annotate.errors import StudioError, UsageError
from annotate.files import write_atomic

PASSWORD_VARIABLE = "PGPASSWORD"  # noqa: S105 - its name
_EXPECTED = "expected postgresql://USER@HOST:PORT/DATABASE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresDatabase:
    """Where a PostgreSQL database is, and how to log in."""

    host: str
    port: int
    name: str
    user: str
    password: str

    def __repr__(self) -> str:
        return f"PostgresDatabase({self.address})"

    @property
    def address(self) -> str:
        """The address without the password."""
        return f"postgresql://{self.user}@{self.host}:{self.port}/{self.name}"

    def environment(self) -> dict[str, str]:
        """Return the variables that Label Studio reads."""
        return {
            "DJANGO_DB": "default",
            "POSTGRE_HOST": self.host,
            "POSTGRE_PORT": str(self.port),
            "POSTGRE_NAME": self.name,
            "POSTGRE_USER": self.user,
            "POSTGRE_PASSWORD": self.password,
        }


def parse_postgres_url(url: str, environment: Mapping[str, str]) -> PostgresDatabase:
    """Read an address; a password that it lacks comes from PGPASSWORD.

    Raises `UsageError`, which never repeats the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        raise UsageError(f"not an address of a database; {_EXPECTED}") from None
    name = parts.path.lstrip("/")
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname or not name:
        raise UsageError(f"not an address of a PostgreSQL database; {_EXPECTED}")
    if not parts.username or "/" in name:
        raise UsageError(f"the address names no user, or no single database; {_EXPECTED}")
    password = unquote(parts.password or "") or environment.get(PASSWORD_VARIABLE, "")
    return PostgresDatabase(
        host=parts.hostname,
        port=port,
        name=unquote(name),
        user=unquote(parts.username),
        password=password,
    )


def load_database(path: Path) -> PostgresDatabase | None:
    """Return the database that a server's directory was set up for, `None` for SQLite."""
    try:
        return PostgresDatabase(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise StudioError(
            f"{path}: cannot be read; it says which database the server uses",
            hint="start the server with --database again",
        ) from None


def save_database(path: Path, database: PostgresDatabase) -> None:
    """Keep the database's address and password, readable by their owner alone."""
    write_atomic(path, json.dumps(asdict(database), indent=2) + "\n", mode=0o600)

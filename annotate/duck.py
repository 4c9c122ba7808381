"""SQL by DuckDB (extra `archive`) in bounded memory: what does not fit into it lies on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from annotate.errors import InputError, UsageError
from annotate.installation import install_hint

MEMORY = "1GB"
"""What DuckDB may hold before it goes to disk."""


@contextmanager
def open_duck() -> Iterator[Any]:
    """Open an empty database that goes with the block, on a disk where memory is too small.

    Nothing is loaded from anywhere. Raises `UsageError` where DuckDB is missing, and `InputError`
    in the place of what it raises itself.
    """
    try:
        import duckdb
    except ImportError:
        raise UsageError("counting in shards needs DuckDB", hint=install_hint("archive")) from None
    with tempfile.TemporaryDirectory(prefix="annotate-") as directory:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": directory,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        connection = duckdb.connect(config=settings)
        try:
            yield connection
        except duckdb.Error as error:
            said = str(error).strip().splitlines() or [type(error).__name__]
            raise InputError(f"DuckDB: {said[0][:300]}") from None
        finally:
            connection.close()

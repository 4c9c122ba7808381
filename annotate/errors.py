"""The tree of errors.

    AnnotateError
    ├── UsageError              the request itself is wrong
    ├── WorkspaceError          annotate.yaml, or a file that it names
    │   ├── NoWorkspaceError
    │   ├── MissingSettingError
    │   └── WorkspaceLockedError
    ├── InputError              a file that was given to us
    │   ├── ArticleError
    │   └── LexiconError
    ├── RecordError             spans, links or hashes that cannot be
    ├── LabelConfigError        a labelling config that we cannot serve
    ├── SchemeMismatchError     two label schemes that do not fit each other
    ├── ModelError
    │   ├── UnknownModelError
    │   ├── TrainingError
    │   └── PrelabellerError        a language model that is asked
    │       └── PrelabellerReplyError   one answer of its
    ├── ExportError
    │   ├── UnknownExportError
    │   └── DamagedExportError
    ├── PullStoppedError        a pull that would remove too much
    ├── StudioError             Label Studio
    │   ├── StudioUnreachableError
    │   │   └── StudioNotSentError
    │   ├── StudioAuthError
    │   ├── StudioRefusedError
    │   │   └── BlockedAddressError
    │   ├── StudioAnswerError   an answer that is not what was promised
    │   └── ServerStartError
    └── BackendError            the live backend cannot start
        └── BackendRequestError a request that it cannot answer

Every error carries one sentence that names the thing, and, where there is one, a `hint`: the
next step. `exit_code` is what the command line ends with.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class AnnotateError(Exception):
    """Root of all errors that annotate raises on purpose."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AnnotateError):
    """The request contradicts itself or names something that does not exist."""

    exit_code = 2


class WorkspaceError(AnnotateError):
    """The workspace, or its annotate.yaml, cannot be used."""

    exit_code = 2


class NoWorkspaceError(WorkspaceError):
    """There is no annotate.yaml in a directory or above it."""


class MissingSettingError(WorkspaceError):
    """A setting was found in none of the places where it may stand."""

    def __init__(self, name: str, places: list[str], *, hint: str | None = None) -> None:
        super().__init__(f"{name} is not set; looked at: {'; '.join(places)}", hint=hint)
        self.places = places


class WorkspaceLockedError(WorkspaceError):
    """Another run holds the lock of this workspace."""


class InputError(AnnotateError):
    """A file that was given to us is not what it should be.

    `line` counts from 1.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        hint: str | None = None,
    ) -> None:
        where = "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "
        super().__init__(f"{where}{message}", hint=hint)
        self.path = path
        self.line = line


class ArticleError(InputError):
    """An article cannot be read."""


class LexiconError(InputError):
    """A lexicon file is not what it should be."""


class RecordError(AnnotateError, ValueError):
    """A record would hold spans, links or hashes that cannot be."""

    exit_code = 3


class LabelConfigError(AnnotateError):
    """A labelling config is broken, or is one that we cannot serve."""

    exit_code = 3


class SchemeMismatchError(AnnotateError):
    """Two label schemes that have to agree do not."""

    exit_code = 3


class ModelError(AnnotateError):
    """A pipeline cannot be loaded or used."""

    exit_code = 4


class UnknownModelError(ModelError):
    """No model of that name, or no model at that path."""


class TrainingError(ModelError):
    """Training cannot start or came to nothing."""


class PrelabellerError(ModelError):
    """The pre-labeller of annotate.yaml cannot be made, or whoever it asks does not answer."""


class PrelabellerReplyError(PrelabellerError):
    """One paragraph got no answer that can be used; others may.

    `server` tells that the server did not answer as servers do, rather than the paragraph being too
    much for it or for the model.
    """

    def __init__(self, message: str, *, server: bool = False) -> None:
        super().__init__(message)
        self.server = server


class ExportError(AnnotateError):
    """An export cannot be read or written."""

    exit_code = 5


class UnknownExportError(ExportError):
    """No export version of that id."""


class DamagedExportError(ExportError):
    """A manifest or a part is not what its hash says."""


class PullStoppedError(AnnotateError):
    """A pull that would remove much human work waits for a word."""

    exit_code = 6


class StudioError(AnnotateError):
    """Something between us and Label Studio."""

    exit_code = 7


class StudioUnreachableError(StudioError):
    """No answer, or the connection broke; what was sent may or may not have arrived."""


class StudioNotSentError(StudioUnreachableError):
    """No connection: nothing was sent."""


class StudioAuthError(StudioError):
    """The token is missing, wrong or not allowed to do this."""


class StudioRefusedError(StudioError):
    """The server refused a request; nothing was changed."""


class BlockedAddressError(StudioRefusedError):
    """The server calls no addresses of its own machine or network."""


class StudioAnswerError(StudioError):
    """The server answered something else than what it documents."""


class ServerStartError(StudioError):
    """The embedded server did not start."""


class BackendError(AnnotateError):
    """The live backend cannot start."""

    exit_code = 8


class BackendRequestError(BackendError):
    """The live backend cannot answer a request; `status` is the HTTP status of its answer."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status

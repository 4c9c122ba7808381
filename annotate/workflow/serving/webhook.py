"""Hints from the server wake a sync: in the background, one at a time, after a moment of quiet."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time

from annotate.workspace import Workspace

QUIET_SECONDS = 5.0
"""A sync begins when no hint has come for so long …"""

LONGEST_WAIT = 60.0
"""… but no later than so long after the first one."""

_log = logging.getLogger("annotate.serve")


class SyncOnHint:
    """Runs `annotate sync` of the workspace after hints; its output goes to `log`.

    Several hints make one sync; what comes while it runs makes one more. A sync that cannot be
    started is told, and tried again at the next hint. A sync that runs when the backend stops is
    left to end by itself.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        quiet: float = QUIET_SECONDS,
        longest: float = LONGEST_WAIT,
    ) -> None:
        self.log = workspace.state / "serve-sync.log"
        self._command = [sys.executable, "-m", "annotate", "-C", str(workspace.root), "sync"]
        self._quiet = quiet
        self._longest = longest
        self._hint = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync-on-hint", daemon=True)
        self._thread.start()

    def wake(self, _action: str) -> bool:
        """Note a hint and return at once; true if a sync will be tried."""
        self._hint.set()
        return self._thread.is_alive() and not self._ended.is_set()

    def close(self) -> None:
        """Wake no more."""
        self._ended.set()
        self._hint.set()

    def _run(self) -> None:
        while True:
            self._hint.wait()
            latest = time.monotonic() + self._longest
            while self._hint.is_set() and time.monotonic() < latest:
                self._hint.clear()
                if self._ended.wait(self._quiet):
                    return
            self._hint.clear()
            if self._ended.is_set():
                return
            try:
                self._sync()
            except OSError as error:  # no process, no memory, no place for the log
                _log.error("sync could not be started: %s; the next hint tries again", error)

    def _sync(self) -> None:
        began = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.touch(mode=0o600)
        with self.log.open("ab") as log:
            done = subprocess.run(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # neither Ctrl-C nor our end is meant for it
                check=False,
            )
        seconds = time.monotonic() - began
        if done.returncode:
            _log.error("sync ended with code %d: see %s", done.returncode, self.log)
        else:
            _log.info("sync done in %.1f s", seconds)

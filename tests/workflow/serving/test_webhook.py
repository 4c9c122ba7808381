import logging
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest

from annotate.workflow.serving import webhook
from annotate.workflow.serving.webhook import SyncOnHint


@pytest.fixture
def started(monkeypatch):
    """Return what is started, and what happens then: errors are raised, codes returned."""
    outcomes, asked = [], threading.Semaphore(0)

    def run(command, **_):
        asked.release()
        outcome = outcomes.pop(0)
        if isinstance(outcome, OSError):
            raise outcome
        return subprocess.CompletedProcess(command, outcome)

    monkeypatch.setattr(webhook.subprocess, "run", run)
    return outcomes, asked


def test_a_sync_that_cannot_start_is_told_and_tried_at_the_next_hint(workspace, started, caplog):
    """The thread lives through it, so that `wake` says what is so."""
    outcomes, asked = started
    outcomes += [OSError("no more processes"), 0]
    with caplog.at_level(logging.INFO, "annotate.serve"):
        with closing(SyncOnHint(workspace, quiet=0.0, longest=5.0)) as hints:
            for _ in range(2):
                assert hints.wake("TASK_CREATED")
                assert asked.acquire(timeout=20)
        hints._thread.join(timeout=20)
    assert not hints._thread.is_alive()
    assert "sync could not be started: no more processes; the next hint" in caplog.text
    assert "sync done" in caplog.text


def test_a_log_that_cannot_be_written_ends_no_thread(workspace, started, monkeypatch):
    """Where the log has no place, the next hint tries again."""
    outcomes, asked = started
    outcomes.append(0)
    refused = threading.Semaphore(0)
    touch = Path.touch

    def full(path, *args, **settings):
        monkeypatch.setattr(Path, "touch", touch)
        refused.release()
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "touch", full)
    with closing(SyncOnHint(workspace, quiet=0.0, longest=5.0)) as hints:
        assert hints.wake("TASK_CREATED")
        assert refused.acquire(timeout=20)
        assert hints.wake("TASK_CREATED")
        assert asked.acquire(timeout=20)


def test_nothing_follows_once_it_is_closed(workspace):
    """A hint that comes afterwards is not promised a sync."""
    hints = SyncOnHint(workspace, quiet=0.0, longest=5.0)
    hints.close()
    hints._thread.join(timeout=20)
    assert hints.wake("TASK_CREATED") is False

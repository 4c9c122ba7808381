"""What all tests share: strictness in CI, hypothesis profiles, small workspaces."""

import os
from pathlib import Path

import pytest
from chat_server import chat_server
from hypothesis import settings

from annotate import database
from annotate.labels import parse_label_config
from annotate.samples import sample_articles
from annotate.workflow.state.context import Context
from annotate.workflow.state.init import init_workspace, label_config_template
from annotate.workspace import load_workspace

settings.register_profile("quick", max_examples=8, deadline=None)  # make unit
settings.register_profile("fast", max_examples=30, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
_missing: list[str] = []


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items):
    """Of two processes one has all tests with a Label Studio, which then starts once.

    Slow tests stay together by module, since what they make is made once a module.
    """
    for item in items:
        if item.get_closest_marker("server") or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("server"))
        elif item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))


def pytest_deselected(items):
    if REQUIRE_ALL:
        _missing.extend(f"deselected: {item.nodeid}" for item in items)


def pytest_runtest_logreport(report):
    if REQUIRE_ALL and report.skipped:
        _missing.append(f"skipped: {report.nodeid}")


def pytest_sessionfinish(session):
    if _missing:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter):
    if _missing:
        terminalreporter.section("REQUIRE_ALL=1: nothing may be left out", red=True)
        for line in _missing:
            terminalreporter.line(line)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, request):
    """Settings of the machine stay outside; fast tests do not wait for its disk."""
    for name in list(os.environ):
        if name.startswith(("ANNOTATE_", "LABEL_STUDIO_")):
            monkeypatch.delenv(name)
    if request.node.get_closest_marker("server") is None:
        monkeypatch.setattr(os, "fsync", lambda _: None)
        monkeypatch.setattr(database, "_SYNCHRONOUS", "OFF")


@pytest.fixture(scope="session")
def live_server(tmp_path_factory):
    """The embedded server, started once for all tests of this process and stopped at the end."""
    from live import start_server

    yield from start_server(tmp_path_factory)


@pytest.fixture
def chat():
    """A scripted server that answers as language models do, and worse."""
    with chat_server() as server:
        yield server


@pytest.fixture(scope="session")
def scheme():
    """The scheme of the shipped labelling config, with its link ends."""
    return parse_label_config(label_config_template("claims.xml")).with_link_ends(
        {"attributed_to": ("Claim", "Source"), "hedges": ("Hedge", "Claim")}
    )


@pytest.fixture
def workspace(tmp_path: Path):
    """A fresh workspace."""
    init_workspace(tmp_path / "ws", project="Test project")
    return load_workspace(tmp_path / "ws", {})


@pytest.fixture
def context(workspace):
    """The fresh workspace, opened without a server."""
    return Context(workspace)


@pytest.fixture(scope="session")
def samples():
    """Return the articles of the sample corpus with their gold marks."""
    return sample_articles()

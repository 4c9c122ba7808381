"""Tests of how annotate was installed."""

import json

import pytest

from annotate import installation
from annotate.installation import DISTRIBUTION, install_hint, other_owner


class _Installed:
    def __init__(self, origin):
        self._origin = origin

    def read_text(self, name):
        assert name == "direct_url.json"
        return self._origin


@pytest.mark.parametrize(
    "origin",
    [None, "", "{", "[]", json.dumps({"url": "file:///wheels/a.whl", "archive_info": {}})],
)
def test_an_installed_wheel_is_named_by_its_distribution(monkeypatch, origin):
    """The hint names the distribution that pip knows, not the package."""
    monkeypatch.setattr(installation.metadata, "distribution", lambda _: _Installed(origin))
    assert install_hint("html") == f"install it with: pip install '{DISTRIBUTION}[html]'"


def test_a_clone_says_where_it_is(monkeypatch):
    """Where the installation is editable, the hint is the command of README, and where to type it."""
    origin = json.dumps({"url": "file:///home/a%20b/annotate", "dir_info": {"editable": True}})
    monkeypatch.setattr(installation.metadata, "distribution", lambda _: _Installed(origin))
    assert install_hint("html") == (
        "install it with: pip install -c constraints.txt -e '.[html]', in /home/a b/annotate"
    )


def test_what_was_never_installed_is_named_too(monkeypatch):
    """Run from a directory on the path, without a distribution, the hint is that of a wheel."""

    def _missing(name):
        raise installation.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(installation.metadata, "distribution", _missing)
    assert DISTRIBUTION in install_hint("serve")


def test_a_stranger_of_the_same_name_is_noticed(tmp_path, monkeypatch):
    """Its distribution stands beside ours; alone, nothing is said."""
    assert other_owner() is None
    info = tmp_path / "annotate-1.2.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: annotate\nVersion: 1.2.3\n")
    monkeypatch.syspath_prepend(tmp_path)
    said = other_owner()
    assert "'annotate' 1.2.3" in said
    assert f"pip uninstall annotate, then install {DISTRIBUTION} again" in said

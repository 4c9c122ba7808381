"""The section of annotate.yaml: what is wrong is told with file, line and what was expected."""

import pytest

from annotate.errors import WorkspaceError
from annotate.workspace import load_workspace

GOOD = {"kind": "openai", "url": "http://127.0.0.1:8080/v1", "model": "tiny"}


def _load(root, **changes):
    lines = [f"  {key}: {value}" for key, value in {**GOOD, **changes}.items() if value is not None]
    (root / "annotate.yaml").write_text(
        "\n".join(["project: Tried", "prelabeller:", *lines]) + "\n"
    )
    return load_workspace(root, {}).settings.prelabeller


@pytest.mark.parametrize(
    ("changes", "line", "said"),
    [
        ({"url": "http://192.0.2.7:8080/v1"}, 4, "allow_remote: true"),
        ({"url": "https://models.example.org/v1"}, 4, "models.example.org is another machine"),
        ({"url": "http://localhost.example.org/v1"}, 4, "another machine"),
        ({"url": "127.0.0.1:8080"}, 4, "expected an address like http"),
        ({"url": "http://127.0.0.1:port/v1"}, 4, "expected an address like http"),
        ({"url": "http://me:secret@127.0.0.1/v1"}, 4, "api_key_file"),
        ({"url": "http://127.0.0.1/v1?key=secret"}, 4, "without ? and #"),
        ({"model": '""'}, 5, "at least 1 character"),
        ({"reply": "xml"}, 6, "'schema', 'json' or 'marks'"),
        ({"temperature": "'0'"}, 6, "valid number"),
        ({"temprature": "0"}, 6, "unknown key 'temprature'; expected one of: allow_remote,"),
        ({"url": None}, 2, "prelabeller.url: Field required"),
        ({"kind": "gliner", "model": None}, 4, "unknown key 'url'; expected one of: kind, live, options; kind: openai has others"),
        ({"kind": "[1]"}, 3, "prelabeller.kind"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(tmp_path, changes, line, said):
    """Another machine, an unknown key, a key in the address: nothing is asked before it is right."""
    with pytest.raises(WorkspaceError) as told:
        _load(tmp_path, **changes)
    assert told.value.message.startswith(f"{tmp_path / 'annotate.yaml'}:{line}: ")
    assert said in told.value.message
    assert "secret" not in told.value.message


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:8080/v1/", "127.0.0.1:8080"),
        ("http://localhost:11434/v1", "localhost:11434"),
        ("http://[::1]:9/v1", "[::1]:9"),
        ("http://127.8.9.1/v1", "127.8.9.1"),
    ],
)
def test_this_machine_has_several_names(tmp_path, url, host):
    """Loopback addresses need no word more, and the host is what is told."""
    made = _load(tmp_path, url=url)
    assert (made.host, made.remote) == (host, False)
    assert not made.url.endswith("/")


def test_another_machine_is_asked_where_that_is_said(tmp_path):
    """`allow_remote: true` allows it, and the settings know that texts leave this one."""
    made = _load(tmp_path, url="https://models.example.org/v1", allow_remote="true")
    assert (made.host, made.remote) == ("models.example.org", True)


def test_a_package_has_options_of_its_own(tmp_path):
    """What stands there is the package's business."""
    made = _load(tmp_path, kind="gliner", url=None, model=None, options="{threshold: 0.4}")
    assert (made.kind, made.options, made.live) == ("gliner", {"threshold": 0.4}, False)

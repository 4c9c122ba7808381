"""Odd input, whatever the command: an error of ours in one line, no traceback, no secret, no hang."""

import contextlib
import io
import json
import os
import signal
import sys
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.cli import context as cli_context
from annotate.cli.main import main
from annotate.studio.client import StudioClient
from annotate.studio.transport import Transport
from annotate.workflow.mirror import site as site_module
from annotate.workflow.state.init import init_workspace
from annotate.workflow.sync import status as status_module

TOKEN = "0123456789abcdefsecret0123456789abcdef00"
SECONDS = 2.0
"""Of processor time; of the clock, which others slow down, ten times as many."""

_settings = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

pytestmark = pytest.mark.slow

ODD_YAML = [
    "!!set {a, b}", "&a [*a]", "9" * 5000, "2024-02-30", "!!binary aGk=", ".nan", "-.inf",
    "{}", "[]", "''", "null", "{a: &x [1, 2], b: *x}", "\t", "'\\ud800'", '"\\ud800"',
    "!!python/object:os.system ls", "[[[[[[[[[[", "? [a]", "<<: 3", "1e999", "0o7", "'🗞' ", "~",
    "!!timestamp 2024-13-01", "'a\\0b'", '"a\\0b"', "../..", "/", "x" * 3000,
]  # fmt: skip

ODD_JSON = [
    None, True, 0, -1, 1e308, 10**400, "", " ", "\0", "\ud800", "x" * 100, [], {}, [[]], [{}],
    {"a": {}}, float("nan"), float("inf"), "2024-01-01", ["a", 1, None], "🗞", {"": ""},
]  # fmt: skip

SETTINGS = (
    "project", "label_config", "guidelines", "articles", "exports", "models", "encoding", "links",
    "aliases", "lexicons", "studio", "split", "annotators", "training", "gate", "nothing",
)  # fmt: skip

FIELDS = (
    "article_id", "text", "title", "outlet", "url", "published", "meta", "spans", "links", "labels",
    "scores", "model_version", "nothing",
)  # fmt: skip

OFFLINE = (
    ("status", "--url", "http://127.0.0.1:9"), ("exports", "list"), ("exports", "verify"),
    ("exports", "merge"), ("models", "list"), ("labels", "check", "--offline"),
    ("retrain", "--dry-run"), ("agreement",), ("show",),
)  # fmt: skip

ONLINE = (
    ("status",), ("pull",), ("push",), ("sync",), ("queue", "--dry-run"), ("labels", "check"),
    ("review", "pull"), ("review", "push"), ("purge", "--duplicates", "--dry-run"),
    ("annotators", "list"), ("restore", "--dry-run"), ("sync", "--dry-run"),
)  # fmt: skip


class _TooLong(BaseException):
    """A command took longer than a user would wait for an error."""


def _run(root, *arguments):
    """Run the command line in this process; returns exit code and all that it said."""
    said = io.StringIO()
    before = Path.cwd(), sys.argv, os.environ.copy()

    def too_long(*_):
        raise _TooLong(arguments)

    signal.signal(signal.SIGALRM, too_long)
    signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_REAL, 10 * SECONDS)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        os.chdir(root)
        os.environ["LABEL_STUDIO_API_KEY"] = TOKEN
        sys.argv = ["annotate", *arguments]
        cli_context.choose(workspace=None, debug=False)
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                main()
            except SystemExit as end:
                code = end.code or 0
            else:
                code = 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        os.chdir(before[0])
        sys.argv = before[1]
        os.environ.clear()
        os.environ.update(before[2])
    text = said.getvalue()
    assert "Traceback" not in text
    assert TOKEN not in text
    assert code in range(9) or code == 130
    return code, text


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A workspace with one article; the way to a server that is away costs no time."""
    at_once = {**Transport.__init__.__kwdefaults__, "sleep": lambda _: None}
    monkeypatch.setattr(Transport.__init__, "__kwdefaults__", at_once)
    import annotate.pipeline.prediction
    import annotate.studio.sdk_check  # noqa: F401 - loading them is not what is timed

    init_workspace(tmp_path / "ws", project="Odd")
    (tmp_path / "ws" / "articles" / "a.txt").write_text("Officials said that it may rain.")
    return tmp_path / "ws"


def _writes(value):
    """Return a JSON value as text, what JSON has no words for included."""
    return json.dumps(value, ensure_ascii=True)


@_settings
@given(
    name=st.sampled_from(SETTINGS),
    value=st.sampled_from(ODD_YAML) | st.text(max_size=30),
    command=st.sampled_from(OFFLINE),
)
def test_any_setting(root, name, value, command):
    """annotate.yaml with anything under any name."""
    config = root / "annotate.yaml"
    kept = config.read_text()
    try:
        lines = [line for line in kept.splitlines() if not line.startswith(f"{name}:")]
        text = "\n".join([*lines, f"{name}: {value}", ""])
        config.write_bytes(text.encode("utf-8", "surrogatepass"))
        _run(root, *command)
    finally:
        config.write_text(kept)


@_settings
@given(
    changes=st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(ODD_JSON), max_size=3),
    raw=st.none() | st.binary(max_size=40),
    command=st.sampled_from(["prelabel", "read", "gold", "status", "show"]),
)
def test_any_line(root, changes, raw, command):
    """A JSONL file with anything in any field, or with any bytes."""
    line = {"article_id": "x", "text": "It may rain.", "labels": ["Hedge"], "spans": [], **changes}
    path = root / "articles" / "odd.jsonl"
    path.write_bytes(_writes(line).encode() + b"\n" if raw is None else raw)
    commands = {
        "prelabel": ("prelabel", str(path), "-o", "out.jsonl"),
        "read": ("exports", "read", str(path), "--annotator", "ines", "--dry-run"),
        "gold": ("evaluate", str(path), "--gold", str(path)),
        "status": ("status", "--url", "http://127.0.0.1:9"),
        "show": ("show", str(path)),
    }
    _run(root, *commands[command])


_names = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=()), min_size=1, max_size=12
).filter(lambda name: name not in (".", "..") and len(name.encode("utf-8", "replace")) < 200)


@_settings
@given(name=_names, suffix=st.sampled_from([".txt", ".jsonl", ".md", ".marked", ".html", ""]))
def test_any_file_name(root, name, suffix):
    """Articles may be called anything that the file system takes."""
    directory = root / "articles"
    for path in directory.iterdir():
        path.unlink()
    try:
        path = directory / f"{name}{suffix}"
        path.write_bytes(b"Officials said that it may rain.")
    except (OSError, UnicodeEncodeError):
        return
    _run(root, "status", "--url", "http://127.0.0.1:9", "--json")
    _run(root, "prelabel", "articles", "-o", "out.jsonl")


@_settings
@given(
    command=st.sampled_from(
        [
            ("exports", "show"), ("exports", "diff"), ("models", "show"), ("models", "use"), ("models", "add"), ("show",),
            ("prelabel", "-o", "out.jsonl"), ("evaluate", "--gold"), ("exports", "write"),
            ("labels", "rename", "--offline", "Claim"), ("status", "--url"), ("init",),
            ("-C", "status", "exports"), ("prelabel", "a.txt", "-o", "o", "--encoding"),
            ("prelabel", "a.txt", "-o", "o", "--model"),
        ]
    ),
    argument=st.text(st.characters(exclude_characters="\0", exclude_categories=()), max_size=20)
    | st.sampled_from(["undefined", "http://a:b@c:d", "http://[::1", "ftp://x", "--", "-", "*", "["]),
)  # fmt: skip
def test_any_argument(root, command, argument):
    """Versions, models, files, labels, addresses and encodings of any name."""
    if command == ("init",) and not argument.strip("./ "):
        return
    with contextlib.suppress(UnicodeEncodeError):
        os.fsencode(argument)
        _run(root, *command, argument)


_json = st.recursive(
    st.sampled_from([v for v in ODD_JSON if v == v and v not in (float("inf"), 10**400)]),  # noqa: PLR0124
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "results", "count", "next", "title", "tasks", "email", "created_at"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)


@_settings
@given(
    command=st.sampled_from(ONLINE),
    answers=st.lists(
        st.tuples(st.sampled_from([200, 200, 200, 201, 204, 301, 400, 401, 404, 500]), _json | st.binary()),
        min_size=1, max_size=4,
    ),
)  # fmt: skip
def test_any_answer_of_a_server(root, command, answers):
    """Whatever answers under the address, however late in the conversation."""
    left = list(answers)

    def answer(request):
        status, body = left.pop(0) if len(left) > 1 else left[0]
        content = body if isinstance(body, bytes) else _writes(body).encode()
        return httpx.Response(status, content=content, headers={"x-token": TOKEN})

    def connect(workspace, *, url=None):
        client = StudioClient(
            "http://odd.test", TOKEN, transport=httpx.MockTransport(answer), sleep=lambda _: None
        )
        client.users()
        return client

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_module, "connect", connect)
        patch.setattr(status_module, "connect", connect)
        _run(root, *command)

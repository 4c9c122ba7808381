"""Secrets stay in, strangers stay out, and a disk that fails leaves everything whole."""

import codecs
import multiprocessing
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from proxy import faulty_proxy

from annotate.errors import StudioUnreachableError
from annotate.exports.store import ExportStore
from annotate.studio.client import StudioClient
from annotate.studio.simulated import annotate_from_gold

pytestmark = pytest.mark.server

NOBODY = 65534


def test_the_token_is_nowhere_to_be_seen(site):
    """Not in output, tracebacks, files or the process list, whatever goes wrong."""
    token = site.environment["LABEL_STUDIO_API_KEY"]
    site.add("a.txt", "Officials said it may rain.")
    said = [site.run("sync"), site.run("pull"), site.run("status")]
    said.append(site.run("labels", "check"))
    assert [run.returncode for run in said] == [0, 0, 0, 0]
    with faulty_proxy(site.client.url) as proxy:
        proxy.decide = lambda method, path: "500 before" if "users" in path else None
        said.append(site.run("--debug", "push", "--url", proxy.url))
        assert "Traceback" in said[-1].stderr
    site.environment["LABEL_STUDIO_API_KEY"] = token[:-1] + "x"
    said.append(site.run("--debug", "pull"))
    assert "Traceback" in said[-1].stderr
    for run in said:
        assert token[:-1] not in run.stdout + run.stderr
    for path in site.root.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path
    for path in (site.workspace.state / "server.sqlite3", site.workspace.state / "pseudonym.key"):
        assert path.stat().st_mode & 0o077 == 0, path


@contextmanager
def _https(directory):
    """Serve over TLS with a certificate that nobody vouches for."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", directory / "key.pem", "-out", directory / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "cert.pem", directory / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    """The token is not sent to whoever answers."""
    with _https(tmp_path) as (url, asked):
        client = StudioClient(url, "0" * 40)
        with pytest.raises(StudioUnreachableError, match=r"(?i)certificate"):
            client.users()
        client.close()
    assert asked == []


@contextmanager
def _small_disk(path, size):
    """Mount a tmpfs of `size` over a directory; where that is not allowed, limit file sizes."""
    path.mkdir(parents=True, exist_ok=True)
    mounted = shutil.which("mount") is not None and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path],
            capture_output=True, check=False,
        ).returncode
        == 0
    )  # fmt: skip
    prefix = [] if mounted else ["prlimit", f"--fsize={size.removesuffix('k')}000"]
    try:
        yield prefix
    finally:
        if mounted:
            subprocess.run(["umount", path], check=True, capture_output=True)


def _worked(site):
    gold = site.add_samples(12)
    pushed = site.push()
    annotate_from_gold(site.client, pushed.project_id, site.scheme, gold)


def test_a_full_disk_leaves_nothing_half_written(site):
    """The pull fails by name; with room again, the next one brings everything."""
    _worked(site)
    exports = site.workspace.exports
    with _small_disk(exports, "16k") as prefix:
        failed = subprocess.run(
            [*prefix, sys.executable, "-m", "annotate", "pull"],
            cwd=site.root, env=site.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert failed.returncode == 1
        assert "space" in failed.stderr or "large" in failed.stderr
        store = ExportStore(exports)
        assert store.versions() == []
        assert store.verify() == []
        assert not [path for path in exports.rglob("*") if path.name.endswith(".tmp")]
    assert site.pull().version.counts["annotations"] == 12


def test_a_full_disk_under_the_workspaces_own_files(site):
    """Where not even the journal can be written, nothing is sent."""
    site.add_samples(12)
    with _small_disk(site.workspace.state, "64k") as prefix:
        failed = subprocess.run(
            [*prefix, sys.executable, "-m", "annotate", "push"],
            cwd=site.root, env=site.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert failed.returncode != 0
        assert "Error:" in failed.stderr
        assert "Traceback" not in failed.stderr
    assert site.project() is None or site.raw_tasks() == []
    assert site.push().pushed == 12


def _as_nobody(root, arguments, environment, report):
    """Run a command in this (forked) process as a user without rights."""
    from annotate.cli.main import main

    for encoding in ("ascii", "latin-1", "idna"):
        codecs.lookup(encoding)  # their modules may not be readable afterwards
    sys.stderr = report.open("w", buffering=1)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    os.chdir(root)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["annotate", *arguments]
    main()


def test_exports_that_cannot_be_written_are_told(site):
    """A directory without write permission fails the pull by name and stays as it is."""
    import annotate.cli.main  # noqa: F401 - a user without rights may not be able to read it

    _worked(site)
    first, *_ = site.raw_tasks()
    site.pull()
    site.client.set_annotation_result(first["annotations"][0]["id"], [])
    exports = site.workspace.exports
    before = sorted(exports.rglob("*"))
    arguments = (site.root, ["pull"], site.environment)
    if os.geteuid() == 0:
        with tempfile.TemporaryDirectory() as name:
            report = Path(name) / "stderr"
            report.touch()
            for path in (*site.root.parents, Path(name)):
                if path != Path(path.anchor):
                    path.chmod(path.stat().st_mode | 0o011)
            report.chmod(0o666)
            for path in (site.root, *site.root.rglob("*")):
                if not path.is_relative_to(exports):
                    os.chown(path, NOBODY, NOBODY)
            child = multiprocessing.get_context("fork").Process(
                target=_as_nobody, args=(*arguments, report)
            )
            with site.left_alone():
                child.start()
                child.join()
            code, said = child.exitcode, report.read_text()
    else:
        for path in (exports, exports / "parts", exports / "versions"):
            path.chmod(0o555)
        run = site.run("pull")
        code, said = run.returncode, run.stderr
        for path in (exports, exports / "parts", exports / "versions"):
            path.chmod(0o755)
    assert (code, "Permission denied" in said) == (1, True), said
    assert str(exports) in said
    assert sorted(exports.rglob("*")) == before
    assert site.pull().version is not None

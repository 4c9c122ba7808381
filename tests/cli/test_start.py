import os
import subprocess
import sys

import pytest

from annotate import __version__


def _modules(code):
    script = f"import sys\n{code}\nprint(*sorted(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(found.stdout.split())


def test_help_pays_for_nothing_heavy():
    """Showing the help of every command loads neither spaCy nor the SDK nor pandas."""
    loaded = _modules(
        "import contextlib, io\n"
        "sys.argv = ['annotate', '--help']\n"
        "from annotate.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main()"
    )
    assert "annotate.cli.commands.training" in loaded
    heavy = {"spacy", "thinc", "label_studio_sdk", "pandas", "numpy", "httpx", "pydantic", "yaml"}
    assert not heavy & loaded


@pytest.mark.parametrize(("before", "after"), [(None, "1"), ("4", "4")])
def test_numpy_works_in_one_thread_unless_told_otherwise(monkeypatch, before, after):
    """The command line sets the number of threads before NumPy is loaded, if nobody else has."""
    from annotate.cli.main import main

    monkeypatch.setattr(sys, "argv", ["annotate", "--version"])
    monkeypatch.setenv("OMP_NUM_THREADS", before or "")
    if before is None:
        monkeypatch.delenv("OMP_NUM_THREADS")
    with pytest.raises(SystemExit):
        main()
    assert os.environ["OMP_NUM_THREADS"] == after


def test_records_know_no_library():
    """The narrow waist can be used without paying for anything."""
    loaded = _modules("import annotate.records, annotate.labels, annotate.quality.splits")
    assert not {"spacy", "label_studio_sdk", "yaml", "typer"} & loaded


@pytest.mark.parametrize(
    "command",
    [
        ("init",), ("prelabel",), ("push",), ("pull",), ("sync",), ("retrain",), ("evaluate",), ("curve",), ("show",), ("serve",), ("demo",),
        ("studio", "start"), ("studio", "stop"), ("studio", "status"), ("studio", "open"),
        ("exports", "list"), ("exports", "show"), ("exports", "diff"), ("exports", "verify"), ("exports", "read"),
        ("models", "list"), ("models", "show"), ("models", "use"), ("models", "add"),
    ],
)  # fmt: skip
def test_every_command_shows_an_example(command):
    """The help of every command ends with an example of that command."""
    from annotate.cli.main import app

    found = app
    for name in command[:-1]:
        found = next(g.typer_instance for g in found.registered_groups if g.name == name)
    info = next(
        c for c in found.registered_commands if (c.name or c.callback.__name__) == command[-1]
    )
    assert f"Example: annotate {' '.join(command)}" in info.callback.__doc__


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("exports", "read", "x", "--corpus", "a", "--corpus=b"), "--corpus is given 2 times"),
        (("-C", "a", "--workspace", "b", "models", "list"), "--workspace is given 2 times"),
        (("curve", "--size", "3", "--size", "4", "--seeds", "1", "--seeds", "2"), "--seeds"),
    ],
)
def test_an_option_that_takes_one_value_is_not_given_twice(monkeypatch, capsys, given, said):
    """The last one would count and the others be ignored; what may be repeated is no error."""
    from annotate.cli.main import main

    monkeypatch.setattr(sys, "argv", ["annotate", *given])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr().err
    assert (end.value.code, said in told, "--size" in told) == (2, True, False)


@pytest.mark.slow
def test_the_version_is_told(run):
    """--version prints the version and ends well."""
    result = run("--version")
    assert (result.returncode, result.stdout) == (0, f"annotate {__version__}\n")


@pytest.mark.slow
def test_a_stranger_of_the_same_name_is_told(run, tmp_path):
    """On standard error, before whatever the command does; the command goes on."""
    info = tmp_path / "annotate-1.2.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: annotate\nVersion: 1.2.3\n")
    done = run("models", "list", "--help", PYTHONPATH=str(tmp_path))
    assert done.returncode == 0
    assert done.stderr.startswith("Warning: the distribution 'annotate' 1.2.3 is installed beside")

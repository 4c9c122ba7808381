"""Rules of the house that no linter knows."""

import ast
from itertools import pairwise
from pathlib import Path

import annotate

HOUSE = Path(annotate.__file__).parent
FILES = sorted(path for path in HOUSE.rglob("*.py"))
ABOVE_STUDIO = [
    path
    for path in FILES
    if path.relative_to(HOUSE).parts[0] in ("workflow", "cli", "pages", "quality", "exports")
]

LONG: dict[str, str] = {}
"""Modules that may have more than 300 lines, with the reason."""

RAW = {
    *("request", "task", "tasks_by_id", "outlines", "import_tasks", "import_predictions"),
    *("set_task", "set_annotation_result", "set_prediction_result", "annotate"),
}
"""Methods of the client that take or give the server's own JSON."""


def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path):
    return path.relative_to(HOUSE).as_posix()


def test_no_module_is_long():
    """Nobody has to read more than 300 lines to know what a module does."""
    long = {_name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in FILES}
    assert {name: lines for name, lines in long.items() if lines > 300 and name not in LONG} == {}


def test_only_the_public_face_lists_its_names():
    """A leading underscore says elsewhere what is nobody else's business."""
    listing = [_name(path) for path in FILES if "__all__" in path.read_text(encoding="utf-8")]
    assert [name for name in listing if not name.endswith("__init__.py")] == []


def test_what_belongs_together_does_not_travel_apart():
    """No function takes two of workspace, scheme and client: that is what a context is for."""
    apart = []
    for path in FILES:
        if path.relative_to(HOUSE).parts[0] not in ("workflow", "cli", "pages"):
            continue
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef) and node.name != "__init__":
                names = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
                if len(names & {"workspace", "scheme", "client", "mirror"}) > 1:
                    apart.append(f"{_name(path)}: {node.name}")
    assert apart == ["workflow/mirror/site.py: open_site"]  # where they are put together


def test_label_studio_is_known_in_one_room():
    """No other room writes its paths or addresses, or handles the JSON of its tasks."""
    found = []
    for path in ABOVE_STUDIO:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value.startswith(("api/", "/api/")) or "/projects/" in node.value:
                    found.append(f"{_name(path)}:{node.lineno}: {node.value}")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value)
                if owner.endswith("client") and node.func.attr in RAW:
                    found.append(f"{_name(path)}:{node.lineno}: {owner}.{node.func.attr}")
    assert found == []


def test_each_table_of_the_mirror_has_one_owner():
    """A table is named in the SQL of one module alone, and no condition comes from outside."""
    tables = {
        "tasks": "tasks",
        "unread": "unread",
        "listed": "unread",
        "pending": "pending",
        "batches": "journal",
        "batch_articles": "journal",
        "batch_tasks": "journal",
        "shown": "shown",
        "servers": "progress",
    }
    strangers = []
    for path in (HOUSE / "workflow").rglob("*.py"):
        for node in ast.walk(_tree(path)):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            words = node.value.replace("(", " ").split()
            if not {"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE"} & set(words):
                continue
            for table, owner in tables.items():
                after = {
                    b for a, b in pairwise(words)
                    if a in ("FROM", "INTO", "UPDATE", "JOIN")
                }  # fmt: skip
                if table in after and path.stem != owner:
                    strangers.append(f"{_name(path)}:{node.lineno}: {table}")
    assert strangers == []

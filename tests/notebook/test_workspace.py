import shutil

import pytest
from gold import adopt_jsonl

import annotate
from annotate.errors import (
    LabelConfigError,
    UnknownExportError,
    UnknownModelError,
    UsageError,
    WorkspaceError,
)
from annotate.exports.lines import ExportedArticle
from annotate.workflow.state.context import Context
from annotate.workflow.state.lock import locked
from annotate.workspace import load_workspace


def snapshot(root):
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in sorted(root.rglob("*"))
    }


@pytest.fixture(scope="module")
def twice(project, tmp_path_factory):
    """The project's article annotated by a second person, too."""
    root = tmp_path_factory.mktemp("twice") / "my-project"
    shutil.copytree(project, root)
    gold = root / "second.jsonl"
    gold.write_text((root / "gold.jsonl").read_text().replace('"Source"', '"Hedge"'))
    adopt_jsonl(Context.at(root), gold, annotator="olu@example.org")
    return root


def test_reading_leaves_no_trace(project):
    """Articles, versions, tables, Docs and predictions change nothing and need no lock."""
    before = snapshot(project)
    workspace = annotate.open_workspace(project)
    version = workspace.version()
    assert workspace.articles() == version.articles()
    assert len(version.table()) == len(version.docs()[0].spans["sc"]) == 2
    assert annotate.evaluate(version.gold(), workspace.prelabel()).macro["exact"] > 0
    assert snapshot(project) == before


def test_a_workspace_at_work_can_be_read(twice):
    """Another run's lock does not keep a reader out."""
    with locked(load_workspace(twice, {})):
        assert annotate.open_workspace(twice).version().number == 2


def test_a_workspace_is_found_from_within(project, monkeypatch):
    """Without a directory the nearest annotate.yaml counts; a named one is not searched for."""
    monkeypatch.chdir(project / "articles")
    workspace = annotate.open_workspace()
    assert workspace.root == project
    assert repr(workspace) == f"<OpenWorkspace 'my project' in {project}>"
    with pytest.raises(WorkspaceError) as caught:
        annotate.open_workspace("nosuch")
    assert "annotate init" in caught.value.hint


def test_labels_that_cannot_be_are_said_at_once(tmp_path):
    """A workspace without its labelling config does not open."""
    (tmp_path / "annotate.yaml").write_text("project: Test\n")
    with pytest.raises(LabelConfigError, match="cannot be read"):
        annotate.open_workspace(tmp_path)


def test_versions_are_found_by_number_and_name(twice):
    """The latest by default; an unknown one lists what there is."""
    workspace = annotate.open_workspace(twice)
    first, second = workspace.versions()
    assert workspace.version(1).id == workspace.version(first.name).id == first.id
    assert workspace.version().id == second.id
    assert (second.counts["annotations"], first.counts["annotations"]) == (2, 1)
    assert second.created_at >= first.created_at
    with pytest.raises(UnknownExportError, match="'9'"):
        workspace.version(9)


def test_gold_is_one_annotation_an_article(twice):
    """Tables and Docs count an article once, unless everybody's work is asked for."""
    version = annotate.open_workspace(twice).version()
    ((article, gold),) = version.gold()
    assert gold in version.annotations()
    assert len(version.annotations()) == 2
    assert isinstance(version.lines[0], ExportedArticle)
    split = version.lines[0].split
    assert version.gold(split=split) == [(article, gold)]
    assert version.gold(split="none") == []
    rows = version.table()
    assert {row["annotation_id"] for row in rows} == {gold.annotation_id}
    assert {(row["group"], row["split"]) for row in rows} == {(article.article_id, split)}
    assert len(version.table(annotations="all")) == 4
    assert len(version.docs(annotations="all")) == 2
    with pytest.raises(UsageError, match="expected 'gold' or 'all'"):
        version.table(annotations="both")


def test_a_model_of_the_workspace_prelabels(project, texts):
    """The model in use by default; a name that is none is an error."""
    workspace = annotate.open_workspace(project)
    assert len(workspace.prelabel(texts)) == 2
    assert workspace.prelabel().model_version.startswith("rules-")
    with pytest.raises(UnknownModelError, match="there are: rules"):
        workspace.prelabel(texts, model="nosuch")

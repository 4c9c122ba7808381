import pytest

from annotate.errors import LabelConfigError, WorkspaceError
from annotate.files import slug
from annotate.workflow.state.init import init_workspace
from annotate.workspace import find_workspace, load_workspace


def _write(tmp_path, text):
    (tmp_path / "annotate.yaml").write_text(text)
    return tmp_path


def test_an_unknown_key_is_refused_with_line_and_choices(tmp_path):
    """A typing error in annotate.yaml names file, line and the keys that exist."""
    _write(tmp_path, "project: News\ngate:\n  margn: 0.1\n")
    with pytest.raises(WorkspaceError, match=r"annotate\.yaml:3: unknown key 'margn'.*margin"):
        load_workspace(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("project: [\n", ":2: not YAML|not YAML"),
        ("- a\n", "expected keys"),
        ("project: xy\n", ":1: project: "),
        ("split:\n  dev: 0.6\n  test: 0.5\n", "leave nothing for training"),
        ("training:\n  epochs: many\n", ":2: training.epochs"),
        ("adjudication: []\n", ":1: adjudication: .*no rule; there are ground_truth"),
        ("adjudication: [majority, majority]\n", "a rule stands twice"),
        ("adjudication: [latest, majority]\n", "latest always decides"),
    ],
)
def test_bad_settings_are_refused_with_their_place(tmp_path, text, said):
    """Values that cannot be are refused with file, line and reason."""
    with pytest.raises(WorkspaceError, match=said):
        load_workspace(_write(tmp_path, text), {})


def test_the_environment_wins_over_the_file(tmp_path):
    """Precedence is environment before file."""
    _write(tmp_path, "project: From file\nstudio:\n  url: http://file\n")
    workspace = load_workspace(
        tmp_path, {"ANNOTATE_PROJECT": "From outside", "ANNOTATE_STUDIO_URL": "http://outside"}
    )
    assert workspace.settings.project == "From outside"
    assert workspace.settings.studio.url == "http://outside"


def test_a_workspace_is_found_from_below(workspace):
    """Any directory inside a workspace leads to it; outside, the next step is named."""
    below = workspace.root / "articles" / "deep"
    below.mkdir()
    assert find_workspace(below, {}).root == workspace.root
    with pytest.raises(WorkspaceError) as caught:
        find_workspace(workspace.root.parent, {})
    assert "annotate init" in (caught.value.hint or "")


def test_init_writes_a_workspace_once(tmp_path):
    """A second init changes nothing, and never a file that somebody edited."""
    written = init_workspace(tmp_path / "ws")
    assert tmp_path / "ws" / "annotate.yaml" in written
    (tmp_path / "ws" / "annotate.yaml").write_text("project: Mine\n")
    assert init_workspace(tmp_path / "ws") == []
    assert load_workspace(tmp_path / "ws", {}).settings.project == "Mine"


def test_the_scheme_of_a_new_workspace_knows_its_link_ends(workspace):
    """The shipped settings join claim to source and hedge to claim."""
    assert workspace.scheme().name_link("Hedge", "Claim") == "hedges"
    assert "Claim" in (workspace.guidelines() or "")


def test_a_missing_labelling_config_is_named(workspace):
    """A file that annotate.yaml names and that is not there is an error with both names."""
    (workspace.root / "label_configs" / "claims.xml").unlink()
    with pytest.raises(LabelConfigError, match=r"claims\.xml: cannot be read") as caught:
        workspace.scheme()
    assert "label_config" in (caught.value.hint or "")


@pytest.mark.parametrize("name", ["../../etc", "a/b", "..", "C:\\x", "Ünïcode"])
def test_a_project_name_cannot_leave_its_directory(name):
    """Any project title becomes one plain directory name."""
    assert "/" not in slug(name)
    assert "\\" not in slug(name)
    assert slug(name) not in ("", ".", "..")


def test_titles_in_other_scripts_have_directories_of_their_own():
    """What is lost of a title is told apart by its hash; plain titles are as they read."""
    assert slug("News claims") == "news-claims"
    names = {slug(title) for title in ("Новости", "ニュース", "Zürich", "Zurich", "!", "?")}
    assert len(names) == 6
    assert slug("Zürich").startswith("z-rich-")
    assert slug("Новости").startswith("project-")

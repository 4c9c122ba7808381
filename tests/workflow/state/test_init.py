import pytest

from annotate.errors import UsageError
from annotate.pipeline.prediction import load_rules
from annotate.records import Article
from annotate.studio.instructions import instruction_html
from annotate.studio.tasks import check_prediction
from annotate.workflow.state.init import LABEL_CONFIGS, init_workspace, label_config_template
from annotate.workspace import load_workspace

ARTICLE = Article(article_id="a", text='"The bridge may close," officials said on Friday.')


@pytest.mark.parametrize("name", LABEL_CONFIGS)
def test_every_shipped_config_is_served_and_prelabelled(name, tmp_path):
    """Its links join its labels, its guidelines are shown, and the rules give all its labels."""
    init_workspace(tmp_path / "ws", label_config=name)
    workspace = load_workspace(tmp_path / "ws", {})
    scheme = workspace.scheme()
    assert set(scheme.link_ends) == set(scheme.link_labels)
    assert all(label in (workspace.guidelines() or "") for label in scheme.span_labels)
    assert instruction_html(workspace.guidelines())
    (prediction,) = load_rules(scheme, "rules-1").predict([ARTICLE])
    check_prediction(ARTICLE, prediction, scheme)
    assert {span.label for span in prediction.spans} == set(scheme.span_labels)
    assert {link.label for link in prediction.links} == set(scheme.link_labels)


def test_the_minimal_config_has_three_labels_and_nothing_else(tmp_path):
    """No choices, no relations."""
    init_workspace(tmp_path / "ws", label_config="minimal")
    scheme = load_workspace(tmp_path / "ws", {}).scheme()
    assert scheme.all_names == scheme.span_labels == ("Claim", "Source", "Hedge")


def test_a_new_workspace_infers_links_and_an_older_one_does_not(tmp_path):
    """`annotate init` writes the setting; where the key is missing, nothing is inferred."""
    init_workspace(tmp_path / "ws")
    assert load_workspace(tmp_path / "ws", {}).settings.infer_links
    config = tmp_path / "ws" / "annotate.yaml"
    config.write_text(config.read_text().replace("infer_links: true\n", ""))
    assert not load_workspace(tmp_path / "ws", {}).settings.infer_links


def test_a_config_that_is_not_shipped_is_told(tmp_path):
    """The names of those that are stand in the sentence, and nothing is written."""
    with pytest.raises(UsageError, match="there are: claims, parc, minimal"):
        init_workspace(tmp_path / "ws", label_config="conll")
    assert not (tmp_path / "ws").exists()


@pytest.mark.parametrize("name", ["parc", "minimal"])
def test_the_shipped_pages_look_alike(name):
    """What a style says without naming a label stands in claims too, and nothing of that is missing.

    Where there are no links there is nothing to say of them.
    """

    def rules(of, *, but):
        style = label_config_template(LABEL_CONFIGS[of].xml).split("Style>")[1]
        assert ">" not in style.replace("</", "")  # Label Studio makes it &gt;: no rule
        return {line for line in style.splitlines() if not any(word in line for word in but)}

    labels = ("--nv-", "data-label", "nth-child", "lsf-choice")
    links = () if name == "parc" else ("relations",)
    shared = rules(name, but=labels)
    assert len(shared) > 10
    assert shared == rules("claims", but=(*labels, *links))

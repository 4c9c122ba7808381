"""`annotate init` for labels of one's own: from a file, or from names."""

import pytest

from annotate.errors import LabelConfigError, UsageError
from annotate.studio.instructions import instruction_html
from annotate.workflow.state.context import Context
from annotate.workflow.state.init import init_workspace
from annotate.workspace import load_workspace

CONFIG = (
    '<View><Text name="doc" value="$body"/><Labels name="ner" toName="doc">'
    '<Label value="PERSON" background="red"/><Label value="MONEY"/></Labels>{}</View>'
)
ROLE = (
    '<Choices name="role" toName="doc" perRegion="true" whenLabelValue="PERSON">'
    '<Choice value="giver"/><Choice value="taker"/></Choices>'
)
CLAIMS = ("claim", "hedge", "source", "attribut")


def _made(tmp_path, wanted):
    written = init_workspace(tmp_path / "ws", label_config=wanted)
    return written, load_workspace(tmp_path / "ws", {})


def test_names_are_enough(tmp_path):
    """Labels, a page, guidelines with a section each; no file says a word of claims."""
    written, workspace = _made(tmp_path, "PERSON, MONEY")
    scheme = workspace.scheme()
    assert (scheme.span_labels, scheme.choices, scheme.link_labels) == (("PERSON", "MONEY"), (), ())
    assert (workspace.settings.links, workspace.settings.infer_links) == ({}, False)
    assert "## PERSON\n\nTo fill in" in workspace.guidelines()
    assert instruction_html(workspace.guidelines())
    assert len(written) == 6
    for path in written:
        assert not [word for word in CLAIMS if word in path.read_text().lower()], path
    assert "weights: {PERSON: 1, MONEY: 1}" in (workspace.root / "annotate.yaml").read_text()


def test_a_config_of_ones_own_keeps_its_names_choices_and_links(tmp_path):
    """What is not modelled is told by name; which labels a link joins is left to fill in."""
    xml = tmp_path / "money talks.xml"
    rest = '<Relations><Relation value="pays"/></Relations><TextArea name="note" toName="doc"/>'
    whole = '<Choices name="topic" toName="doc"><Choice value="x"/></Choices>'
    xml.write_text(CONFIG.format(ROLE + rest + whole))
    written, workspace = _made(tmp_path, str(xml))
    scheme = workspace.scheme()
    assert (scheme.from_name, scheme.to_name, scheme.text_key) == ("ner", "doc", "body")
    assert [(c.name, c.labels, c.options) for c in scheme.choices] == [
        ("role", ("PERSON",), ("giver", "taker"))
    ]
    assert scheme.link_labels == ("pays",)
    assert workspace.settings.links == {}
    assert "#   pays: [HEAD, TAIL]" in (workspace.root / "annotate.yaml").read_text()
    assert workspace.settings.label_config == "label_configs/money-talks.xml"
    assert [note.partition(" is left out")[0] for note in written.notes] == [
        '<TextArea name="note">',
        '<Choices name="topic">',
    ]
    assert "## role" in workspace.guidelines()
    assert "*pays*" in workspace.guidelines()


def test_links_whose_ends_are_known_are_written(tmp_path):
    """A kind of link of a shipped config, with both of its labels, is inferred as there."""
    relations = '<Relations><Relation value="cued_by"/><Relation value="near"/></Relations>'
    xml = tmp_path / "own.xml"
    xml.write_text(CONFIG.format(relations).replace("PERSON", "Content").replace("MONEY", "Cue"))
    _, workspace = _made(tmp_path, str(xml))
    assert workspace.settings.links == {"cued_by": ["Content", "Cue"]}
    assert workspace.settings.infer_links


def test_nothing_is_overwritten(tmp_path):
    """A page and guidelines that are there stay as they are."""
    page = tmp_path / "ws" / "label_configs" / "labels.xml"
    page.parent.mkdir(parents=True)
    page.write_text(CONFIG.format(""))
    written, workspace = _made(tmp_path, "PERSON,MONEY")
    assert page not in written
    assert workspace.scheme().from_name == "ner"
    assert init_workspace(tmp_path / "ws", label_config="PERSON,MONEY") == []


@pytest.mark.parametrize(
    ("wanted", "error", "said"),
    [
        ("conll", UsageError, "there are: claims, parc, minimal"),
        ("gone.xml", LabelConfigError, "gone.xml: cannot be read"),
        ("A,A", LabelConfigError, "stands twice"),
        (",", LabelConfigError, "holds no <Label>"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(tmp_path, wanted, error, said):
    """The sentence names the thing."""
    with pytest.raises(error, match=said):
        _made(tmp_path, wanted)
    assert not (tmp_path / "ws").exists()


def test_more_labels_than_colours_are_told(tmp_path):
    """They are drawn; colours and lines come again."""
    written, workspace = _made(tmp_path, ",".join(f"L{number}" for number in range(14)))
    assert len(workspace.scheme().span_labels) == 14
    assert written.notes == ("14 labels: after the 12th, colours and lines come again",)


def test_a_label_with_a_comma_and_choices_is_refused(tmp_path):
    """The page could not say for which labels a choice is."""
    xml = tmp_path / "own.xml"
    xml.write_text(CONFIG.format(ROLE).replace("MONEY", "MONEY, cash"))
    with pytest.raises(LabelConfigError, match="has a comma"):
        _made(tmp_path, str(xml))


def test_no_model_is_in_use_where_the_rules_know_no_label(tmp_path):
    """One known label, by its name or its former one, is enough for the rules."""
    _, workspace = _made(tmp_path, "PERSON,MONEY")
    assert Context(workspace).models.in_use().unknown == ("PERSON", "MONEY")
    config = workspace.root / "annotate.yaml"
    config.write_text(config.read_text() + "aliases: {Source: PERSON}\n")
    assert Context(load_workspace(workspace.root, {})).models.in_use().version.startswith("rules-")

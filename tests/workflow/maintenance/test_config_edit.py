import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import LabelConfigError, WorkspaceError
from annotate.labels import parse_label_config
from annotate.workflow.maintenance.config_edit import (
    rename_in_config,
    rename_in_settings,
    with_both_labels,
)
from annotate.workflow.state.init import label_config_template

XML = label_config_template("claims.xml")
NAMES = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Cn", "Co"), blacklist_characters=","),
    min_size=1,
    max_size=20,
).filter(lambda name: name.strip() == name and name not in ("Claim", "Source", "Hedge"))


@given(NAMES)
def test_a_renamed_config_differs_in_that_name_alone(new):
    """Any name that XML can hold takes the old one's place, in conditions too; and back again."""
    before = parse_label_config(XML)
    renamed = rename_in_config(XML, "Source", new)
    after = parse_label_config(renamed)
    assert after.span_labels == ("Claim", new, "Hedge")
    assert after.choices[0].labels == (new,)
    assert after.choices[0].options == before.choices[0].options
    assert parse_label_config(rename_in_config(renamed, new, "Source")) == before


@given(NAMES)
def test_during_a_change_the_config_has_both_names(new):
    """The new label stands beside the old one, without its hotkey."""
    both = parse_label_config(with_both_labels(XML, "Hedge", new))
    assert both.span_labels == ("Claim", "Source", "Hedge", new)


def test_a_label_that_is_not_there_once_is_told():
    """Nothing is guessed."""
    with pytest.raises(LabelConfigError, match="0 <Label> elements have the value 'Doubt'"):
        rename_in_config(XML, "Doubt", "Hedge")


@pytest.mark.parametrize(
    "aliases",
    ["", "aliases: {}\n", "aliases: {Old: Hedge}\n", "aliases:\n  Old: Hedge\n  Other: Claim\n"],
)
def test_settings_keep_their_comments(aliases):
    """Links, weights and aliases follow the new name; titles and everything else stay."""
    text = (
        "# mine\nproject: Hedge\nlinks:\n  hedges: [Hedge, Claim]  # which is which\n"
        f"{aliases}gate: {{weights: {{Hedge: 2}}}}\n"
    )
    renamed = rename_in_settings(text, "Hedge", "Doubt: really")
    value = yaml.safe_load(renamed)
    assert value["project"] == "Hedge"
    assert value["links"] == {"hedges": ["Doubt: really", "Claim"]}
    assert value["gate"] == {"weights": {"Doubt: really": 2}}
    assert value["aliases"]["Hedge"] == "Doubt: really"
    if "Old" in aliases:
        assert value["aliases"]["Old"] == "Doubt: really"
    assert "# mine" in renamed
    assert "# which is which" in renamed


HEADS = ("", "# Claim is a label\n\n\n", "%YAML 1.1\n---\n", "---\n", "\ufeff")
OTHERS = (
    "project : Claim news  # Claim\n",
    "project:     'Claim'\n",
    "project: one\n  two\n  three\n",
    "split:   { test: 0.10 , dev: 1e-1 }\n",
    "articles:\n- a\n-   'b'\n",
    'label_config: "x\\u00e9" \n\n\n\n',
    "notes: >\n  Claim\n  Claim\n\nmore: |-\n    x\n",
    "empty: ~\nfull: {}\nlist: [ ]\nyes: True\n",
    "emoji: 👩‍👩‍👧 é   # é\n",
)
LINKS = (
    "",
    "links:\n  a: [@, Source]  # who\n",
    "links:\n    a:\n        - @\n        - Source\n",
    "links:\n  a:\n  -   @ # Claim\n  - Source\n",
    "links: {a: [@,Source] , b: [ Source, @ ]}\n",
    "links: {\n  a: [@, Source],  # x\n   b: [@, @],\n}\n",
    "links :   # odd\n\n  # Claim\n  a: [@, Source]\n\n",
    "links:\n  a: &both [@, Source]\n  b: *both\n",
    "links:\n  a: [&x @, Source]\n  b: [*x, Source]\n",
    "links:\n  a: [!!str @, &y !!str @]\n",
    '"links": {"Claim": [@, \'Source\']}\n',
    "links:\n  ? a\n  : [@, Source]\n",
)
GATES = (
    "",
    "gate: {weights: {@: 2, Source: 1}}\n",
    "gate:\n   margin: 0.020\n   weights:\n      @ : 2   # twice\n      Source: 1\n",
    "gate:\n  weights: { @: 2 }\n# Claim\n",
)
WRITTEN = ("Claim", "'Claim'", '"Claim"', '"\\u0043laim"')


@given(
    head=st.sampled_from(HEADS),
    parts=st.lists(st.sampled_from(OTHERS), max_size=3, unique_by=lambda part: part[:5]),
    links=st.sampled_from(LINKS),
    gate=st.sampled_from(GATES),
    written=st.sampled_from(WRITTEN),
    new=NAMES,
)
def test_odd_settings_change_in_the_label_alone(head, parts, links, gate, written, new):
    """Comments, spacing, quotes, flow style and anchors stay to the character."""
    form = head + "".join([*parts[:1], links, *parts[1:2], gate, *parts[2:]])
    if form.strip(" \n\ufeff-") in {"", "# Claim is a label", "%YAML 1.1"}:
        form += "project: x\n"
    renamed = rename_in_settings(form.replace("@", written), "Claim", new)
    begins = form.replace("@", json.dumps(new, ensure_ascii=False)).rstrip("\n")
    assert renamed.startswith(begins)
    added = renamed.removeprefix(begins)
    assert added.startswith("\n\n# A label was renamed")
    assert yaml.safe_load(renamed)["aliases"] == {"Claim": new}


@pytest.mark.parametrize("text", ["{project: x}\n", "project: x\n...\n"])
def test_settings_that_cannot_be_changed_safely_are_left_alone(text):
    """Where the result would not say what it should, the error tells what to write by hand."""
    with pytest.raises(WorkspaceError, match="cannot be changed safely") as caught:
        rename_in_settings(text, "Claim", "Assertion")
    assert '"Claim": "Assertion"' in caught.value.hint

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import LabelConfigError
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

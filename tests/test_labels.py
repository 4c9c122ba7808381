import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import LabelConfigError, SchemeMismatchError
from annotate.labels import parse_label_config

PLAIN = '<View><Labels name="l" toName="t"><Label value="A"/><Label value="B"/></Labels><Text name="t" value="$text"/>{}</View>'


def test_the_shipped_config_is_read_whole(scheme):
    """Labels, the source type and whom it belongs to, relations and names come from the XML."""
    assert scheme.span_labels == ("Claim", "Source", "Hedge")
    assert (scheme.from_name, scheme.to_name, scheme.text_key) == ("label", "text", "text")
    assert scheme.link_labels == ("attributed_to", "hedges")
    choice = scheme.choice("source_type")
    assert choice is not None
    assert choice.labels == ("Source",)
    assert choice.options == ("named", "unnamed", "document", "outlet")
    assert set(scheme.all_names) >= {"Claim", "source_type", "hedges"}


def test_colours_are_read_and_mean_nothing(scheme):
    """Labels have the config's colours, others of the palette; schemes are told apart without."""
    assert scheme.colours == {"Claim": "#0b63a5", "Source": "#b84a00", "Hedge": "#a8107a"}
    plain = parse_label_config(PLAIN.format(""))
    other = parse_label_config(PLAIN.format("").replace('"A"', '"A" background="red;}"'))
    green = parse_label_config(PLAIN.format("").replace('"A"', '"A" background="Green"'))
    assert plain.colours == other.colours
    assert green.colours["A"] == "green"
    assert green == plain
    assert green.fingerprint() == plain.fingerprint()
    assert not green.differences(plain)


def test_a_choice_without_a_condition_belongs_to_every_label():
    """Per-region choices without whenLabelValue are open to all labels; others are left out."""
    config = PLAIN.format(
        '<Choices name="c" toName="t" perRegion="true" choice="multiple"><Choice value="x"/></Choices>'
        '<Choices name="whole" toName="t"><Choice value="x"/></Choices>'
    )
    (choice,) = parse_label_config(config).choices
    assert (choice.name, choice.labels, choice.multiple) == ("c", ("A", "B"), True)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<View>", "broken XML"),
        ("<View/>", "exactly one <Text>"),
        ('<View><Text name="t" value="$text"/></View>', "exactly one <Labels>"),
        (PLAIN.format('<Text name="u" value="$other"/>'), "exactly one <Text>.*found 2"),
        (PLAIN.format('<Image name="i" value="$image"/>'), "<Image> cannot be served"),
        (PLAIN.replace('value="A"', 'value="A" alias="a"'), "alias"),
        (PLAIN.replace('value="B"', 'value="A"'), "stands twice"),
        (PLAIN.replace('toName="t"', 'toName="u"'), "points at 'u'"),
        (PLAIN.replace("$text", "text"), "name a task field"),
        (PLAIN.replace("$text", "$title"), "needs for itself"),
        ('<!DOCTYPE x [<!ENTITY e "x">]><View>&e;</View>', "document types"),
        (
            PLAIN.format(
                '<Choices name="c" toName="t" perRegion="true" whenLabelValue="C"><Choice value="x"/></Choices>'
            ),
            "names no label",
        ),
    ],
)
def test_configs_that_cannot_be_served_are_refused_with_the_reason(xml, said):
    """What annotate cannot handle is refused before anything is pushed."""
    with pytest.raises(LabelConfigError, match=said):
        parse_label_config(xml)


def test_links_are_named_after_their_ends(scheme):
    """A relation without a label gets the only kind that joins its two labels."""
    assert scheme.name_link("Claim", "Source") == "attributed_to"
    assert scheme.name_link("Hedge", "Claim") == "hedges"
    assert scheme.name_link("Source", "Hedge") is None


def test_link_ends_must_exist(scheme):
    """Link ends that name no relation or no label are refused."""
    with pytest.raises(SchemeMismatchError, match="no relation"):
        scheme.with_link_ends({"blames": ("Claim", "Source")})
    with pytest.raises(SchemeMismatchError, match="no label"):
        scheme.with_link_ends({"hedges": ("Hedge", "Cue")})


def test_differences_are_named(scheme):
    """A server's config that lacks something of ours is described part by part."""
    assert scheme.differences(scheme) == []
    theirs = parse_label_config(PLAIN.format("").replace('value="A"', 'value="Claim"'))
    found = "; ".join(scheme.differences(theirs))
    for part in ("label 'Source'", "relation 'hedges'", "choice 'source_type'", "Labels control"):
        assert part in found


def test_the_fingerprint_sees_meaning_and_not_layout(scheme):
    """Colours and order do not change the fingerprint; a label does."""
    one = parse_label_config(PLAIN.format(""))
    assert (
        one.fingerprint()
        == parse_label_config(
            '<View><Text name="t" value="$text"/><Labels name="l" toName="t" showInline="true">'
            '<Label value="B" background="red"/><Label value="A"/></Labels></View>'
        ).fingerprint()
    )
    assert one.fingerprint() != scheme.fingerprint()


@given(
    label=st.sampled_from(["Claim", "Source", "Nobody"]),
    choices=st.dictionaries(
        st.sampled_from(["source_type", "strange", "odd"]),
        st.lists(st.sampled_from(["named", "unnamed", "a", "b"]), unique=True).map(tuple),
    ),
)
def test_choices_fit_or_are_told(scheme, label, choices):
    """What a config can hold and what it cannot are together what there was, value by value."""
    held, rest = scheme.fit_choices(label, choices)
    for name, values in choices.items():
        assert sorted((*held.get(name, ()), *rest.get(name, ()))) == sorted(values)
        assert name in held or name in rest
    for name, values in held.items():
        control = scheme.choice(name)
        assert label in control.labels
        assert set(values) <= set(control.options)

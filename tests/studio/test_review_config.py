"""The page of a review: every config gets labels for what is in dispute, and keys to decide."""

from xml.etree import ElementTree as ET

import pytest

from annotate.errors import LabelConfigError
from annotate.labels import parse_label_config
from annotate.studio.review_config import review_config, review_labels, review_names, same_page
from annotate.workflow.state.init import LABEL_CONFIGS, label_config_template

OWN = (
    '<View><Text name="t" value="$text"/><Labels name="l" toName="t" choice="multiple">'
    '<Label value="Who"/><Label value="Who?" hotkey="2"/><Label value="drop"/></Labels>'
    '<Choices name="made_by" toName="t" perRegion="true" whenTagName="l" whenLabelValue="Who">'
    '<Choice value="a"/><Choice value="b" hotkey="x"/></Choices></View>'
)


def _labels(xml):
    root = ET.fromstring(xml)  # noqa: S314 - our own
    return {element.get("value"): element for element in root.iter("Label")}


@pytest.mark.parametrize("config", [*(c.xml for c in LABEL_CONFIGS.values()), OWN])
def test_a_review_can_hold_what_the_scheme_makes(config):
    """And a disputed mark of each label, with the label's choices; no label or key stands twice."""
    xml = config if config == OWN else label_config_template(config)
    scheme = parse_label_config(xml)
    page = review_config(xml, scheme)
    theirs, added = parse_label_config(page), review_labels(scheme)
    assert scheme.differences(theirs) == []
    more = [
        *(*added.links.values(), added.dropped, *added.open.values(), *added.open_links.values())
    ]
    assert theirs.span_labels == (*scheme.span_labels, *more)
    for choice in scheme.choices:
        wanted = {*choice.labels, *(added.open[label] for label in choice.labels)}
        assert wanted <= set(theirs.choice(choice.name).labels)
    root = ET.fromstring(page)  # noqa: S314 - our own
    (note,) = (e for e in root.iter("TextArea") if e.get("name") == added.note)
    assert (note.get("perRegion"), note.get("displayMode")) == ("true", "region-list")
    keys = [e.get("hotkey") for tag in ("Label", "Choice") for e in root.iter(tag)]
    assert None not in keys
    assert len(set(keys)) == len(keys)
    plain = [*scheme.span_labels, *added.links.values(), added.dropped]
    assert {len(_labels(page)[label].get("hotkey")) for label in plain} == {1}
    assert review_config(xml, scheme) == page
    assert same_page(page, page.replace("\n", "\r\n  "))
    assert not same_page(page, xml)


def test_names_that_are_taken_are_not_taken_again():
    """A config may call its labels as a review would."""
    scheme = parse_label_config(OWN)
    added = review_labels(scheme)
    assert dict(added.open) == {"Who": "Who??", "Who?": "Who???", "drop": "drop?"}
    assert (added.dropped, added.note) == ("drop_", "made_by_")
    assert review_names("Who", scheme) == ("Who", "Who??")
    labels = _labels(review_config(OWN, scheme))
    assert [labels[name].get("hotkey") for name in ("Who", "Who?", "drop", "drop_")] == [
        "1", "2", "3", "z",
    ]  # fmt: skip


def test_what_cannot_be_served_is_refused():
    """As everywhere."""
    scheme = parse_label_config(OWN)
    with pytest.raises(LabelConfigError, match="broken XML"):
        review_config("<View>", scheme)


def test_labels_are_quoted_in_the_style():
    """Whatever a label is called, the page's rules stay rules; `>` and `&` are none."""
    xml = OWN.replace('"Who"', '"a&amp;b &gt; &quot;c\'"').replace("Who?", "…")
    scheme = parse_label_config(xml)
    root = ET.fromstring(review_config(xml, scheme))  # noqa: S314 - our own
    rules = root.findall("Style")[-1].text
    assert r'":a\26 b \3e  \22 c\27 ?"' in rules
    assert r'":\2026 ?"' in rules
    assert ">" not in rules
    assert "&" not in rules
    assert rules.count("{") == rules.count("}")

"""What a model is told follows from the labelling config, the guidelines and the examples."""

import json

import pytest

from annotate.labels import parse_label_config
from annotate.prelabellers.marks import Mark, place_marks
from annotate.prelabellers.prompt import Example, build_prompt, json_reply
from annotate.prelabellers.replies import read_json
from annotate.prelabellers.schema import marks_schema

OWN = """<View><Text name="text" value="$text"/><Labels name="label" toName="text">
<Label value="PERSON"/><Label value="MONEY"/></Labels></View>"""


def test_labels_links_choices_and_guidelines_stand_in_the_prompt(scheme):
    """Everything that can be marked is named, with what a link joins, and then the guidelines."""
    prompt = build_prompt(scheme, form="schema", guidelines="Never mark weather.")
    (system,) = prompt.messages
    for said in ("- Claim", "link attributed_to: from Claim to Source", "Never mark weather."):
        assert said in system["content"]
    for control in scheme.choices:
        assert f"choice {control.name} of {', '.join(control.labels)}" in system["content"]
        assert control.options[0] in system["content"]
    assert prompt.about("Some paragraph.")[-1] == {"role": "user", "content": "Some paragraph."}


def test_the_schema_is_that_of_the_labels_at_hand():
    """Labels of one's own are its values; without links and choices it has none."""
    own = parse_label_config(OWN)
    mark = marks_schema(own)["properties"]["marks"]["items"]
    assert mark["properties"]["label"]["enum"] == ["PERSON", "MONEY"]
    assert mark["required"] == ["id", "label", "quote", "occurrence"]
    told = build_prompt(own, form="schema", guidelines=None).messages[0]["content"]
    assert "links" not in told
    assert "PERSON" in told


def test_the_schema_is_strict(scheme):
    """Every object lists all of its properties as required and allows no others."""

    def objects(value):
        if isinstance(value, dict):
            if value.get("type") == "object":
                yield value
            for inner in value.values():
                yield from objects(inner)

    found = list(objects(marks_schema(scheme)))
    assert len(found) == 4  # reply, mark, choice, link
    for each in found:
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False


@pytest.mark.parametrize(("form", "kind"), [("schema", "json_schema"), ("json", "json_object")])
def test_the_server_is_asked_for_the_form(scheme, form, kind):
    """The schema is enforced by the server, or described; marks in the text need neither."""
    prompt = build_prompt(scheme, form=form, guidelines=None)
    assert prompt.response_format["type"] == kind
    assert ("JSON schema of the reply" in prompt.messages[0]["content"]) == (form == "json")
    inline = build_prompt(scheme, form="marks", guidelines=None)
    assert inline.response_format is None
    assert "[[LABEL|passage]]" in inline.messages[0]["content"]
    assert "link" not in inline.messages[0]["content"]


def test_an_example_is_a_reply_that_would_be_read(scheme):
    """Examples are said as question and answer, in the very form that is asked for."""
    marks = (
        Mark(number=1, label="Source", quote="Police said"),
        Mark(number=2, label="Claim", quote="it may rain", links=(("attributed_to", 1),)),
    )
    example = Example(text="Police said it may rain.", marks=marks, article_sha256="x")
    read, broken = read_json(json_reply(example, scheme))
    assert (tuple(read), broken) == (marks, 0)
    placed = place_marks(example.text, read, scheme)
    assert placed.links == ((1, 0, "attributed_to"),)
    prompt = build_prompt(scheme, form="json", guidelines=None, examples=[example])
    assert [message["role"] for message in prompt.messages] == ["system", "user", "assistant"]
    assert json.loads(prompt.messages[2]["content"])["marks"][0]["quote"] == "Police said"
    inline = build_prompt(scheme, form="marks", guidelines=None, examples=[example])
    assert inline.messages[2]["content"] == "[[Source|Police said]] [[Claim|it may rain]]."

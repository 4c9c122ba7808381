"""Reading YAML that people wrote."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from annotate.plain_yaml import line_of, parse_yaml


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "'a' stands twice", 3),
        ("a: {b: 1, b: 2}\n", "'b' stands twice", 1),
        ("a: &x [*x]\n", "an alias contains itself", 1),
        ("a: 2024-02-30\n", "day is out of range", None),
        ("a: " + "9" * 5000, "limit", None),
        pytest.param("a: " + "[" * 3000, "nested too deeply", None, marks=pytest.mark.slow),
        ("a: [\n", "expected the node content", 2),
    ],
)
def test_what_is_wrong_is_told(text, problem, line):
    """One kind of error, with the line where it is known."""
    with pytest.raises(yaml.YAMLError) as caught:
        parse_yaml(text)
    assert problem in str(caught.value.problem)
    assert line_of(caught.value) == line


def test_aliases_do_not_multiply():
    """Nine levels of nine aliases each are refused at once, two of the same are not."""
    levels = ["a0: &a0 [x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)
    ]
    with pytest.raises(yaml.YAMLError, match="repeat too much"):
        parse_yaml("\n".join(levels))
    assert parse_yaml("a: &x [1]\nb: *x\n")[1] == {"a": [1], "b": [1]}
    assert parse_yaml("a: &x {b: 1}\nc: {<<: *x, b: 2}\n")[1]["c"] == {"b": 2}


@given(st.text() | st.text("-:[]{}&*!#|>'\"%@, \n\tab0"))
def test_any_text_is_read_or_refused(text):
    """No other error, and an empty document is nothing."""
    try:
        node, value = parse_yaml(text)
    except yaml.YAMLError:
        return
    assert node is not None or value is None

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import ANYTHING, PLAIN

from annotate.plain_json import is_plain, json_fault, text_fault


@given(value=PLAIN)
def test_plain_values_have_no_fault_and_come_back(value):
    """What is plain passes, is written as UTF-8 and is read back as it was."""
    assert json_fault(value, "meta") is None
    written = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    assert json.loads(written) == value


@given(value=ANYTHING)
def test_whatever_passes_can_be_written_and_read_back(value):
    """A value without a fault survives JSON and UTF-8; the quick look never passes a bad one."""
    fault = json_fault(value, "meta")
    if fault is None:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        assert json.loads(written) == value
        assert b"\\u0000" not in written
    else:
        assert fault.startswith("meta")
        assert not is_plain(value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": [1, float("nan")]}, "meta.a[1] is nan, which JSON does not have"),
        ({"a": b"x"}, "meta.a is bytes, which JSON does not have"),
        ({"a": {"b": (1,)}}, "meta.a.b is tuple, which JSON does not have"),
        ({"a": {1: 2}}, "meta.a: the key 1 is int, not a text"),
        ({"a\ud800": 1}, "meta: the key 'a\\ud800' holds a lone surrogate at character 1"),
        ({"a": ["x\0"]}, "meta.a[0] holds U+0000 at character 1"),
        pytest.param(10**5000, "meta has more than 4,000 digits", id="long"),
    ],
)
def test_a_fault_says_what_and_where(value, said):
    """The place inside the value is named."""
    assert json_fault(value, "meta") == said


def test_a_value_that_holds_itself_is_a_fault():
    """A circle, or a depth that no reader follows, ends in a sentence."""
    circle = []
    circle.append(circle)
    assert json_fault(circle, "meta") == "meta is nested too deeply"


@given(text=st.text())
def test_texts_without_a_fault_have_utf_8(text):
    """Lone surrogates and U+0000 are faults of a text, and nothing else is."""
    good = "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
    assert (text_fault(text) is None) == good

import pytest

from annotate.errors import InputError
from annotate.exports.formats.own import own_lines, read_own
from annotate.jsonl import ArticleLine
from annotate.records import Article


def test_the_annotator_stands_beside_the_line(tmp_path):
    """Lines come back with their annotators; one without has none."""
    line = ArticleLine(article=Article(article_id="a", text="One."), labels=("Claim",))
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(own_lines([("p", line), (None, line)])))
    assert [(place.line, place.by, read) for place, read in read_own(path).items] == [
        (1, "p", line),
        (2, None, line),
    ]


def test_a_broken_line_is_named(tmp_path):
    """Bad records and annotators are errors with file and line."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"article_id": "a", "text": ""}')
    with pytest.raises(InputError, match=r"a\.jsonl:1: article 'a' has no text"):
        read_own(path)
    path.write_text('\n{"article_id": "a", "text": "x", "annotator": 1}')
    with pytest.raises(InputError, match=r"a\.jsonl:2: expected a string or null 'annotator'"):
        read_own(path)

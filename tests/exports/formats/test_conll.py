import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from strategies import marked_articles

from annotate.errors import InputError
from annotate.exports.formats.conll import conll_lines, read_conll
from annotate.jsonl import ArticleLine

FOUR = """-DOCSTART- -X- O O

# id = quay
Ines NNP I-NP B-PER
Vahl NNP I-NP I-PER
met VBD I-VP O
Tiel NNP I-NP B-PER

Rome NNP I-NP I-LOC
-DOCSTART- -X- O O

# O
1 CD O B-NUM
"""


def _tokens(text):
    return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]


def _file(tmp_path, text):
    path = tmp_path / "c.conll"
    path.write_text(text)
    return path


def test_articles_sentences_and_tags_are_read(tmp_path):
    """The text is made of tokens and sentences; articles have names or get them."""
    items = [line for _, line in read_conll(_file(tmp_path, FOUR)).items]
    assert [line.article.text for line in items] == ["Ines Vahl met Tiel\nRome", "# 1"]
    assert [line.article.article_id for line in items] == ["quay", "c"]
    marked = [[(line.article.text[s.start : s.end], s.label) for s in line.spans] for line in items]
    assert marked == [[("Ines Vahl", "PER"), ("Tiel", "PER"), ("Rome", "LOC")], [("1", "NUM")]]


def test_all_tagging_schemes_give_the_same_spans(tmp_path):
    """BIO, IOB1, IOBES and BILOU tell the same two neighbours apart."""
    words = ["a", "b", "c", "d"]
    schemes = [
        ["B-X", "I-X", "B-X", "O"],
        ["I-X", "I-X", "B-X", "O"],
        ["B-X", "E-X", "S-X", "O"],
        ["B-X", "L-X", "U-X", "O"],
    ]
    for tags in schemes:
        rows = "".join(f"{word}\t{tag}\n" for word, tag in zip(words, tags, strict=True))
        ((_, line),) = read_conll(_file(tmp_path, rows)).items
        assert [(s.start, s.end, s.label) for s in line.spans] == [(0, 3, "X"), (4, 5, "X")]


@given(marked_articles())
def test_in_is_out_and_told(marked):
    """Every span comes back with its label, or a loss names it; none is made up."""
    article, spans, links = marked
    line = ArticleLine(article=article, spans=spans, links=links)
    rows, losses = conll_lines([("p", line)], tokenise=_tokens)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "c.conll"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        reading = read_conll(path)
    found = [(s.label) for _, again in reading.items for s in again.spans]
    counts = {what: sum(loss.what == what for loss in losses) for what in ("span", "overlapping")}
    divided = sum(loss.what == "divided" for loss in losses)
    kept = len(spans) - counts["span"] - counts["overlapping"]
    assert kept <= len(found)
    assert divided or len(found) == kept
    assert sum(loss.what == "link" for loss in losses) == len(links)


@pytest.mark.parametrize("row", ["word", "word tag", "a B- "])
def test_a_row_without_a_tag_is_named(tmp_path, row):
    """The error has file, line and what was expected."""
    with pytest.raises(InputError, match="expected a token and, last, a tag") as caught:
        read_conll(_file(tmp_path, f"a O\n{row}\n"))
    assert caught.value.line == 2

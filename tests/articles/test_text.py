import pytest

from annotate.articles.text import decode_article, parse_metadata, split_front_matter
from annotate.errors import ArticleError


def test_line_ends_and_mark_are_normalised(tmp_path):
    """CRLF and CR become LF and the byte-order mark goes: offsets are fixed after that."""
    raw = "\ufeffOne\r\ntwo\rthree 👩‍👩‍👧\n".encode()
    assert decode_article(raw, path=tmp_path) == "One\ntwo\nthree 👩‍👩‍👧\n"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"caf\xe9 au lait", "not UTF-8 at byte 3"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "binary"),
        (b"a\0b", r"U\+0000 at character 1"),
        (b"bell \x07", r"U\+0007"),
    ],
)
def test_what_is_no_article_is_refused(tmp_path, raw, said):
    """Empty, binary and wrongly encoded files are refused with file and place."""
    with pytest.raises(ArticleError, match=said) as caught:
        decode_article(raw, path=tmp_path / "x.txt")
    assert "x.txt" in str(caught.value)


def test_another_encoding_is_read_when_it_is_named(tmp_path):
    """With an encoding the same bytes are an article; an unknown one is named."""
    assert decode_article(b"caf\xe9", path=tmp_path, encoding="cp1252") == "café"
    with pytest.raises(ArticleError, match="no encoding named 'klingon'"):
        decode_article(b"x", path=tmp_path, encoding="klingon")


def test_front_matter_is_split_off(tmp_path):
    """YAML between dashes is metadata; dates stay as they are written."""
    metadata, body = split_front_matter(
        "---\ntitle: A\npublished: 2024-03-01\n---\nText", path=tmp_path
    )
    assert metadata == {"title": "A", "published": "2024-03-01"}
    assert body == "Text"
    assert split_front_matter("--- no\n---\n", path=tmp_path) == ({}, "--- no\n---\n")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0123", "0123"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("12", 12),
        ("-7", -7),
        ("0.50", 0.5),
        ("1:30.5", "1:30.5"),
    ],
)
def test_only_plain_decimal_numbers_are_numbers(tmp_path, written, value):
    """An article's number or a time of day stays what it says, not what YAML 1.1 makes of it."""
    assert parse_metadata(f"a: {written}", path=tmp_path) == {"a": value}


def test_metadata_that_is_no_mapping_is_refused(tmp_path):
    """Metadata must be keys and values."""
    for raw in ("- a", "title: [", "3: x"):
        with pytest.raises(ArticleError, match="metadata"):
            parse_metadata(raw, path=tmp_path)

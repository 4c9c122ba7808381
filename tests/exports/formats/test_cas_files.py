"""CASes in files and in INCEpTION's archives."""

import io
import json
import sys
import zipfile

import cassis
import pytest

from annotate.errors import InputError
from annotate.exports.formats.cas_files import cas_files, is_cas, read_cas
from annotate.jsonl import ArticleLine
from annotate.records import Article, Link, Span

LINE = ArticleLine(
    article=Article(article_id="gazette/1", text="Vahl said the quay may close.", outlet="Gazette"),
    spans=(
        Span(id="c", start=10, end=28, label="Claim"),
        Span(id="s", start=0, end=9, label="Source", attributes={"source_type": ("named",)}),
    ),
    links=(Link(head_id="c", tail_id="s", label="attributed_to"),),
)
KNOWN = frozenset({"Claim"})


def _json():
    ((_, content),), _ = cas_files([(None, LINE)])
    return content


def _xmi():
    cas = cassis.load_cas_from_json(_json())
    return cas.to_xmi(), cas.typesystem.to_xml()


def _zip(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _labels(reading):
    return [[span.label for span in line.spans] for _, line in reading.items]


def test_a_file_is_written_for_every_annotation(tmp_path):
    """Names are the articles', each once; who annotated and the outlet are told as lost."""
    files, losses = cas_files([("ines", LINE), ("jon", LINE)])
    assert [name for name, _ in files] == ["gazette-1.json", "gazette-1-2.json"]
    assert [(loss.what, loss.detail) for loss in losses] == [("metadata", "outlet, annotator")] * 2
    for name, content in files:
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert is_cas(tmp_path)
    reading = read_cas(tmp_path, KNOWN)
    assert {place.item for place, _ in reading.items} == {"gazette-1.json", "gazette-1-2.json"}
    assert {line.article.article_id for _, line in reading.items} == {"gazette/1"}


def test_an_xmi_needs_its_types_beside_it(tmp_path):
    """With its type system it is read, without one the error says what was expected."""
    xmi, types = _xmi()
    path = tmp_path / "a.xmi"
    path.write_text(xmi, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.xmi: expected TypeSystem\.xml beside it"):
        read_cas(path, KNOWN)
    (tmp_path / "TypeSystem.xml").write_text(types, encoding="utf-8")
    assert is_cas(path)
    assert _labels(read_cas(path, KNOWN)) == [["Source", "Claim"]]


def test_a_project_of_inception_gives_each_persons_work(tmp_path):
    """Users and documents come from the places in the archive; the bare document is nobody's."""
    xmi, types = _xmi()
    one = _zip({"ines.xmi": xmi, "TypeSystem.xml": types})
    path = tmp_path / "project.zip"
    path.write_bytes(
        _zip(
            {
                "exportedproject7.json": "{}",
                "source/a.txt": "Vahl said",
                "annotation/a.txt/ines.zip": one,
                "annotation/a.txt/INITIAL_CAS.zip": one,
                "annotation_ser/a.txt/ines.ser": b"\x00",
                "curation/a.txt/CURATION_USER.json": _json(),
            }
        )
    )
    assert is_cas(path)
    reading = read_cas(path, KNOWN)
    assert [place.by for place, _ in reading.items] == ["ines", "CURATION_USER"]
    assert _labels(reading) == [["Source", "Claim"]] * 2
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(unpacked)
    assert [place.by for place, _ in read_cas(unpacked, KNOWN).items] == ["ines", "CURATION_USER"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", "[]", "no feature structures"),
        ("a.json", "{", "no feature structures"),
        ("a.json", '{"%FEATURE_STRUCTURES": 3}', "no UIMA CAS that can be read"),
        ("a.zip", b"PK\x03\x04 and no more", "no archive that can be read"),
        ("a.zip", _zip({"readme.txt": "nothing"}), "no annotated CAS is in it"),
        ("a.zip", _zip({"annotation/a/INITIAL_CAS.json": "{}"}), "no annotated CAS is in it"),
    ],
)
def test_what_is_no_cas_is_named(tmp_path, name, content, said):
    """The error has the file and what was expected."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError, match=said) as caught:
        read_cas(path, KNOWN)
    assert caught.value.path == path


@pytest.mark.parametrize("part", [0.02, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99])
def test_a_cut_file_is_an_error_of_the_file(tmp_path, part):
    """Wherever a file ends too early, the error is ours."""
    xmi, types = _xmi()
    (tmp_path / "TypeSystem.xml").write_text(types, encoding="utf-8")
    for name, content in (("a.json", _json()), ("a.xmi", xmi)):
        path = tmp_path / name
        path.write_text(content[: int(part * len(content))], encoding="utf-8")
        with pytest.raises(InputError):
            read_cas(path, KNOWN)


def test_other_json_and_archives_are_no_cas(tmp_path):
    """An export of Label Studio, and any zip, stay what they are."""
    (tmp_path / "ls.json").write_text(json.dumps([{"data": {}}]))
    (tmp_path / "x.zip").write_bytes(_zip({"a.txt": "x"}))
    assert not is_cas(tmp_path / "ls.json")
    assert not is_cas(tmp_path / "x.zip")
    assert not is_cas(tmp_path)


def test_without_the_extra_the_error_names_it(tmp_path, monkeypatch):
    """It says what is needed and how to get it."""
    path = tmp_path / "a.json"
    path.write_text(_json())
    monkeypatch.setitem(sys.modules, "cassis", None)
    with pytest.raises(InputError, match="need dkpro-cassis") as caught:
        read_cas(path, KNOWN)
    assert "uima" in caught.value.hint
    with pytest.raises(InputError, match="need dkpro-cassis"):
        cas_files([(None, LINE)])

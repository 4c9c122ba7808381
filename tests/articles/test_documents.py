"""Articles in Word files and PDFs, both made here."""

import io
import sys

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from annotate.articles.documents import read_docx, read_pdf
from annotate.articles.file_readers import read_file
from annotate.errors import ArticleError


def _docx(build, **about):
    document = docx.Document()
    build(document)
    for name, value in about.items():
        setattr(document.core_properties, name, value)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _pdf(*pages, encrypt=False):
    """Return a PDF whose pages hold blocks of lines, as PDF 32000-1 (7.5) lays one out."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", None]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids = []
    for page in pages:
        commands, height = [], 760
        for block in page:
            for line in block:
                plain = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
                commands.append(f"BT /F1 12 Tf 72 {height} Td ({plain}) Tj ET")
                height -= 14
            height -= 40
        stream = "\n".join(commands)
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    content, places = "%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{value}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    lock = "/Encrypt << /Filter /Nobody /V 9 >> /ID [<00> <00>] " if encrypt else ""
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    start = content.index("xref\n")
    content += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {lock}>>\n"
    return f"{content}startxref\n{start}\n%%EOF\n".encode("latin-1")


def test_a_word_file_gives_its_paragraphs(tmp_path):
    """Cells, controls and tracked insertions come where they stand; empty paragraphs go."""

    def build(document):
        document.add_paragraph("Vahl said the quay\tmay close.")
        document.add_paragraph("")
        table = document.add_table(rows=2, cols=2)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "Ships"
        table.cell(1, 0).text, table.cell(1, 1).text = "ferries", "3"
        document.add_paragraph("Nobody answered.")
        tracked = document.add_paragraph("It ")
        tracked._p.append(
            parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>may close.</w:t></w:r></w:ins>")
        )
        tracked._p.append(
            parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>will.</w:delText></w:r></w:del>")
        )
        control = parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        )
        document.element.body.insert(1, control)

    raw = _docx(build, title="Quay  closes", author="Ines")
    found = read_docx(raw, path=tmp_path / "a.docx")
    assert found.text.split("\n") == [
        "Vahl said the quay may close.",
        "In a control.",
        "Ships",
        "ferries",
        "3",
        "Nobody answered.",
        "It may close.",
    ]
    assert (found.title, found.author) == ("Quay closes", "Ines")


def test_a_word_file_is_an_article(tmp_path):
    """Its title, which may be a template's, is not put into the text; metadata beside it count more."""
    path = tmp_path / "quay.docx"
    path.write_bytes(_docx(lambda d: d.add_paragraph("Vahl said so."), title="Quay closes"))
    (line,) = read_file(path, root=tmp_path)
    assert line.article.text == "Vahl said so."
    assert (line.article.article_id, line.article.title) == ("quay.docx", "Quay closes")
    (tmp_path / "quay.yaml").write_text("title: Another\noutlet: Gazette\n")
    (line,) = read_file(path, root=tmp_path)
    assert (line.article.title, line.article.outlet) == ("Another", "Gazette")


def test_a_pdf_gives_its_blocks(tmp_path):
    """Lines are joined, divided words too; a hyphen that the document has elsewhere stays."""
    raw = _pdf(
        [["The har-", "bour may close, Vahl", "said."], ["A well-", "known diver agreed."]],
        [["He is well-known."], ["2"]],
    )
    assert read_pdf(raw, path=tmp_path / "a.pdf").text.split("\n") == [
        "The harbour may close, Vahl said.",
        "A well-known diver agreed.",
        "He is well-known.",
        "2",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", b"PK\x03\x04 no more", "no Word file"),
        ("a.docx", b"", "no Word file"),
        ("a.docx", _docx(lambda document: document.add_paragraph(" ")), "no text was found"),
        ("a.pdf", b"%PDF-1.4 and no more", "no PDF that can be read"),
        ("a.pdf", b"<html>", "no PDF that can be read"),
        ("a.pdf", _pdf([]), "no text was found"),
        ("a.pdf", _pdf([["Vahl"]], encrypt=True), "no PDF that can be read"),
    ],
)
def test_what_is_no_document_is_named(tmp_path, name, content, said):
    """The error has the file and what is wrong with it."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ArticleError, match=said) as caught:
        list(read_file(path, root=tmp_path))
    assert caught.value.path == path


@pytest.mark.parametrize(("suffix", "module"), [(".docx", "docx"), (".pdf", "pypdfium2")])
def test_without_the_extra_the_error_names_it(tmp_path, monkeypatch, suffix, module):
    """It says what is needed and how to get it."""
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"x")
    with pytest.raises(ArticleError, match=f"{suffix} files needs {module}") as caught:
        list(read_file(path, root=tmp_path))
    assert "documents" in caught.value.hint

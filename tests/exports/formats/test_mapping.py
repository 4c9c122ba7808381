from pathlib import Path

import pytest

from annotate.errors import InputError
from annotate.exports.formats.mapping import SHIPPED, Mapping, apply_mapping, load_mapping
from annotate.jsonl import ArticleLine
from annotate.records import Article, Link, Span

SPANS = (
    Span(id="q", start=0, end=3, label="Quelle", attributes={"art": ("benannt", "x"), "z": ("1",)}),
    Span(id="a", start=4, end=9, label="Aussage"),
    Span(id="p", start=4, end=6, label="Person"),
)
LINKS = (
    Link(head_id="q", tail_id="a", label="sagt"),
    Link(head_id="p", tail_id="a", label="sagt"),
    Link(head_id="a", tail_id="q", label="coref"),
)
LINE = ArticleLine(
    article=Article(article_id="1", text="Sie sagte es."),
    spans=SPANS,
    links=LINKS,
    labels=("Quelle", "Person", "sagt"),
    scores={"q": 0.5, "p": 0.5},
)


def _file(tmp_path, content):
    path = tmp_path / "m.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_names_are_mapped_and_dropped(tmp_path):
    """Labels, links (turned round) and attributes get our names; what is dropped is counted."""
    mapping = load_mapping(
        _file(
            tmp_path,
            "labels: {Quelle: Source, Aussage: Claim}\n"
            "links: {sagt: {name: attributed_to, reverse: true}}\n"
            "attributes: {art: {name: source_type, values: {benannt: named}}}\n"
            "drop: [Person, z, coref]\n",
        )
    )
    line, losses = apply_mapping(LINE, mapping)
    assert [span.label for span in line.spans] == ["Source", "Claim"]
    assert dict(line.spans[0].attributes) == {"source_type": ("named", "x")}
    assert line.links == (Link(head_id="a", tail_id="q", label="attributed_to"),)
    assert line.labels == ("Source", "attributed_to")
    assert line.scores == {"q": 0.5}
    assert [loss.what for loss in losses] == ["attribute", "label", "link", "link"]
    assert mapping.names() == ("Source", "Claim", "attributed_to", "source_type")


def test_an_empty_mapping_changes_nothing():
    """Names that a mapping does not speak of stay."""
    assert apply_mapping(LINE, Mapping()) == (LINE, [])
    known = Mapping(known=["Claim"], links={"sagt": "says"})
    assert apply_mapping(LINE, known)[0].labels == ("Claim",)
    assert apply_mapping(LINE, known)[0].links[0].label == "says"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("label: {a: b}\n", r"m\.yaml: label: Extra inputs"),
        ("labels: [a]\n", r"m\.yaml: labels: "),
        ("labels: {a: [\n", r"m\.yaml:\d+: not YAML"),
        ("- a\n", r"m\.yaml: file: "),
    ],
)
def test_a_broken_mapping_is_named(tmp_path, content, said):
    """A mapping file is refused with file and key."""
    with pytest.raises(InputError, match=said):
        load_mapping(_file(tmp_path, content))


def test_every_shipped_mapping_is_found_by_its_name(tmp_path, monkeypatch):
    """A bare name stands for the shipped file, unless a file of that name is there."""
    for path in SHIPPED.glob("*.yaml"):
        assert load_mapping(Path(path.stem)) == load_mapping(path)
    monkeypatch.chdir(tmp_path)
    Path("polnear").write_text("drop: [X]\n")
    assert load_mapping(Path("polnear")).drop == ["X"]
    with pytest.raises(InputError, match="nosuch: cannot be read"):
        load_mapping(Path("nosuch"))

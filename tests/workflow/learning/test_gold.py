from dataclasses import replace

import pytest
from export_lines import export_line
from gold import write_gold

from annotate.errors import InputError, UsageError
from annotate.jsonl import article_line_from_json, article_line_to_json
from annotate.workflow.exchange.formats import write_format
from annotate.workflow.learning.gold import gold_of_export, names, read_gold


@pytest.fixture
def version(context):
    """A version with an article of each split; two people annotated the test article."""
    lines = [
        replace(export_line(name, text=f"It may rain on {name}."), split=name)
        for name in ("dev", "none", "train")
    ]
    test = replace(export_line("test", text="It may rain on test."), split="test", blind=True)
    (one,) = test.annotations
    one = replace(one, prediction_shown=None, updated_at="2025-01-02")
    two = replace(
        one, annotator="annotator-y", annotation_id="2", spans=(), updated_at="2025-01-01"
    )
    lines.append(replace(test, annotations=(one, two)))
    return context.versions.write(sorted(lines, key=lambda line: line.key), about={})


@pytest.mark.parametrize(
    ("split", "ids"),
    [
        (None, ["test"]),
        ("test", ["test"]),
        ("dev", ["dev"]),
        ("train", ["train"]),
        ("all", ["dev", "none", "test", "train"]),
    ],
)
@pytest.mark.usefixtures("version")
def test_gold_comes_straight_from_a_version(context, split, ids):
    """By default its test articles; of several annotations the reference counts, and it is told."""
    gold = gold_of_export(context, split=split)
    assert [line.article.article_id for line in gold.lines] == ids
    assert gold.several == ("test" in ids)
    assert gold.seen == len([name for name in ids if name != "test"])
    for line in gold.lines:
        assert len(line.spans) == 1


def test_an_unknown_split_is_refused(context, version):
    """The error lists those that there are."""
    assert version.number == 1
    with pytest.raises(UsageError, match="no split 'tset'; there are test, dev, train, all"):
        gold_of_export(context, split="tset")


@pytest.mark.usefixtures("version")
def test_a_written_version_is_the_same_gold(context, tmp_path):
    """The file says split, blindness and reference, so that it scores as the version does."""
    path = tmp_path / "out.jsonl"
    write_format(context, path)
    for split in ("test", "dev", "train", "all"):
        straight = gold_of_export(context, split=split)
        read = read_gold(path, split=split)
        assert [replace(line, reference=None) for line in read.lines] == list(straight.lines)
        assert (read.seen, read.several) == (straight.seen, straight.several)


def test_predictions_are_no_gold(samples, tmp_path):
    """A file that a machine wrote is refused, with line and next step."""
    path = write_gold(tmp_path / "gold.jsonl", samples[:2], model_version="rules-1")
    with pytest.raises(InputError, match=r"gold\.jsonl:1: .*'rules-1': these are pred") as found:
        read_gold(path)
    assert "remove model_version" in found.value.hint


def test_an_article_that_stands_twice_needs_a_reference(samples, tmp_path):
    """Without one, or with two, nobody could say which counts; the hint names the key."""
    for reference in (None, True):
        path = write_gold(tmp_path / "gold.jsonl", [samples[0]] * 2, reference=reference)
        with pytest.raises(
            InputError, match=r"gold\.jsonl:2: article .* stands here again"
        ) as found:
            read_gold(path)
        assert '"reference": true' in found.value.hint


def test_a_file_without_splits_has_none_to_choose(samples, tmp_path):
    """--split asks for what the lines have to say."""
    path = write_gold(tmp_path / "gold.jsonl", samples[:2])
    with pytest.raises(InputError, match="does not say its split") as found:
        read_gold(path, split="test")
    assert "--export N --split test" in found.value.hint
    assert len(read_gold(path, split="all").lines) == 2


def test_revisions_of_one_article_have_names_of_their_own(samples):
    """Two texts under one id are told apart by their hashes."""
    one = article_line_from_json({"article_id": "a", "text": "It may rain."})
    two = article_line_from_json({"article_id": "a", "text": "It may snow."})
    assert names([one, samples[0]]) == ["a", samples[0].article.article_id]
    assert len(set(names([one, two]))) == 2


@pytest.mark.parametrize("name", ["split", "blind", "reference"])
def test_what_a_line_says_of_itself_is_checked(samples, tmp_path, name):
    """A split or flag that cannot be is refused with file and line."""
    value = article_line_to_json(samples[0])
    assert name not in value
    path = write_gold(tmp_path / "gold.jsonl", samples[:1], **{name: "tset"})
    with pytest.raises(InputError, match=rf"gold\.jsonl:1: .*{name}"):
        read_gold(path)


@pytest.mark.usefixtures("version")
def test_what_no_rule_decides_is_left_out_of_a_written_version_too(workspace, context, tmp_path):
    """The version straight, and its file: the same articles, the undecided ones named."""
    config = workspace.root / "annotate.yaml"
    config.write_text(config.read_text() + "adjudication: [majority]\n")
    context.reload()
    straight = gold_of_export(context, split="all")
    assert (straight.lines, len(straight.undecided)) == ((), 4)
    write_format(context, tmp_path / "all.jsonl", name="jsonl")
    read = read_gold(tmp_path / "all.jsonl", split="all")
    assert (read.lines, sorted(read.undecided)) == ((), sorted(straight.undecided))

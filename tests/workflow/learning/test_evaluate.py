from dataclasses import replace

import pytest
from gold import write_gold

from annotate.errors import InputError
from annotate.jsonl import article_line_to_json, dumps
from annotate.workflow.learning.evaluate import evaluate_annotations, evaluate_file, evaluate_model
from annotate.workflow.learning.gold import read_gold
from annotate.workflow.learning.prelabel import prelabel


def test_a_model_and_its_own_output_score_the_same(workspace, context, samples, tmp_path):
    """Scoring a model on gold equals scoring the file that it wrote."""
    scheme, model = workspace.scheme(), context.models.choose("rules")
    gold = write_gold(tmp_path / "gold.jsonl", samples[:6])
    out = tmp_path / "out.jsonl"
    prelabel(context, [line.article for line in samples[:6]], model, out)
    by_file, _ = evaluate_file(read_gold(gold), scheme.span_labels, out)
    assert replace(by_file, name=model.version) == evaluate_model(context, read_gold(gold), model)
    assert 0.2 < by_file.macro["exact"] < 1.0
    low, high = by_file.interval
    assert low <= by_file.macro["exact"] <= high
    for label, counts in by_file.counts.items():
        low, high = by_file.label_intervals[label]
        assert low <= counts["exact"].f1 <= high
    assert evaluate_file(read_gold(gold), scheme.span_labels, gold)[0].macro["exact"] == 1.0


def test_labels_that_gold_does_not_name_are_not_scored(context, samples, tmp_path):
    """A gold file that knows Sources alone is scored on Sources alone."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:3], labels=["Source"])
    found = evaluate_model(context, read_gold(gold), context.models.choose(None))
    assert set(found.counts) == {"Source"}


def test_files_of_different_articles_are_not_compared(workspace, samples, tmp_path):
    """A missing article, another text or an article that stands twice is named."""
    labels = workspace.scheme().span_labels
    two = write_gold(tmp_path / "two.jsonl", samples[:2])
    one = write_gold(tmp_path / "one.jsonl", samples[:1])
    with pytest.raises(InputError, match=r"one\.jsonl: no line for article"):
        evaluate_file(read_gold(two), labels, one)
    value = article_line_to_json(samples[0])
    del value["text_sha256"]
    other = tmp_path / "other.jsonl"
    other.write_text(dumps({**value, "text": value["text"] + "!"}) + "\n")
    with pytest.raises(InputError, match="has another text"):
        evaluate_file(read_gold(one), labels, other)
    twice = write_gold(tmp_path / "twice.jsonl", [samples[0], samples[0]])
    with pytest.raises(InputError, match=r"twice\.jsonl:2: article .* stands twice"):
        evaluate_file(read_gold(one), labels, twice)


def test_what_keeps_no_articles_scores_the_same(context, samples, tmp_path):
    """Of annotations that are read one by one all numbers are those of a file, without its texts."""
    gold = read_gold(write_gold(tmp_path / "gold.jsonl", samples[:6]))
    names = context.scheme.all_names
    pairs = (
        (line.article, line.annotation(annotator="x", annotation_id="1", all_names=names))
        for line in samples[:6]
    )
    rules = context.models.choose("rules")
    whole, lean = evaluate_model(context, gold, rules), evaluate_annotations(context, pairs, rules)
    assert (lean.mistakes, lean.texts) == ((), {})
    assert replace(lean, mistakes=whole.mistakes, texts=whole.texts) == whole
    assert sum(whole.kinds.values()) == len(whole.mistakes) > 0
    assert lean.to_json() == whole.to_json()

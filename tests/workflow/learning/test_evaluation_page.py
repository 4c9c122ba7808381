import re

from annotate.jsonl import article_line_to_json, dumps
from annotate.samples import sample_articles
from annotate.workflow.learning.evaluate import evaluate_files
from annotate.workflow.learning.evaluation_page import evaluation_page

LABELS = ("Claim", "Source", "Hedge")
TEXT = "Officials said <it> may rain on Monday."


def _file(path, *values):
    path.write_text("".join(dumps(value) + "\n" for value in values))
    return path


def test_the_page_shows_scores_calibration_and_each_mistake_in_its_text(tmp_path):
    """Gold and predicted are told apart in the escaped text; nothing is loaded from elsewhere."""
    gold = {"article_id": "a", "text": TEXT, "spans": [{"start": 15, "end": 28, "label": "Claim"}]}
    found = {
        **gold,
        "spans": [{"start": 15, "end": 38, "label": "Claim", "score": 0.7}],
        "model_version": "m",
    }
    evaluation = evaluate_files(_file(tmp_path / "g", gold), LABELS, _file(tmp_path / "p", found))
    page = evaluation_page(evaluation, title="m on <g>")
    assert "m on &lt;g&gt;" in page
    assert "<ins><del>" in page or "<del><ins>" in page
    assert "&lt;it&gt; may rain" in page
    assert "Expected calibration error 0.700 over 1 spans" in page
    assert "+0 +2" in page
    assert not re.search(r"https?://", page)


def test_perfect_predictions_have_no_mistakes(tmp_path):
    """Gold against itself: an empty list, and no calibration without scores."""
    lines = [article_line_to_json(line) for line in sample_articles()[:2]]
    gold = _file(tmp_path / "g", *lines)
    evaluation = evaluate_files(gold, LABELS, gold)
    assert evaluation.mistakes == ()
    assert evaluation.worst() == []
    assert "carry no scores" in evaluation_page(evaluation, title="x")

import re
from html import unescape

from annotate.jsonl import article_line_to_json, dumps
from annotate.pages.evaluation import evaluation_page
from annotate.samples import sample_articles
from annotate.workflow.learning.evaluate import evaluate_file
from annotate.workflow.learning.gold import read_gold

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
    evaluation, _ = evaluate_file(
        read_gold(_file(tmp_path / "g", gold)), LABELS, _file(tmp_path / "p", found)
    )
    page = evaluation_page(evaluation, title="m on <g>", colours={})
    assert "m on &lt;g&gt;" in page
    assert "<ins><del>" in page or "<del><ins>" in page
    assert "&lt;it&gt; may rain" in page
    assert "Expected calibration error 0.700 over 1 spans" in page
    assert "+0 +2" in page
    assert '<td class="number">0.70</td>' in page
    assert '<b class="id">a</b>' in page
    assert not re.search(r"https?://", page)


def test_perfect_predictions_have_no_mistakes(tmp_path):
    """Gold against itself: an empty list, and no calibration without scores."""
    lines = [article_line_to_json(line) for line in sample_articles()[:2]]
    gold = _file(tmp_path / "g", *lines)
    evaluation = evaluate_file(read_gold(gold), LABELS, gold)[0]
    assert evaluation.mistakes == ()
    assert evaluation.worst() == []
    page = evaluation_page(evaluation, title="x", colours={})
    assert "carry no scores" in page
    (right,) = {chosen.of for chosen in evaluation.extras.choices.values()}
    assert f"source_type: 100.0 right on {right} spans" in page
    counts = evaluation.extras.links["attributed_to"]
    assert f'<td>attributed_to</td><td class="number">{counts.gold}</td>' in page


def test_nothing_that_is_shown_is_taken_for_markup(tmp_path):
    """Scripts, quotes and braces in text, id and label stand on the page as they are."""
    nasty = """<script>alert(1)</script> "double" 'single' {{ 7 * 7 }} </style>"""
    gold = {
        "article_id": f"id {nasty}",
        "text": f"{nasty} may be",
        "spans": [{"start": 0, "end": 4, "label": f"label {nasty}"}],
    }
    found = {**gold, "spans": [], "model_version": "m"}
    labels = (f"label {nasty}",)
    evaluation, _ = evaluate_file(
        read_gold(_file(tmp_path / "g", gold)), labels, _file(tmp_path / "p", found)
    )
    colours = {labels[0]: "#fff}</style><script>"}
    page = evaluation_page(evaluation, title=nasty, colours=colours)
    assert "<script" not in page
    assert page.count("</style>") == 1
    said = unescape(re.sub(r"<[^>]+>", "", page))
    for wanted in (f"id {nasty}", f"label {nasty}", f"…{nasty} may be…"):
        assert wanted in said


def test_labels_have_the_colours_of_the_labelling_page(tmp_path):
    """A label's name and the bar of its F1 are drawn in the colour that the config gives it."""
    gold = _file(tmp_path / "g", article_line_to_json(sample_articles()[0]))
    colours = {"Claim": "#0b63a5", "Source": "#b84a00", "Hedge": "#a8107a"}
    page = evaluation_page(
        evaluate_file(read_gold(gold), LABELS, gold)[0], title="x", colours=colours
    )
    for place, (label, colour) in enumerate(colours.items()):
        assert f"--label-{place}: {colour};" in page
        assert f'border-color: var(--label-{place})">{label}<' in page
        assert f"background: var(--label-{place})" in page


def test_all_mistakes_are_there_by_article_and_can_be_filtered(tmp_path):
    """Many articles with many mistakes, those with most first and open; kinds and labels by boxes."""
    text = "may " * 200
    lines = [
        {
            "article_id": f"a{number}",
            "text": text,
            "spans": [
                {"start": 4 * n, "end": 4 * n + 3, "label": "Hedge"} for n in range(number * 20)
            ],
        }
        for number in range(1, 7)
    ]
    found = [{**line, "spans": [], "model_version": "m"} for line in lines]
    evaluation, _ = evaluate_file(
        read_gold(_file(tmp_path / "g", *lines)), LABELS, _file(tmp_path / "p", *found)
    )
    page = evaluation_page(evaluation, title="x", colours={})
    assert page.count('<tr class="kind-missed') == 420
    assert page.index(">a6<") < page.index(">a1<")
    assert page.count("<details open>") == 3
    assert page.count("<details>") == 3
    assert "420 in 6 articles" in page
    assert page.count('type="checkbox"') == 1 + 3
    assert "body:has(#kind-missed:not(:checked)) .kind-missed" in page

import json
from dataclasses import replace

import pytest
from export_lines import export_line

from annotate.errors import InputError, UsageError
from annotate.pipeline.prediction import load_rules
from annotate.workflow.learning.agreement import report_agreement

TEXT = "Officials said the bridge may close."
SPANS = ((0, 9, "Source"), (15, 35, "Claim"), (26, 29, "Hedge"))


def _line(name, *people, blind=False, tasks=(7,)):
    """Return an article that people annotated: (pseudonym, spans, what they were shown)."""
    line = export_line(name, TEXT, SPANS, tasks=tasks)
    annotations = tuple(
        replace(
            line.annotations[0],
            annotator=who,
            annotation_id=f"{number}" if not who.startswith("file") else f"file-{number}",
            spans=tuple(s for s in line.annotations[0].spans if s.label in labels),
            labels=("Claim", "Source", "Hedge"),
            prediction_shown=shown,
        )
        for number, (who, labels, shown) in enumerate(people)
    )
    return replace(line, annotations=annotations, blind=blind)


ALL = ("Claim", "Source", "Hedge")


def _write(context, *lines):
    context.versions.write(list(lines), about={"id": 3, "title": "t", "created_at": "now"})


def test_blind_is_what_nobody_saw_marks_on(context):
    """Bare tasks count as blind; one who saw predictions, or came from a file, makes it corrected."""
    _write(
        context,
        _line("bare", ("ada", ALL, None), ("ben", ALL, None)),
        _line("blind", ("ada", ALL, None), ("ben", ALL, None), blind=True),
        _line("seen", ("ada", ALL, None), ("ben", ALL, "rules-1"), blind=True),
        _line("read", ("ada", ALL, None), ("file-ben", ALL, None)),
    )
    found = report_agreement(context)
    assert (found.blind.articles, found.corrected.articles) == (2, 2)


def test_a_reviewers_decision_is_nobodys_agreement(context):
    """Ground truth was made from what people had marked."""
    line = _line("a", ("ada", ALL, None), ("ben", ALL, None))
    decided = replace(line.annotations[1], ground_truth=True)
    _write(context, replace(line, annotations=(line.annotations[0], decided)))
    assert report_agreement(context).blind.articles == 0


def test_models_are_compared_with_people(context, monkeypatch):
    """The rules are asked again; a model that is gone is told with those who saw it."""
    rules = context.models.choose("rules")
    monkeypatch.setattr(context.models, "load", lambda _: load_rules(context.scheme, rules.version))
    _write(
        context,
        _line("a", ("ada", ALL, rules.version), ("ben", ALL, "spans-000000000000")),
        _line("b", ("ada", ("Claim",), rules.version)),
    )
    found = report_agreement(context, shown_models=True)
    assert found.models == (rules.version,)
    assert found.gone == {"spans-000000000000": 1}
    assert found.corrected.matrix["ada", rules.version].articles == 2
    assert found.corrected.matrix["ben", rules.version].articles == 1
    assert 0 < found.corrected.matrix["ada", rules.version].f1 < 1
    assert report_agreement(context).models == ()


def test_predictions_in_files_are_compared(context, tmp_path):
    """By their model version; texts that nobody annotated are counted."""
    line = _line("a", ("ada", ALL, None), ("ben", ALL, None))
    _write(context, line)
    spans = [{"start": 0, "end": 9, "label": "Source"}]
    said = [
        {"article_id": "a", "text": TEXT, "spans": spans, "model_version": "other-1"},
        {"article_id": "b", "text": TEXT, "spans": spans, "model_version": "other-1"},
    ]
    path = tmp_path / "p.jsonl"
    path.write_text("".join(json.dumps(value) + "\n" for value in said))
    found = report_agreement(context, predictions=[path])
    assert found.passed_over == {path: 1}
    assert found.blind.matrix["ada", "other-1"].f1 == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"model_version": None}, "names no model_version"), ({}, "two lines of other-1")],
)
def test_lines_that_are_no_predictions_are_refused(context, tmp_path, change, said):
    """What people made, and an article that stands twice, with file and line."""
    _write(context, _line("a", ("ada", ALL, None), ("ben", ALL, None)))
    one = {"article_id": "a", "text": TEXT, "spans": [], "model_version": "other-1"}
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps(one) + "\n" + json.dumps({**one, **change}) + "\n")
    with pytest.raises(InputError, match=said) as caught:
        report_agreement(context, predictions=[path])
    assert caught.value.line == 2


def test_a_model_and_a_file_of_the_same_version_are_not_both_taken(context, tmp_path, monkeypatch):
    """Named, the model is refused; of what people were shown the file says what it marked."""
    rules = context.models.choose("rules").version
    _write(context, _line("a", ("ada", ALL, rules), ("ben", ALL, rules)))
    path = tmp_path / "p.jsonl"
    path.write_text(
        json.dumps({"article_id": "a", "text": TEXT, "spans": [], "model_version": rules}) + "\n"
    )
    with pytest.raises(UsageError, match="predictions in a file, and a model"):
        report_agreement(context, models=["rules"], predictions=[path])
    monkeypatch.setattr(context.models, "load", lambda _: pytest.fail("nobody is asked"))
    found = report_agreement(context, shown_models=True, predictions=[path])
    assert found.corrected.matrix["ada", rules].f1 == 0.0


def test_where_no_model_was_shown_that_is_told(context, tmp_path):
    """And a file without a line is an error."""
    _write(context, _line("a", ("ada", ALL, None), ("ben", ALL, None)))
    assert report_agreement(context, shown_models=True).nobody_shown
    assert not report_agreement(context).nobody_shown
    empty = tmp_path / "p.jsonl"
    empty.write_text("")
    with pytest.raises(InputError, match="no line"):
        report_agreement(context, predictions=[empty])


def test_an_article_is_named_with_the_address_of_its_task(context, monkeypatch):
    """With a server the address of the task's page, while it is stopped its number."""
    _write(context, _line("a", ("ada", ALL, None), ("ben", (), None)))
    assert report_agreement(context).addresses == {"a": "task 7"}
    monkeypatch.setattr(
        "annotate.workflow.learning.agreement.known_address", lambda _: "http://127.0.0.1:8080"
    )
    assert report_agreement(context).addresses == {
        "a": "http://127.0.0.1:8080/projects/3/data?task=7"
    }

import json

import pytest

from annotate.cli.output.review import show_decisions, show_review_push
from annotate.workflow.people.decisions import DecisionPlan, OpenArticle, OpenMark
from annotate.workflow.people.review import OutdatedDecision, ReviewPlan


def _plan(**fields):
    about = {
        "title": "News review", "changes": (), "decided": 1, "taskless": (), "open": 2, "begun": 1,
        "undecided": (), "withdrawn": 0, "unknown": 0, "unreadable": (), "inferred": 0, "notes": {},
    }  # fmt: skip
    return DecisionPlan(**{**about, **fields})


def _mark(reason="disputed", words="the quay might sink"):
    return OpenMark(kind="Claim", start=58, end=77, words=words, reason=reason)


def _said(capsys):
    captured = capsys.readouterr()
    return captured.out, " ".join(captured.err.split())


def test_what_is_undecided_is_told_by_article_and_mark(capsys):
    """With words, reason and address; where nothing is, nothing is said."""
    article = OpenArticle(
        article_id="ferry[/b]",
        address="http://studio.test/projects/2/data?task=7",
        marks=(_mark(), _mark("an end of it is not kept", "x" * 90)),
    )
    show_decisions(_plan(undecided=(article,)), None, dry_run=False, json_=False)
    out, told = _said(capsys)
    assert "nothing new" in out
    assert "1 articles are decided, 2 open (1 begun, not submitted)" in " ".join(out.split())
    assert "ferry[/b]: undecided, 2 marks" in told
    assert "Claim 58–77 “the quay might sink”" in told
    assert "…” (an end of it is not kept)" in told
    assert article.address in told
    assert "2 marks of 1 submitted articles are undecided" in told
    show_decisions(_plan(), None, dry_run=True, json_=False)
    out, told = _said(capsys)
    assert ("would change 0 articles" in out, told) == (True, "")


def test_many_undecided_marks_are_counted(capsys):
    """Twenty articles with twenty marks each are named, and how many more there are."""
    marks = tuple(_mark() for _ in range(23))
    articles = tuple(
        OpenArticle(article_id=f"n{n}", address="http://s", marks=marks) for n in range(22)
    )
    show_decisions(_plan(undecided=articles), None, dry_run=False, json_=False)
    _, told = _said(capsys)
    assert told.count("… and 3 more") == 20
    assert "… and 2 more articles" in told
    assert "506 marks of 22 submitted articles are undecided" in told


@pytest.mark.parametrize("dry_run", [True, False])
def test_scripts_get_all_of_it(capsys, dry_run):
    """Marks with offsets, tasks that cannot be read, notes."""
    article = OpenArticle(article_id="n1", address="http://s", marks=(_mark(),))
    plan = _plan(undecided=(article,), unreadable=("task 7: why",), inferred=3, notes={"x": 1})
    show_decisions(plan, None, dry_run=dry_run, json_=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["dry_run"], told["version"], told["decided"], told["begun"]) == (
        dry_run, None, 1, 1,
    )  # fmt: skip
    assert told["undecided"] == [
        {
            "article_id": "n1",
            "address": "http://s",
            "marks": [
                {"kind": "Claim", "start": 58, "end": 77, "words": "the quay might sink",
                 "reason": "disputed"}
            ],
        }
    ]  # fmt: skip
    assert (told["unreadable"], told["inferred_links"], told["notes"]) == (
        ["task 7: why"], 3, {"x": 1},
    )  # fmt: skip
    show_decisions(plan, None, dry_run=dry_run, json_=False)
    out, said = _said(capsys)
    assert "3 links of the decisions were inferred" in out
    assert "task 7: why 1 tasks of the review cannot be read" in said


@pytest.mark.parametrize("count", [0, 1, 22])
def test_decisions_that_lack_marks_are_told_with_the_next_step(capsys, count):
    """By article with the number of marks and the address; scripts get all of them."""
    outdated = tuple(
        OutdatedDecision(article_id=f"n{n}", address="http://s?task=7", marks=3)
        for n in range(count)
    )
    plan = ReviewPlan(
        project=None, title="News review", export="000001", to_send=(), to_change={},
        label_config=None, present=1, decided=count, undisputed=0, marks=0, outdated=outdated,
    )  # fmt: skip
    show_review_push(None, plan, None, json_=False)
    _, told = _said(capsys)
    assert ("n0: decided, 3 marks are not judged http://s?task=7" in told) == (count > 0)
    assert (f"{count} decided articles have other marks now" in told) == (count > 0)
    assert ("Next: delete the decision in Label Studio" in told) == (count > 0)
    assert ("… and 2 more articles" in told) == (count > 20)
    show_review_push(None, plan, None, json_=True)
    told = json.loads(capsys.readouterr().out)["outdated"]
    article = {"article_id": "n0", "address": "http://s?task=7", "marks": 3}
    assert (len(told), told[:1]) == (count, [article] if count else [])


def test_decisions_without_a_task_are_told(capsys):
    """With names and the next step."""
    show_decisions(_plan(taskless=("n1", "n2")), None, dry_run=False, json_=False)
    _, told = _said(capsys)
    assert "2 of the decided articles have no review task any more: n1, n2" in told
    assert "annotate review push --reopen" in told
    show_decisions(_plan(taskless=("n1",)), None, dry_run=False, json_=True)
    assert json.loads(capsys.readouterr().out)["taskless"] == ["n1"]

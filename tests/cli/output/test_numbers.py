"""Numbers without ground, as the commands show them."""

import json
import re
from dataclasses import replace

import pytest
from export_lines import export_line
from gold import adopt_jsonl, write_gold

from annotate.cli.commands import agreement as agreement_command
from annotate.cli.commands import models as models_command
from annotate.cli.output.evaluation import show_evaluation
from annotate.cli.output.training import (
    retrain_json,
    show_curve,
    show_retrain,
    show_retrain_plan,
)
from annotate.pages.evaluation import evaluation_page
from annotate.pipeline.registry import Model
from annotate.quality.gate import decide, outlook
from annotate.quality.lost import find_losses
from annotate.workflow.learning.curve import Point, plan_curve
from annotate.workflow.learning.evaluate import evaluate_annotations, evaluate_model
from annotate.workflow.learning.gold import read_gold
from annotate.workflow.learning.judging import Judged
from annotate.workflow.learning.memory import MemoryNeed
from annotate.workflow.learning.planning import plan_retrain
from annotate.workflow.learning.retrain import RetrainResult
from annotate.workflow.learning.separation import KeptOut


@pytest.fixture
def here(workspace, monkeypatch):
    """Commands run in the workspace."""
    monkeypatch.chdir(workspace.root)


def test_one_article_has_scores_and_no_interval(context, samples, tmp_path, capsys):
    """Text, JSON and page show the scores, a dash for the interval, and the reason once."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:1])
    found = evaluate_model(context, read_gold(gold), context.models.choose("rules"))
    show_evaluation(found)
    told = capsys.readouterr().out
    assert "(95 % interval –, 1 article)" in told
    assert told.count("only 1 article gives ground; an interval needs 5") == 1
    value = json.loads(json.dumps(found.to_json()))
    assert value["macro_exact_interval"] is None
    assert set(value["exact_f1_intervals"].values()) == {None}
    assert value["macro_f1"]["exact"] > 0
    page = evaluation_page(found, title="x", colours={})
    assert "(95 % interval –)" in page
    assert "only 1 article gives ground; an interval needs 5" in page


def test_a_label_that_nothing_is_known_of_is_a_dash_and_no_zero(context, samples, tmp_path, capsys):
    """Labels that gold does not name have their row, without a number."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:6], labels=["Source"])
    found = evaluate_model(context, read_gold(gold), context.models.choose("rules"))
    show_evaluation(found)
    told = capsys.readouterr().out
    row = next(line for line in told.splitlines() if "Hedge" in line)
    assert [cell.strip() for cell in row.split("│")[4:10]] == ["–"] * 6
    assert "– at Claim, Hedge: no article gives ground" in told
    assert found.to_json()["labels"]["Hedge"]["exact"]["f1"] is None
    assert "– at <span" in evaluation_page(found, title="x", colours={})


def _retrained(context, gold):
    """A retraining that came to the rules again, judged on `gold`."""
    rules = context.models.choose("rules")
    scored = evaluate_annotations(context, gold, rules)
    verdict = decide(
        scored.scores, scored.scores, scored.labels, margin=0.01, min_articles=30, samples=100
    )
    return RetrainResult(
        model=Model(version="spans-1", path=None, lineage={"incumbent": rules.version}),
        judged=Judged(
            verdict=verdict,
            outlets=(),
            scores=(scored.scores, scored.scores),
            extras=(scored.extras, scored.extras),
            repeats=1,
        ),
        promoted=False,
        forced=False,
        outlets=(),
        losses=find_losses([], ()),
    )


def test_a_comparison_without_test_articles_shows_dashes(context, capsys):
    """No empty table and no 0.0 → 0.0: every label has its row, and the reason is told."""
    show_retrain(_retrained(context, []))
    told = capsys.readouterr().out
    row = next(line for line in told.splitlines() if "Claim" in line)
    assert [cell.strip() for cell in row.split("│")[2:7]] == ["0", "– → –", "– (–)", *["– → –"] * 2]
    assert "macro exact F1: – → –, difference – (95 % interval –)" in told
    assert "no article gives ground" in told
    assert "0.0" not in told


def test_a_comparison_shows_links_and_choices(context, samples, capsys):
    """Of both pipelines, as text and as JSON; the verdict does not count them."""
    names = context.scheme.all_names
    gold = [
        (line.article, line.annotation(annotator="x", annotation_id="1", all_names=names))
        for line in samples[:2]
    ]
    result = _retrained(context, gold)
    show_retrain(result)
    told = capsys.readouterr().out
    assert re.search(r"links attributed_to: F1 (\S+) → \1 \(\d+ in the gold; both ends", told)
    assert re.search(r"source_type: (\S+) → \1 right \(of (\d+) → \2 spans", told)
    value = retrain_json(result)
    assert value["links"]["hedges"]["candidate"]["gold"] > 0
    assert value["choices"]["source_type"]["incumbent"]["of"] > 0


def test_what_the_test_articles_allow_is_said_before_the_training(
    context, samples, tmp_path, capsys
):
    """The plan says how many there are and what the verdict will be, for people and scripts."""
    adopt_jsonl(context, write_gold(tmp_path / "g.jsonl", samples[:8]), annotator="x")
    plan = plan_retrain(context)
    said = outlook(len(plan.test), min_articles=30)
    plan = replace(plan, kept_out=(KeptOut(article_id="copy", split="dev", repeats="wire"),))
    memory = MemoryNeed(100.0, None)
    show_retrain_plan(plan, memory, said, json_=False)
    told = capsys.readouterr()
    assert "the verdict will be undecided, and the pipeline in use stays" in told.out
    assert "copy (dev) nearly repeats wire" in told.err
    show_retrain_plan(plan, memory, said, json_=True)
    value = json.loads(capsys.readouterr().out)
    assert value["verdict_will_be"] == said
    assert value["kept_out"] == [{"article_id": "copy", "split": "dev", "repeats": "wire"}]


def test_a_curve_on_few_test_articles_says_so(context, capsys):
    """Means without a deviation are dashes there, and what the scores rest on is told."""
    lines = [replace(export_line(f"{s}{n}", text=f"It may be {s} {n * 7919}."), split=s)
             for s in ("test", "train") for n in range(3)]  # fmt: skip
    context.versions.write(sorted(lines, key=lambda line: line.key), about={})
    plan = plan_curve(context, seeds=1)
    points = [Point(articles=0, scores=(None,)), Point(articles=3, scores=(0.5,))]
    show_curve(plan, points, json_=False)
    told = capsys.readouterr()
    row = next(line for line in told.out.splitlines() if "in use" in line)
    assert [cell.strip() for cell in row.split("│")[2:4]] == ["–", "–"]
    assert "only 3 articles give ground; an interval needs 5" in told.err
    show_curve(plan, points, json_=True)
    value = json.loads(capsys.readouterr().out)
    assert value["points"][0]["mean"] is None
    assert value["reason"] == "only 3 articles give ground; an interval needs 5"


@pytest.mark.usefixtures("here")
def test_models_are_listed_without_scores_that_nothing_gave(context, capsys):
    """A model that was judged on no article has a dash; of others it is told what was measured."""
    models = context.workspace.models
    (models / "spans-000000000000").mkdir(parents=True)
    verdict = {"decision": "undecided", "reason": "x", "articles": 0, "candidate": 0.0, "low": 0.0}
    (models / "spans-000000000000.json").write_text(json.dumps({"verdict": verdict}))
    models_command.list_(json_=False)
    told = capsys.readouterr().out
    row = next(line for line in told.splitlines() if "│" in line and "spans-0" in line)
    assert "–" in row
    assert "0.0" not in row
    assert re.search(r"– at spans-000000000000\S*: no article gives ground", told)
    for number, judged in enumerate(({"folded": 12, "blind": 3}, {})):
        name = f"spans-{number + 1}00000000000"
        (models / name).mkdir()
        verdict |= {"articles": 15, "candidate": 0.7, "incumbent": 0.6, **judged}
        (models / f"{name}.json").write_text(json.dumps({"verdict": verdict}))
        verdict = {"decision": "kept", "reason": "x"}
    models_command.list_(json_=False)
    shown = capsys.readouterr()
    assert "70.0 │ 12 by folds, 3 test (3 blind) │" in shown.out
    assert "70.0 │ 15 test  " in shown.out
    assert "figures on other articles do not compare" in shown.err
    models_command.show("spans-0", json_=False)
    told = capsys.readouterr().out
    assert "macro exact F1 on 0 test articles: – → –, difference – (95 % interval –)" in told


@pytest.mark.usefixtures("here")
def test_agreement_on_one_article_has_no_interval(context, capsys):
    """Two people and one article: F1, a dash, and why; of the other kind of work: nobody."""
    one = export_line("a")
    (own,) = one.annotations
    both = (own, replace(own, annotator="annotator-y", annotation_id="2"))
    context.versions.write([replace(one, annotations=both)], about={})
    agreement_command.agreement(json_=False)
    told = capsys.readouterr().out
    assert "100.0" in told
    assert "to 100.0" not in told
    assert "only 1 article gives ground; an interval needs 5" in told
    agreement_command.agreement(json_=True)
    value = json.loads(capsys.readouterr().out)
    assert value["corrected"]["measures"]["exact"]["Hedge"]["low"] is None
    assert value["blind"]["reason"] == "no article was annotated by two people"


@pytest.mark.usefixtures("here")
def test_a_prelabeller_that_cannot_be_made_stands_in_nobodys_way(context, capsys):
    """The other models are listed, and the reason is told."""
    config = context.workspace.root / "annotate.yaml"
    config.write_text(
        config.read_text()
        + "prelabeller: {kind: openai, url: 'http://127.0.0.1:9/v1', model: m, "
        + "api_key_file: nowhere}\n"
    )
    models_command.list_(json_=False)
    told = capsys.readouterr()
    assert "rules-" in told.out
    assert "cannot be used: " in told.err
    assert "nowhere" in told.err

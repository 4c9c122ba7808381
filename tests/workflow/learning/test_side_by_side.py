import json

import pytest
from gold import write_gold

from annotate.errors import UsageError
from annotate.jsonl import article_line_to_json, dumps
from annotate.workflow.learning.side_by_side import assess_each


def _predictions(path, lines, version, *, labels):
    rows = []
    for line in lines:
        row = {**article_line_to_json(line), "links": [], "model_version": version}
        row["spans"] = [span for span in row["spans"] if span["label"] in labels]
        rows.append(dumps(row))
    path.write_text("\n".join(rows) + "\n")
    return path


def test_several_are_scored_on_the_same_articles(context, samples, tmp_path):
    """A model and two files stand side by side, each compared with the first as the gate does."""
    lines = samples[:8]
    gold = write_gold(tmp_path / "gold.jsonl", lines)
    right = _predictions(tmp_path / "r.jsonl", lines, "r", labels=("Claim", "Source", "Hedge"))
    partly = _predictions(tmp_path / "p.jsonl", lines, "p", labels=("Hedge",))
    config = context.workspace.root / "annotate.yaml"
    config.write_text(config.read_text() + "gate: {min_test_articles: 8}\n")
    context.reload()
    found = assess_each(context, models=["rules"], predicted=[right, partly], gold=gold)
    rules, perfect, hedges = (each.evaluation.macro["exact"] for each in found.assessments)
    assert hedges < rules < perfect == 1.0
    assert [verdict.decision for verdict in found.verdicts] == ["promoted", "kept"]
    assert [verdict.incumbent for verdict in found.verdicts] == [rules, rules]
    said = json.loads(dumps(found.to_json()))["compared"]
    assert [each["name"] for each in said][1:] == [str(right), str(partly)]
    assert said[0]["verdict"] is None
    assert said[1]["verdict"]["decision"] == "promoted"
    assert len(found.warnings()) == len(set(found.warnings())) == 2  # of two unknown versions


def test_nothing_is_compared_with_itself(context, samples, tmp_path):
    """One that is named twice is refused."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:1])
    with pytest.raises(UsageError, match="named twice"):
        assess_each(context, models=["rules", "rules"], predicted=[], gold=gold)

"""A pre-labeller of annotate.yaml beside other models, on gold."""

import pytest
from chat_server import name_server
from gold import adopt_jsonl, write_gold

from annotate.records import text_hash
from annotate.workflow.learning.assess import assess
from annotate.workflow.learning.side_by_side import assess_each


@pytest.fixture
def named(context, chat):
    """Return `named(**settings)`: the context of a workspace that names the scripted server."""

    def make(**changes):
        name_server(context.workspace.root, chat, **changes)
        context.reload()
        return context

    return make


def test_it_stands_beside_the_rules_on_the_same_gold(named, chat, samples, tmp_path):
    """Rules and language model are scored in one table; the second time nobody is asked."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:3])
    found = assess_each(named(), models=["rules", "prelabeller"], predicted=[], gold=gold)
    rules, asked = (each.evaluation for each in found.assessments)
    assert asked.name.startswith("openai-tiny-")
    assert 0 < asked.macro["exact"] < rules.macro["exact"]
    assert any("when it was made elsewhere" in said for said in found.warnings())
    count = len(chat.asked)
    assert assess(named(), gold=gold, model="prelabeller").evaluation == asked
    assert len(chat.asked) == count > 0


def test_an_article_without_a_prediction_is_told(named, chat, samples, tmp_path):
    """It is scored as if nothing was marked, and named; the other articles count as they are."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:2])
    context = named()
    whole = assess(context, gold=gold, model="prelabeller")
    (context.workspace.state / "prelabeller.sqlite3").unlink()
    chat.faults = [500]
    found = assess(named(), gold=gold, model="prelabeller")
    assert found.failed == (samples[0].article.article_id,)
    assert any(samples[0].article.article_id in said for said in found.warnings())
    assert found.to_json()["without_prediction"] == list(found.failed)
    assert whole.failed == ()
    assert found.evaluation.scores[1] == whole.evaluation.scores[1]
    assert sum(found.evaluation.counts[label]["exact"].gold for label in found.evaluation.labels) == sum(whole.evaluation.counts[label]["exact"].gold for label in whole.evaluation.labels)  # fmt: skip


def test_gold_that_was_shown_as_an_example_is_told(named, samples, tmp_path):
    """Scores on articles whose paragraphs stand in the prompt flatter the model."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:12])
    context = named()
    adopt_jsonl(context, gold, annotator="ada@example.org")
    context = named(examples_from=1, examples=2)
    shown = context.models.in_use().lineage["texts"]["train"]
    assert len(shown) == 2
    assert set(shown) <= {text_hash(line.article.text) for line in samples[:12]}
    found = assess(context, gold=gold, model="prelabeller")
    assert found.taught[0].exact["train"] == 2
    assert any("these scores flatter it" in said for said in found.warnings())


def test_gold_of_other_labels_is_told(context, samples, tmp_path):
    """What the labelling config cannot score is counted by label; without a model that is told."""
    gold = write_gold(tmp_path / "gold.jsonl", samples[:2], spans=[
        {"start": 0, "end": 3, "label": "PERSON"}, {"start": 4, "end": 6, "label": "PERSON"},
    ], links=[])  # fmt: skip
    found = assess(context, gold=gold, model="none")
    assert found.strange == {"PERSON": 4}
    said = " ".join(found.warnings())
    assert "no such label: gold PERSON 4" in said
    assert "annotate retrain makes a model" in said
    assert found.to_json()["unknown_labels"] == {"PERSON": 4}

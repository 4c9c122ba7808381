from dataclasses import replace

import pytest
from gold import adopt_jsonl

from annotate.jsonl import article_line_to_json, dumps
from annotate.samples import sample_articles
from annotate.workflow.learning import memory
from annotate.workflow.learning.memory import memory_need
from annotate.workflow.learning.planning import plan_retrain


@pytest.fixture
def plan(context, tmp_path):
    gold = tmp_path / "gold.jsonl"
    lines = (article_line_to_json(line) for line in sample_articles()[:6])
    gold.write_text("".join(dumps(line) + "\n" for line in lines))
    adopt_jsonl(context, gold, annotator="x")
    return plan_retrain(context)


def test_a_larger_pool_takes_more_memory(context, plan):
    """Texts for weak labels count as what is learned from."""
    larger = replace(plan, pool=("word " * 100_000,))
    difference = memory_need(context, larger).expected - memory_need(context, plan).expected
    assert 1 < difference < 20


def test_memory_is_scarce_where_less_is_free(context, plan, monkeypatch):
    """Where the system does not tell what is free, nothing is warned of."""
    for free, scarce in ((None, False), (1.0, True), (1e6, False)):
        monkeypatch.setattr(memory, "available_megabytes", lambda free=free: free)
        assert memory_need(context, plan).scarce == scarce

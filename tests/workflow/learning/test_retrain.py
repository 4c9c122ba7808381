import pytest
from gold import adopt_jsonl, write_gold

from annotate.errors import SchemeMismatchError, TrainingError
from annotate.exports.formats.own import read_own
from annotate.jsonl import article_line_from_json, article_line_to_json
from annotate.workflow.exchange.adopt import adopt
from annotate.workflow.learning.planning import plan_retrain
from annotate.workflow.learning.retrain import apply_retrain


@pytest.mark.slow
def test_retraining_keeps_a_model_with_its_lineage_and_verdict(
    workspace, context, samples, tmp_path
):
    """From gold to candidate: splits hold, the gate decides, and --force is on record."""
    (workspace.root / "annotate.yaml").write_text(
        (workspace.root / "annotate.yaml").read_text()
        + "training: {epochs: 1, weak_epochs: 1}\nsplit: {dev: 0.2, test: 0.3}\n"
        + "gate: {folds: 2, repeats: 1}\n"
    )
    context.reload()
    adopt_jsonl(context, write_gold(tmp_path / "g.jsonl", samples[:20]), annotator="x")
    plan = plan_retrain(context, articles=[line.article for line in samples[:30]])
    ids = [{a.article_id for a, _ in gold} for gold in (plan.train, plan.dev, plan.test)]
    assert sum(map(len, ids)) + plan.left_out == 20
    assert len(ids[0] | ids[1] | ids[2]) == sum(map(len, ids))
    test_texts = {article.text for article, _ in plan.test}
    assert not test_texts & set(plan.pool)
    assert len(plan.pool) + plan.pool_left_out == 30
    assert plan.pool_left_out >= len(plan.test)
    result = apply_retrain(context, plan)
    assert result.verdict.decision == "undecided"
    store = context.models.store
    assert store.in_use().version.startswith("rules-")
    kept = store.find(result.model.version)
    assert kept.lineage["export"]["id"] == plan.version.id
    assert kept.lineage["verdict"]["decision"] == "undecided"
    assert not kept.lineage["promoted"]
    again = apply_retrain(context, plan, force=True)
    assert again.model.version == result.model.version
    assert again.forced
    assert store.in_use().version == result.model.version
    assert store.find(result.model.version).lineage["forced"]
    assert list(store.directory.glob(".training-*")) == []


def test_retraining_on_too_little_stops_with_the_reason(workspace, context, samples, tmp_path):
    """Without a training article, or with labels that the config lost, nothing is trained."""
    lines = [
        article_line_from_json({**article_line_to_json(samples[0]), "article_id": "article-1"})
    ]
    (workspace.root / "annotate.yaml").write_text(
        (workspace.root / "annotate.yaml").read_text() + "split: {dev: 0.0, test: 0.99}\n"
    )
    context.reload()
    adopt_jsonl(context, write_gold(tmp_path / "g.jsonl", lines), annotator="x")
    with pytest.raises(TrainingError, match="no annotated training article"):
        plan_retrain(context)
    config = workspace.root / "label_configs" / "claims.xml"
    config.write_text(config.read_text().replace('value="Hedge"', 'value="Doubt"'))
    context.reload()
    with pytest.raises(SchemeMismatchError, match="Hedge"):
        plan_retrain(context)


def test_the_plan_follows_the_rules_of_adjudication(workspace, context, samples, tmp_path):
    """It says by which rule each article was decided, and leaves out where none decides."""
    path = write_gold(tmp_path / "g.jsonl", samples[:6])
    for name in ("a", "b", "c"):
        adopt_jsonl(context, path, annotator=name)
    twice = write_gold(tmp_path / "h.jsonl", samples[6:8])
    for name in ("a", "b"):
        adopt_jsonl(context, twice, annotator=name)
    config = workspace.root / "annotate.yaml"
    config.write_text(config.read_text() + "adjudication: [majority]\n")
    context.reload()
    plan = plan_retrain(context)
    assert set(plan.rules.values()) == {"majority"}
    assert len(plan.rules) == 6
    assert len(plan.undecided) == 2
    gold = [a for split in (plan.train, plan.dev, plan.test) for _, a in split]
    assert {annotation.annotator for annotation in gold} == {"majority"}


def test_a_foreign_corpus_is_learned_first_and_never_tested_on(
    workspace, context, samples, tmp_path
):
    """Its articles all train, but for near-duplicates of one's own test articles."""
    own = tmp_path / "own.jsonl"
    adopt_jsonl(context, write_gold(own, samples[:12]), annotator="me")
    foreign = tmp_path / "foreign.jsonl"
    lines = [
        article_line_from_json({**article_line_to_json(line), "labels": ["Source"], "links": []})
        for line in samples[20:30]
    ]
    tested = next(a for a, _ in plan_retrain(context).test)
    copy = article_line_from_json(
        {"article_id": "reprint", "text": f"Reprinted.\n{tested.text}", "labels": ["Source"]}
    )
    items = read_own(write_gold(foreign, [*lines, copy])).items
    adopt(context, items, annotator="them", source=foreign, corpus="Them")
    plan = plan_retrain(context)
    theirs = {article.article_id for article, _ in plan.foreign}
    assert theirs == {line.article.article_id for line in lines}
    assert plan.left_out == 1
    assert not theirs & {
        a.article_id for gold in (plan.train, plan.dev, plan.test) for a, _ in gold
    }
    assert all(annotation.labels == ("Source",) for _, annotation in plan.foreign)

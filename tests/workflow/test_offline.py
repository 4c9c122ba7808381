"""The verbs that need no server: prelabel, evaluate, exports read, retrain."""

from dataclasses import replace
from pathlib import Path

import pytest
from gold import adopt_jsonl

from annotate.errors import InputError, SchemeMismatchError, TrainingError
from annotate.exports.formats.own import read_own
from annotate.exports.store import ExportStore
from annotate.jsonl import article_line_from_json, article_line_to_json, dumps, read_article_lines
from annotate.samples import sample_articles
from annotate.workflow.exchange.adopt import adopt
from annotate.workflow.learning.evaluate import evaluate_files, evaluate_model
from annotate.workflow.learning.prelabel import prelabel
from annotate.workflow.learning.retrain import apply_retrain, plan_retrain


@pytest.fixture(scope="module")
def samples():
    return sample_articles()


def _gold(path: Path, lines, **changes):
    path.write_text(
        "".join(dumps({**article_line_to_json(line), **changes}) + "\n" for line in lines)
    )
    return path


def test_prelabel_writes_lines_that_are_read_back(context, samples, tmp_path):
    """Pre-labels go to JSONL with ids, scores, links and model version, and come back whole."""
    out = tmp_path / "out.jsonl"
    articles = [line.article for line in samples[:5]]
    model = context.models.choose(None)
    result = prelabel(context, articles, model, out)
    lines = [line for _, line in read_article_lines(out)]
    assert [line.article for line in lines] == articles
    assert sum(len(line.spans) for line in lines) == sum(result.spans.values())
    assert {line.model_version for line in lines} == {model.version}
    assert all(set(line.scores) == {span.id for span in line.spans} for line in lines)
    assert sum(len(line.links) for line in lines) == result.links > 0


def test_a_failing_prelabel_leaves_no_file(context, samples, tmp_path, monkeypatch):
    """What breaks half-way writes nothing."""
    from annotate.pipeline import prediction

    def broken(*_, **__):
        raise RuntimeError("half-way")
        yield

    monkeypatch.setattr(prediction.Pipeline, "predict", broken)
    with pytest.raises(RuntimeError):
        prelabel(
            context,
            [samples[0].article],
            context.models.choose(None),
            tmp_path / "out.jsonl",
        )
    assert list(tmp_path.glob("*.jsonl")) == []


def test_a_model_and_its_own_output_score_the_same(workspace, context, samples, tmp_path):
    """Scoring a model on gold equals scoring the file that it wrote."""
    scheme, model = workspace.scheme(), context.models.choose("rules")
    gold = _gold(tmp_path / "gold.jsonl", samples[:6])
    out = tmp_path / "out.jsonl"
    prelabel(context, [line.article for line in samples[:6]], model, out)
    by_file = evaluate_files(gold, scheme.span_labels, out)
    assert replace(by_file, name=model.version) == evaluate_model(context, gold, model)
    assert 0.2 < by_file.macro["exact"] < 1.0
    low, high = by_file.interval
    assert low <= by_file.macro["exact"] <= high
    for label, counts in by_file.counts.items():
        low, high = by_file.label_intervals[label]
        assert low <= counts["exact"].f1 <= high
    assert evaluate_files(gold, scheme.span_labels, gold).macro["exact"] == 1.0


def test_labels_that_gold_does_not_name_are_not_scored(context, samples, tmp_path):
    """A gold file that knows Sources alone is scored on Sources alone."""
    gold = _gold(tmp_path / "gold.jsonl", samples[:3], labels=["Source"])
    found = evaluate_model(context, gold, context.models.choose(None))
    assert set(found.counts) == {"Source"}


def test_files_of_different_articles_are_not_compared(workspace, samples, tmp_path):
    """A missing article, another text or an article that stands twice is named."""
    labels = workspace.scheme().span_labels
    two = _gold(tmp_path / "two.jsonl", samples[:2])
    one = _gold(tmp_path / "one.jsonl", samples[:1])
    with pytest.raises(InputError, match=r"one\.jsonl: no line for article"):
        evaluate_files(two, labels, one)
    value = article_line_to_json(samples[0])
    del value["text_sha256"]
    other = tmp_path / "other.jsonl"
    other.write_text(dumps({**value, "text": value["text"] + "!"}) + "\n")
    with pytest.raises(InputError, match="has another text"):
        evaluate_files(one, labels, other)
    twice = _gold(tmp_path / "twice.jsonl", [samples[0], samples[0]])
    with pytest.raises(InputError, match=r"twice\.jsonl:2: article .* stands twice"):
        evaluate_files(one, labels, twice)


def test_annotations_from_a_file_become_a_version_once(workspace, context, samples, tmp_path):
    """Reading gold makes a version under a pseudonym; reading it again makes none."""
    gold = _gold(tmp_path / "gold.jsonl", samples[:4])
    result = adopt_jsonl(context, gold, annotator="ines@example.org")
    assert (result.articles, result.annotations) == (4, 4)
    store = ExportStore(workspace.exports)
    lines = store.load(store.find(None)).values()
    annotators = {a.annotator for line in lines for a in line.annotations}
    assert len(annotators) == 1
    assert "ines" not in next(iter(annotators))
    for line, sample in zip(
        sorted(lines, key=lambda x: x.article.article_id),
        sorted(samples[:4], key=lambda x: x.article.article_id),
        strict=True,
    ):
        assert line.annotations[0].spans == sample.spans
        assert line.annotations[0].links == sample.links
    assert adopt_jsonl(context, gold, annotator="ines@example.org").version is None
    second = adopt_jsonl(context, gold, annotator="jon@example.org")
    assert second.version is not None
    assert second.version.counts["annotations"] == 8


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model_version": "rules-1"}, "nobody's annotations"),
        (
            {"spans": [{"start": 0, "end": 3, "label": "Opinion"}], "links": []},
            "unknown label 'Opinion'",
        ),
    ],
)
def test_what_is_no_annotation_is_not_adopted(workspace, context, samples, tmp_path, change, said):
    """Predictions and unknown labels are refused with file and line; no version is made."""
    gold = _gold(tmp_path / "gold.jsonl", samples[:1], **change)
    with pytest.raises(InputError, match=rf"gold\.jsonl:1: .*{said}"):
        adopt_jsonl(context, gold, annotator="x")
    assert ExportStore(workspace.exports).versions() == []


@pytest.mark.slow
def test_retraining_keeps_a_model_with_its_lineage_and_verdict(
    workspace, context, samples, tmp_path
):
    """From gold to candidate: splits hold, the gate decides, and --force is on record."""
    (workspace.root / "annotate.yaml").write_text(
        (workspace.root / "annotate.yaml").read_text()
        + "training: {epochs: 1, weak_epochs: 1}\nsplit: {dev: 0.2, test: 0.3}\n"
    )
    context.reload()
    adopt_jsonl(context, _gold(tmp_path / "g.jsonl", samples[:20]), annotator="x")
    plan = plan_retrain(context, articles=[line.article for line in samples[:30]])
    ids = [{a.article_id for a, _ in gold} for gold in (plan.train, plan.dev, plan.test)]
    assert sum(map(len, ids)) + plan.left_out == 20
    assert len(ids[0] | ids[1] | ids[2]) == sum(map(len, ids))
    test_texts = {article.text for article, _ in plan.test}
    assert not test_texts & set(plan.pool)
    assert len(plan.pool) == 30 - len(plan.test)
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
    adopt_jsonl(context, _gold(tmp_path / "g.jsonl", lines), annotator="x")
    with pytest.raises(TrainingError, match="no annotated training article"):
        plan_retrain(context)
    config = workspace.root / "label_configs" / "claims.xml"
    config.write_text(config.read_text().replace('value="Hedge"', 'value="Doubt"'))
    context.reload()
    with pytest.raises(SchemeMismatchError, match="Hedge"):
        plan_retrain(context)


def test_a_foreign_corpus_is_learned_first_and_never_tested_on(
    workspace, context, samples, tmp_path
):
    """Its articles all train, but for near-duplicates of one's own test articles."""
    own = tmp_path / "own.jsonl"
    adopt_jsonl(context, _gold(own, samples[:12]), annotator="me")
    foreign = tmp_path / "foreign.jsonl"
    lines = [
        article_line_from_json({**article_line_to_json(line), "labels": ["Source"], "links": []})
        for line in samples[20:30]
    ]
    tested = next(a for a, _ in plan_retrain(context).test)
    copy = article_line_from_json(
        {"article_id": "reprint", "text": f"Reprinted.\n{tested.text}", "labels": ["Source"]}
    )
    items = read_own(_gold(foreign, [*lines, copy])).items
    adopt(context, items, annotator="them", source=foreign, corpus="Them")
    plan = plan_retrain(context)
    theirs = {article.article_id for article, _ in plan.foreign}
    assert theirs == {line.article.article_id for line in lines}
    assert plan.left_out == 1
    assert not theirs & {
        a.article_id for gold in (plan.train, plan.dev, plan.test) for a, _ in gold
    }
    assert all(annotation.labels == ("Source",) for _, annotation in plan.foreign)

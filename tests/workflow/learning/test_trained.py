"""What a retraining does around the training itself, which a trainer that costs nothing stands for."""

import hashlib
import json
from dataclasses import replace

import pytest
import spacy
from chat_server import keyword_reply, name_server
from export_lines import export_line

from annotate.cli.output.training import config_lines, show_retrain, show_retrain_plan
from annotate.errors import ModelError, TrainingError, WorkspaceError
from annotate.pipeline.docs import SpanIssue
from annotate.pipeline.prediction import Pipeline
from annotate.pipeline.training import loop
from annotate.pipeline.training.config import schedule_for
from annotate.pipeline.training.corpus import CorpusReport
from annotate.pipeline.training.overrides import read_overrides
from annotate.pipeline.training.plan import Trained
from annotate.quality.scoring import Counts
from annotate.records import Link, Span
from annotate.workflow.learning.curve import CurvePlan, learning_curve
from annotate.workflow.learning.memory import memory_need
from annotate.workflow.learning.planning import plan_retrain
from annotate.workflow.learning.retrain import apply_retrain
from annotate.workflow.learning.span_issues import span_issues, told_issues
from annotate.workflow.state.models import Models

pytestmark = pytest.mark.slow

SPAN = Span(id="r0", start=3, end=6, label="Hedge")


def _pipeline(path):
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": "sc"})
    ruler.add_patterns([{"label": "Hedge", "pattern": "may"}])
    nlp.to_disk(path)
    return path


def _report(article_id):
    issue = SpanIssue(
        article_id=article_id, span=SPAN, what="moved", reason="cuts a token", start=3, end=7
    )
    return CorpusReport(issues=[issue], unreachable=[(article_id, 0, 2, "Claim")])


@pytest.fixture
def trainer(monkeypatch):
    """Return what the trainer was asked for; it gives a pipeline that finds `may`."""
    asked = []

    def train(plan, _, directory, **__):
        asked.append(plan)
        directory.mkdir(exist_ok=True)
        return Trained(
            path=_pipeline(directory / "model"),
            train=_report("a"),
            dev=_report("d"),
            foreign=_report("f"),
            weak_articles=0,
            filled={"Hedge": 3},
            choices=(),
            vectors=0,
            score_scale=(1.0, 0.0),
            schedule=schedule_for(10),
            nested_labels=(),
        )

    monkeypatch.setattr(loop, "pretrain", lambda *_, **__: None)
    monkeypatch.setattr(loop, "finish", train)

    def scale(trained, judged, **_):
        return replace(trained, score_scale=(0.5, float(len(judged))))

    monkeypatch.setattr(loop, "calibrated", scale)
    return asked


@pytest.fixture(autouse=True)
def _rules_cost_nothing(monkeypatch):
    """The rules find nothing: how good they are is tested elsewhere."""
    load = Models.load

    def cheap(models, model):
        if model.path is not None or model.configured or not model.predicts:
            return load(models, model)
        nlp = spacy.blank("en")
        return Pipeline(nlp=nlp, model_version=model.version, scheme=models._scheme())

    monkeypatch.setattr(Models, "load", cheap)


@pytest.fixture
def plan(context):
    """A plan over a version with articles of every kind: ten for development, six for the test."""
    lines = [export_line("a", text="It may rain on train.")]
    lines += [
        replace(export_line(f"{split}{n}", text=f"It may be {split} day {n * 7919}."), split=split)
        for split, count in (("dev", 10), ("test", 6))
        for n in range(count)
    ]
    lines.append(export_line("f", text="It may rain elsewhere.", corpus="Them"))
    context.versions.write(sorted(lines, key=lambda line: line.key), about={})
    return plan_retrain(context, articles=())


def test_a_broken_pipeline_in_use_costs_no_training(context, plan, trainer, tmp_path):
    """It is loaded and asked before the training begins; the error names the next step."""
    store = context.models.store
    kept = store.keep(_pipeline(tmp_path / "old"), name="spans", lineage={})
    store.use(kept)
    (kept.path / "tokenizer").write_bytes(b"broken")
    broken = replace(plan, incumbent=store.in_use())
    with pytest.raises(ModelError, match="nothing was trained: the pipeline in use") as found:
        apply_retrain(context, broken)
    assert "annotate models use rules" in found.value.hint
    assert trainer == []
    assert list(store.directory.glob(".training-*")) == []


def test_a_language_model_in_use_is_asked_before_the_training(context, plan, trainer, chat):
    """The gate compares with what it marks; where it fails, no training was done for nothing."""
    name_server(context.workspace.root, chat)
    context.reload()
    pool = ("It may snow in the pool.",)
    asked = replace(plan, incumbent=context.models.in_use(), pool=pool)
    chat.faults = [401]
    with pytest.raises(ModelError, match="cannot be compared with: 127"):
        apply_retrain(context, asked)
    chat.reply = lambda p: "no" if p in pool else keyword_reply(p)
    assert trainer == []
    result = apply_retrain(context, asked)
    assert (len(trainer), chat.paragraphs[-1]) == (1, pool[0])
    assert result.losses.texts == 0  # nothing is compared where one of them says nothing
    assert result.judged.verdict.incumbent == 1.0  # every hedge of the test articles is found
    assert result.model.lineage["incumbent"] == asked.incumbent.version


def test_the_lineage_keeps_what_taught_and_what_was_lost(context, plan, trainer, capsys):
    """Hashes of training, development and foreign texts; span issues of all three, by name."""
    result = apply_retrain(context, plan)
    assert len(trainer) == 1
    lineage = context.models.store.find(result.model.version).lineage
    assert lineage == json.loads(json.dumps(result.model.lineage))
    for how, gold in (("train", plan.train), ("dev", plan.dev), ("foreign", plan.foreign)):
        assert lineage["texts"][how] == sorted(article.text_sha256 for article, _ in gold)
    where = {(i["part"], i["corpus"], i["article_id"], i["what"]) for i in lineage["span_issues"]}
    assert where == {
        (part, corpus, article, what)
        for part, corpus, article in (("train", None, "a"), ("dev", None, "d"))
        for what in ("moved", "unreachable")
    } | {("foreign", "Them", "f", what) for what in ("moved", "unreachable")}
    assert (lineage["pool_left_out"], lineage["kept_out"]) == (6, [])
    show_retrain(result)
    told = capsys.readouterr().err
    for said in ("training gold: 1 moved", "development articles: 1 moved", "foreign corpus Them:"):
        assert said in told
    assert "1 out of the model's reach, in f" in told


def test_development_articles_that_chose_nothing_taught_nothing(context, plan, trainer):
    """Below ten of them the last epoch is taken: their texts are not among those that taught."""
    few = replace(plan, dev=plan.dev[:9])
    assert apply_retrain(context, few).model.lineage["texts"]["dev"] == []
    assert trainer[0].dev == few.dev


def test_issues_are_told_by_part_and_article():
    """Counts by kind, the first articles by name; what was kept before parts were told is gold."""
    reports = {"foreign": CorpusReport(unreachable=[(f"f{n}", 0, 2, "Claim") for n in range(5)])}
    (said,) = told_issues(span_issues(reports, {}))
    assert said == (
        "foreign corpus without a name: 5 out of the model's reach, in f0, f1, f2 and 2 more"
    )
    old = {"article_id": "a", "what": "lost"}
    assert told_issues([old]) == ["training gold: 1 lost, in a"]
    assert told_issues([]) == []


@pytest.fixture
def small(context):
    """A plan of a small team: twelve corrected articles, two blind ones, none for development."""
    lines = [
        replace(
            export_line(f"{split}{n}", text=f"It may be {split} day {n * 7919}."),
            split=split,
            group=f"group{n // 2}" if split == "train" else f"{split}{n}",
        )
        for split, count in (("train", 12), ("test", 2))
        for n in range(count)
    ]
    lines = [_blind(line) if line.split == "test" else _linked(line) for line in lines]
    context.versions.write(sorted(lines, key=lambda line: line.key), about={})
    return plan_retrain(context, articles=())


def _blind(line):
    unseen = tuple(replace(a, prediction_shown=None) for a in line.annotations)
    return replace(line, blind=True, annotations=unseen)


def _linked(line):
    (own,) = line.annotations
    claim = Span(id="c", start=0, end=9, label="Claim")
    link = Link(head_id=own.spans[0].id, tail_id="c", label="hedges")
    names = (*own.labels, "Claim", "hedges")
    return replace(
        line,
        annotations=(replace(own, spans=(*own.spans, claim), links=(link,), labels=names),),
    )


def test_corrected_test_articles_are_not_blind(context, plan, small):
    """The plan tells those that were annotated without pre-labels apart."""
    assert (len(plan.test), plan.blind) == (6, 0)
    assert small.blind == 2


def test_what_a_candidate_no_longer_marks_is_told(context, small, trainer, tmp_path, capsys):
    """On texts of the pool that nobody annotated, before the verdict; it changes no verdict."""
    store = context.models.store
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": "sc"})
    ruler.add_patterns([{"label": "Hedge", "pattern": word} for word in ("may", "might")])
    nlp.to_disk(tmp_path / "wide")
    wide = store.keep(tmp_path / "wide", name="wide", lineage={})
    texts = tuple(f"It might rain on day {n}, and it may snow." for n in range(4))
    result = apply_retrain(context, replace(small, incumbent=wide, pool=texts))
    (loss,) = (loss for loss in result.losses.labels if loss.label == "Hedge")
    assert (loss.incumbent, loss.candidate, loss.lost) == (8, 4, 4)
    show_retrain(result)
    shown = capsys.readouterr()
    assert "on 4 texts that nobody has annotated" in shown.out
    assert "no longer marked, 4 times: Hedge “might”: It ›might‹ rain on day" in shown.err
    assert "Warning: Hedge: the candidate marks nothing at 4 of 8 places" in shown.err


def test_a_small_team_gets_a_verdict_from_folds(context, small, trainer, capsys):
    """The candidate that finds what people marked is promoted early, and its scores are scaled."""
    result = apply_retrain(context, small)
    assert len(trainer) == 1 + 2 * 5  # the candidate, and two times five folds
    for asked in trainer[1:]:
        learned = {small.groups[article.article_id] for article, _ in asked.train}
        left = {small.groups[a.article_id] for a, _ in small.train} - learned
        assert left
        assert len(asked.train) + 2 * len(left) == 12
    verdict = result.verdict
    assert (verdict.decision, verdict.articles, verdict.blind) == ("promoted early", 14, 2)
    assert result.promoted
    assert context.models.in_use().version == result.model.version
    assert [outlet.articles for outlet in result.outlets] == []
    lost = Counts(0, 0, 0, 24)  # of twelve articles, twice; nothing here draws links
    assert [extras.links for extras in result.judged.extras] == [{"hedges": lost}] * 2
    lineage = result.model.lineage
    assert lineage["losses_on_pool"]["texts"] == result.losses.texts == 0
    assert lineage["cross_validation"] == {"folds": 5, "repeats": 2}
    assert (lineage["promoted"], lineage["forced"]) == (True, False)
    assert lineage["score_scale"] == [0.5, 0.0]  # the ruler's spans have no scores
    show_retrain(result)
    shown = capsys.readouterr().out
    assert "12 annotated articles by cross-validation and 2 test articles" in shown
    assert "verdict: promoted early" in shown


def test_without_an_incumbent_the_candidate_is_shown_alone(context, small, trainer, capsys):
    """It is compared with nothing, over folds as on blind articles; the lineage says so."""
    none = context.models.choose("none")
    result = apply_retrain(context, replace(small, incumbent=none))
    verdict, lineage = result.verdict, result.model.lineage
    assert (verdict.decision, verdict.incumbent, verdict.margin) == ("promoted early", 0.0, 0.01)
    assert (lineage["incumbent"], lineage["promoted"]) == ("none", True)
    assert context.models.in_use().version == result.model.version
    show_retrain(result)
    shown = capsys.readouterr().out
    assert f"blind: {result.model.version}" in shown.replace("\n", " ")
    assert "macro exact F1: 50.0 (95 % interval" in shown
    assert "→" not in shown
    assert "difference" not in shown


def test_fewer_folds_than_asked_for_are_told(context, small):
    """Six pairs of near-duplicates make six folds; one group makes none, and is not validated."""
    gate = context.settings.gate.model_copy(update={"folds": 20})
    assert (small.folds(gate), small.folded(gate)) == (6, 12)
    assert "gate.folds asks for 20 parts of 12 training articles, which make 6" in (
        small.fewer_folds(gate)
    )
    assert small.fewer_folds(context.settings.gate) is None
    alike = replace(small, groups=dict.fromkeys(small.groups, "one"))
    assert (alike.folds(gate), alike.folded(gate)) == (1, 0)


def test_without_repeats_nothing_is_validated(context, small, trainer):
    """`gate.repeats: 0` leaves small teams undecided, as they were."""
    path = context.workspace.root / "annotate.yaml"
    path.write_text(path.read_text() + "gate: {repeats: 0}\n")
    context.reload()
    result = apply_retrain(context, small)
    assert (len(trainer), result.verdict.decision) == (1, "undecided")
    assert result.model.lineage["cross_validation"] is None


def test_a_config_of_ones_own_trains_the_folds_too_and_stands_in_the_lineage(
    context, small, trainer, capsys
):
    """Name, hash and values, never the directory; the command line tells them."""
    path = context.workspace.root / "my.cfg"
    path.write_text("[training]\ndropout = 0.1\n")
    settings = context.workspace.root / "annotate.yaml"
    settings.write_text(settings.read_text() + "training: {config: my.cfg}\n")
    context.reload()
    plan = plan_retrain(context, articles=())
    result = apply_retrain(context, plan)
    assert len(trainer) == 11
    assert {id(asked.overrides) for asked in trainer} == {id(plan.config)}
    lineage = result.model.lineage
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    kept = {"name": "my.cfg", "sha256": sha256, "values": {"training.dropout": 0.1}}
    assert lineage["config"] == kept
    assert lineage["gpu_id"] == -1
    assert str(context.workspace.root) not in json.dumps(kept)
    assert config_lines(kept)[1] == "  training.dropout = 0.1"
    show_retrain_plan(plan, memory_need(context, plan), "", json_=False)
    told = capsys.readouterr().out
    assert "with the shipped network" in told
    assert f"config: my.cfg (SHA-256 {sha256[:12]})" in told
    assert apply_retrain(context, small).model.lineage["config"] is None


def test_a_config_that_gives_no_network_costs_nothing(context, plan, trainer, monkeypatch):
    """Not even the evaluation of the pipeline in use; a curve asks before its first training."""
    (context.workspace.root / "my.cfg").write_text("[training]\ndrpout = 0.1\n")
    broken = replace(plan, config=read_overrides(context.workspace.root / "my.cfg"))
    monkeypatch.setattr(Models, "load", None)
    with pytest.raises(WorkspaceError, match=r"my\.cfg:2: \[training\] drpout"):
        apply_retrain(context, broken)
    with pytest.raises(WorkspaceError, match="drpout"):
        learning_curve(context, CurvePlan(split=broken, sizes=(1,), seeds=1))
    with pytest.raises(TrainingError, match="--gpu-id 7"):
        apply_retrain(context, replace(plan, gpu_id=7))
    assert trainer == []

import shutil
from dataclasses import replace

import pytest
import spacy
from sentences import GOLD, LABELS, gold_plan, pair

from annotate.errors import TrainingError
from annotate.pipeline.registry import pipeline_hash
from annotate.pipeline.span_crf.calibrate import rescale
from annotate.pipeline.training.config import schedule_for
from annotate.pipeline.training.corpus import gold_docs, nesting, paragraph_docs
from annotate.pipeline.training.loop import calibrated, rules_pipeline, train_pipeline
from annotate.pipeline.training.overrides import read_overrides

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    steps = []
    directory = tmp_path_factory.mktemp("train")
    result = train_pipeline(
        gold_plan(),
        directory,
        on_phase=lambda name, n: steps.append((name, n)),
        on_step=steps.append,
    )
    return result, steps


@pytest.mark.slow
def test_a_pipeline_is_trained_from_rules_and_gold(trained):
    """Weak pretraining comes first, then the gold; the result loads and marks text."""
    result, steps = trained
    phases = [step[0] for step in steps if isinstance(step, tuple)]
    assert phases == ["weak", "train"]
    assert any(not isinstance(step, tuple) for step in steps)
    nlp = spacy.load(result.path)
    assert nlp.pipe_names == [
        "attribution_rules",
        "span_crf",
        "attribution_links",
        "span_choices",
    ]
    doc = nlp("Residents said the bridge may close.")
    assert {span.label_ for span in doc.spans["sc"]} <= set(LABELS)
    assert result.train.spans == {"Source": 10, "Claim": 10, "Hedge": 10}
    assert result.weak_articles == len(GOLD)


@pytest.mark.slow
def test_enough_development_articles_calibrate_the_scores(tmp_path):
    """With ten development articles the best epoch is kept and its scores are scaled."""
    plan = gold_plan(train=GOLD[:4], dev=GOLD[:10], epochs=1, weak_labels=())
    result = train_pipeline(plan, tmp_path)
    assert result.path.name == "model-best"
    component = spacy.load(result.path).get_pipe("span_crf")
    assert component.cfg["score_scale"] == pytest.approx(list(result.score_scale))
    assert result.score_scale != (1.0, 0.0)


@pytest.mark.slow
def test_what_others_were_right_about_scales_the_scores(trained, tmp_path):
    """Of a pipeline that no development article has calibrated; enough of them leave it alone."""
    result, _ = trained
    path = tmp_path / "copy"
    shutil.copytree(result.path, path)
    judged = [(0.9, number % 2 == 0) for number in range(200)]
    found = calibrated(replace(result, path=path), judged, dev_articles=0)
    component = spacy.load(path).get_pipe("span_crf")
    assert component.cfg["score_scale"] == pytest.approx(list(found.score_scale))
    assert rescale([0.9], found.score_scale)[0] == pytest.approx(0.5, abs=0.02)
    assert calibrated(result, judged, dev_articles=10) is result


@pytest.mark.slow
def test_two_processes_predict_what_one_does(trained):
    """A trained pipeline works in nlp.pipe with several processes."""
    nlp = spacy.load(trained[0].path)
    texts = [article.text for article, _ in GOLD]
    one, two = (list(nlp.pipe(texts, n_process=n)) for n in (1, 2))
    for doc, other in zip(one, two, strict=True):
        a, b = doc.spans["sc"], other.spans["sc"]
        assert [(s.start, s.end, s.label_) for s in a] == [(s.start, s.end, s.label_) for s in b]
        assert a.attrs["scores"] == pytest.approx(b.attrs["scores"])
        assert a.attrs["links"] == b.attrs["links"]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights(trained, tmp_path):
    """Training is deterministic by its seed, so that a model version can be made again."""
    result, _ = trained
    again = train_pipeline(gold_plan(), tmp_path)
    assert pipeline_hash(again.path / "span_crf") == pipeline_hash(result.path / "span_crf")


@pytest.mark.slow
def test_foreign_gold_is_learned_before_ones_own(tmp_path):
    """A corpus without hedges can start a pipeline that also learns hedges."""
    phases = []
    foreign = [
        pair(n, article.text, [("said", "Source")], labels=("Source", "Claim"))
        for n, (article, _) in enumerate(GOLD[:3])
    ]
    plan = gold_plan(foreign=foreign, epochs=1, weak_labels=())
    result = train_pipeline(plan, tmp_path, on_phase=lambda name, _: phases.append(name))
    assert phases == ["foreign", "train"]
    assert (result.foreign.articles, result.weak_articles) == (3, 0)
    assert result.filled == {"Hedge": 3}
    assert set(spacy.load(result.path).get_pipe("span_crf").labels) == set(LABELS)


def test_training_on_nothing_stops_with_the_reason(tmp_path):
    """A run that would train to nothing does not begin."""
    empty = [pair(0, "Nothing was said.", [])]
    with pytest.raises(TrainingError, match="nothing to learn: 1 training articles"):
        train_pipeline(gold_plan(train=empty), tmp_path)


def test_the_corpus_reports_what_training_will_not_see():
    """Moved, lost and unreachable spans are listed with article and offsets."""
    text = "The memo said it holds.\n\nIt does."
    gold = [pair(0, text, [("mem", "Source"), (text[:-1], "Claim"), ("it holds", "Claim")])]
    docs, report = gold_docs(rules_pipeline(), gold, labels=LABELS, nested_labels=())
    assert [(issue.what, issue.start, issue.end) for issue in report.issues] == [("moved", 4, 8)]
    assert report.unreachable == [("a0", 0, len(text) - 1, "Claim")]
    assert nesting(docs) == ["Claim"]


def test_a_corpus_out_of_reach_stops_before_training(tmp_path):
    """Where the model could not produce much of the gold, nothing is trained."""
    text = "The memo said it holds.\n\nIt does."
    across = [pair(0, text, [(text[:-1], "Claim"), ("The memo said", "Source")])]
    with pytest.raises(TrainingError, match=r"1 of 1 gold spans of Claim are out .*: a0, 0:32"):
        train_pipeline(gold_plan(train=across), tmp_path)


def test_paragraphs_become_documents_with_their_spans():
    """Batches mix paragraphs; their spans and what was annotated come along."""
    docs, _ = gold_docs(
        rules_pipeline(),
        [pair(*(0, GOLD[0][0].text, [("may", "Hedge")]), labels=("Hedge",))],
        labels=LABELS,
        nested_labels=(),
    )
    pieces = list(paragraph_docs(docs))
    assert [piece.text for piece in pieces] == [
        "Officials said the bridge may close.",
        "It rained on day 0.",
    ]
    assert [span.text for span in pieces[0].spans["sc"]] == ["may"]
    assert pieces[1].spans["sc"].attrs["labels"] == ["Hedge"]


def test_few_words_mean_more_epochs():
    """The schedule follows the amount of gold, unless the workspace says otherwise."""
    assert schedule_for(5_000).epochs > schedule_for(500_000).epochs
    assert schedule_for(5_000, epochs=2).epochs == 2
    assert (schedule_for(900).epochs, schedule_for(900, fresh=True).epochs) == (8, 30)
    assert schedule_for(500_000, fresh=True) == schedule_for(500_000)


@pytest.mark.slow
def test_a_network_of_another_kind_is_trained(tmp_path):
    """A tok2vec, optimizer and batcher of spaCy's own; its steps are counted by the batcher."""
    (tmp_path / "my.cfg").write_text(
        '[components.span_crf.model.tok2vec]\n@architectures = "spacy.HashEmbedCNN.v2"\n'
        "width = 32\ndepth = 1\nembed_size = 300\nwindow_size = 1\nmaxout_pieces = 2\n"
        "subword_features = true\npretrained_vectors = null\n"
        '[training.optimizer]\n@optimizers = "RAdam.v1"\nlearn_rate = 0.01\n'
        '[training.batcher]\n@batchers = "spacy.batch_by_sequence.v1"\nsize = 4\n'
    )
    phases, steps = [], []
    result = train_pipeline(
        gold_plan(overrides=read_overrides(tmp_path / "my.cfg")),
        tmp_path / "out",
        on_phase=lambda name, n: phases.append((name, n)),
        on_step=steps.append,
    )
    assert phases == [("weak", 6), ("train", 10)]  # 24 and 20 paragraphs, by fours; 1 and 2 epochs
    assert len(steps) in range(16, 19)
    nlp = spacy.load(result.path)
    model = nlp.get_pipe("span_crf").model
    assert model.get_ref("tok2vec").get_dim("nO") == 32
    assert "rule_features" not in [node.name for node in model.walk()]
    doc = nlp("Residents said the bridge may close.")
    assert {span.label_ for span in doc.spans["sc"]} <= set(LABELS)

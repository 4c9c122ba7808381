import shutil
from dataclasses import replace

import pytest
import spacy

from annotate.errors import TrainingError
from annotate.pipeline.registry import pipeline_hash
from annotate.pipeline.span_crf.calibrate import rescale
from annotate.pipeline.training.config import schedule_for
from annotate.pipeline.training.corpus import gold_docs, nesting, paragraph_docs
from annotate.pipeline.training.loop import calibrated, rules_pipeline, train_pipeline
from annotate.pipeline.training.plan import TrainingPlan
from annotate.records import Annotation, Article, Span

pytestmark = pytest.mark.slow

LABELS = ("Claim", "Source", "Hedge")


def _pair(index, text, marks, labels=LABELS):
    article = Article(article_id=f"a{index}", text=text)
    spans = tuple(
        Span(id=f"s{i}", start=text.index(part), end=text.index(part) + len(part), label=label)
        for i, (part, label) in enumerate(marks)
    )
    annotation = Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        labels=labels,
        annotator="x",
        annotation_id="1",
    )
    return article, annotation


PEOPLE = ["Officials", "Two ministers", "Residents", "The mayor"]
THINGS = ["the bridge may close", "the dam could break", "the ferry may sink"]
GOLD = [
    _pair(
        n,
        f"{who} said {what}.\n\nIt rained on day {n}.",
        [
            (f"{who} said", "Source"),
            (what, "Claim"),
            ("may" if "may" in what else "could", "Hedge"),
        ],
    )
    for n, (who, what) in enumerate((w, t) for w in PEOPLE for t in THINGS)
]


def _plan(**changes):
    settings = {
        "train": GOLD[:10],
        "dev": GOLD[10:],
        "pool": [article.text for article, _ in GOLD],
        "labels": LABELS,
        "epochs": 2,
        "weak_epochs": 1,
    }
    return TrainingPlan(**(settings | changes))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    steps = []
    directory = tmp_path_factory.mktemp("train")
    result = train_pipeline(
        _plan(), directory, on_phase=lambda name, n: steps.append((name, n)), on_step=steps.append
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
    plan = _plan(train=GOLD[:4], dev=GOLD[:10], epochs=1, weak_labels=())
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
    again = train_pipeline(_plan(), tmp_path)
    assert pipeline_hash(again.path / "span_crf") == pipeline_hash(result.path / "span_crf")


@pytest.mark.slow
def test_foreign_gold_is_learned_before_ones_own(tmp_path):
    """A corpus without hedges can start a pipeline that also learns hedges."""
    phases = []
    foreign = [
        _pair(n, article.text, [("said", "Source")], labels=("Source", "Claim"))
        for n, (article, _) in enumerate(GOLD[:3])
    ]
    plan = _plan(foreign=foreign, epochs=1, weak_labels=())
    result = train_pipeline(plan, tmp_path, on_phase=lambda name, _: phases.append(name))
    assert phases == ["foreign", "train"]
    assert (result.foreign.articles, result.weak_articles) == (3, 0)
    assert result.filled == {"Hedge": 3}
    assert set(spacy.load(result.path).get_pipe("span_crf").labels) == set(LABELS)


def test_training_on_nothing_stops_with_the_reason(tmp_path):
    """A run that would train to nothing does not begin."""
    empty = [_pair(0, "Nothing was said.", [])]
    with pytest.raises(TrainingError, match="nothing to learn: 1 training articles"):
        train_pipeline(_plan(train=empty), tmp_path)


def test_the_corpus_reports_what_training_will_not_see():
    """Moved, lost and unreachable spans are listed with article and offsets."""
    text = "The memo said it holds.\n\nIt does."
    gold = [_pair(0, text, [("mem", "Source"), (text[:-1], "Claim"), ("it holds", "Claim")])]
    docs, report = gold_docs(rules_pipeline(), gold, labels=LABELS, nested_labels=())
    assert [(issue.what, issue.start, issue.end) for issue in report.issues] == [("moved", 4, 8)]
    assert report.unreachable == [("a0", 0, len(text) - 1, "Claim")]
    assert nesting(docs) == ["Claim"]


def test_a_corpus_out_of_reach_stops_before_training(tmp_path):
    """Where the model could not produce much of the gold, nothing is trained."""
    text = "The memo said it holds.\n\nIt does."
    across = [_pair(0, text, [(text[:-1], "Claim"), ("The memo said", "Source")])]
    with pytest.raises(TrainingError, match=r"1 of 1 gold spans of Claim are out .*: a0, 0:32"):
        train_pipeline(_plan(train=across), tmp_path)


def test_paragraphs_become_documents_with_their_spans():
    """Batches mix paragraphs; their spans and what was annotated come along."""
    docs, _ = gold_docs(
        rules_pipeline(),
        [_pair(*(0, GOLD[0][0].text, [("may", "Hedge")]), labels=("Hedge",))],
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

import pytest
from gold import adopt_jsonl

from annotate.errors import TrainingError
from annotate.jsonl import article_line_to_json, dumps
from annotate.samples import sample_articles
from annotate.workflow.learning.curve import Point, learning_curve, plan_curve


@pytest.fixture
def annotated(context, tmp_path):
    config = context.workspace.root / "annotate.yaml"
    config.write_text(
        config.read_text()
        + "training: {epochs: 1, weak_pretraining: false}\nsplit: {dev: 0.0, test: 0.3}\n"
    )
    context.reload()
    gold = tmp_path / "gold.jsonl"
    lines = (article_line_to_json(line) for line in sample_articles()[:10])
    gold.write_text("".join(dumps(line) + "\n" for line in lines))
    adopt_jsonl(context, gold, annotator="x")
    return context


@pytest.mark.slow
def test_every_size_is_trained_with_every_seed(annotated):
    """The first point is the pipeline in use; each size has a score a seed, the same again."""
    plan = plan_curve(annotated, sizes=[2], seeds=2)
    runs = []
    points = learning_curve(annotated, plan, on_run=lambda *run: runs.append(run))
    assert runs == [(2, 0), (2, 1)]
    assert [point.articles for point in points] == [0, 2]
    assert 0.3 < points[0].scores[0] < 1
    assert len(points[1].scores) == 2
    assert not annotated.workspace.models.exists()


def test_more_articles_than_there_are_cannot_be_drawn(annotated):
    """A size beyond the training articles is refused before anything is trained."""
    with pytest.raises(TrainingError, match="fewer than 99"):
        plan_curve(annotated, sizes=[99], seeds=1)


def test_a_curve_ends_with_all_training_articles(annotated):
    """Without sizes the usual ones below that number are taken, and the number itself."""
    plan = plan_curve(annotated, seeds=3)
    assert plan.sizes == (len(plan.split.train),)
    assert plan.runs == 3


def test_points_tell_their_spread():
    """Mean and deviation are over the seeds; one seed has none."""
    told = Point(articles=10, scores=(0.5, 0.7)).to_json()
    assert told["mean"] == pytest.approx(0.6)
    assert told["deviation"] == pytest.approx(0.1414, abs=1e-3)
    assert Point(articles=10, scores=(0.5,)).to_json()["deviation"] is None

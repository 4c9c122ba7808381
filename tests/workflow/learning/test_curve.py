import pytest
from gold import adopt_jsonl

from annotate.errors import TrainingError
from annotate.jsonl import article_line_to_json, dumps
from annotate.samples import sample_articles
from annotate.workflow.learning.curve import Point, learning_curve
from annotate.workflow.learning.retrain import plan_retrain
from annotate.workspace import load_workspace


@pytest.fixture
def plan(workspace, tmp_path):
    config = workspace.root / "annotate.yaml"
    config.write_text(
        config.read_text()
        + "training: {epochs: 1, weak_pretraining: false}\nsplit: {dev: 0.0, test: 0.3}\n"
    )
    settled = load_workspace(workspace.root, {})
    gold = tmp_path / "gold.jsonl"
    lines = (article_line_to_json(line) for line in sample_articles()[:10])
    gold.write_text("".join(dumps(line) + "\n" for line in lines))
    adopt_jsonl(settled, settled.scheme(), gold, annotator="x")
    return settled, plan_retrain(settled, settled.scheme())


@pytest.mark.slow
def test_every_size_is_trained_with_every_seed(plan):
    """The first point is the pipeline in use; each size has a score a seed, the same again."""
    workspace, found = plan
    runs = []
    points = learning_curve(
        workspace,
        workspace.scheme(),
        found,
        sizes=[2],
        seeds=2,
        on_run=lambda size, seed: runs.append((size, seed)),
    )
    assert runs == [(2, 0), (2, 1)]
    assert [point.articles for point in points] == [0, 2]
    assert 0.3 < points[0].scores[0] < 1
    assert len(points[1].scores) == 2
    assert not workspace.models.exists()


def test_more_articles_than_there_are_cannot_be_drawn(plan):
    """A size beyond the training articles is refused before anything is trained."""
    workspace, found = plan
    with pytest.raises(TrainingError, match="fewer than 99"):
        learning_curve(workspace, workspace.scheme(), found, sizes=[99], seeds=1)


def test_points_tell_their_spread():
    """Mean and deviation are over the seeds; one seed has none."""
    told = Point(articles=10, scores=(0.5, 0.7)).to_json()
    assert told["mean"] == pytest.approx(0.6)
    assert told["deviation"] == pytest.approx(0.1414, abs=1e-3)
    assert Point(articles=10, scores=(0.5,)).to_json()["deviation"] is None

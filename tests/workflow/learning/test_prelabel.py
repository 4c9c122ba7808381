import pytest

from annotate.errors import UsageError
from annotate.jsonl import read_article_lines
from annotate.workflow.learning.prelabel import prelabel


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


@pytest.mark.parametrize(
    "there", [b"Officials said.", b'{"article_id": "a", "text": "x"}\n', b"\xff"]
)
def test_only_predictions_are_overwritten(context, samples, tmp_path, there):
    """Articles, gold and whatever else stay as they are; predictions and empty files are made anew."""
    out = tmp_path / "out.jsonl"
    out.write_bytes(there)
    articles, model = [samples[0].article], context.models.choose(None)
    with pytest.raises(UsageError, match=r"out\.jsonl: is there already"):
        prelabel(context, articles, model, out)
    assert out.read_bytes() == there
    out.write_bytes(b"")
    for _ in range(2):
        assert prelabel(context, articles, model, out).articles == 1

from dataclasses import replace

import pytest
from export_lines import export_line

from annotate.errors import UsageError
from annotate.pipeline.registry import Model
from annotate.records import Article
from annotate.workflow.learning.assess import assess
from annotate.workflow.learning.taught import lineage_texts, taught_any, taught_by

STORY = " ".join(f"Sentence {i} tells what the board decided about quay {i * 7}." for i in range(9))


def _article(name, text):
    return Article(article_id=name, text=text)


@pytest.fixture
def taught(context, tmp_path):
    """A model, and a version whose articles taught it: one of each kind."""
    lines = [export_line(how, text=f"{STORY} In {how}.", spans=()) for how in "abc"]
    version = context.versions.write(lines, about={})
    train, dev, foreign = ([(line.article, line.annotations[0])] for line in lines)
    texts = lineage_texts(train=train, dev=dev, foreign=foreign)
    lineage = {"export": {"id": version.id}, "texts": texts}
    return Model(version="spans-1", path=tmp_path, lineage=lineage)


def test_gold_that_taught_a_model_is_counted(context, taught):
    """Training, development and foreign texts apart, near-duplicates beside them, the rest not."""
    gold = [_article(how, f"{STORY} In {how}.") for how in "abc"]
    gold += [_article("d", f"{STORY} In a. "), _article("e", "Something else happened that day.")]
    found = taught_by(context, taught, gold)
    assert found.exact == {"train": 1, "dev": 1, "foreign": 1}
    assert (found.repeats, found.count) == (1, 4)
    assert found.warning().startswith("4 of 5 gold articles taught spans-1 (1 as training gold")
    assert found.to_json()["taught"] == 4
    assert taught_by(context, taught, gold[4:]).warning() is None


def test_without_the_version_exact_texts_alone_are_compared(context, taught):
    """The warning says so; where the lineage keeps no texts, nothing is known, and that is said."""
    lineage = {**taught.lineage, "export": {"id": "0" * 64}}
    gone = Model(version="spans-1", path=taught.path, lineage=lineage)
    gold = [_article("a", f"{STORY} In a."), _article("d", f"{STORY} In d.")]
    found = taught_by(context, gone, gold)
    assert (found.count, found.repeats) == (1, None)
    assert "only exact texts could be compared" in found.warning()
    old = Model(version="spans-0", path=taught.path, lineage={})
    assert "does not say what texts taught it" in taught_by(context, old, gold).warning()


def test_nothing_taught_the_rules(context):
    """They are neither warned of by themselves nor in a file that they predicted."""
    gold = [_article("a", STORY)]
    assert taught_by(context, context.models.choose("rules"), gold) is None
    assert taught_any(context, ["rules-000000000000"], gold) == []
    (unknown,) = taught_any(context, ["spans-9"], gold)
    assert "the workspace has no such model" in unknown.warning()


def test_predictions_of_a_model_are_known_by_its_name(context, taught, monkeypatch):
    """A file that other code wrote with it is warned of as well."""
    monkeypatch.setattr(type(context.models.store), "models", lambda _: [taught])
    gold = [_article("a", f"{STORY} In a.")]
    for version in ("spans-1", "spans-1-code-12345678"):
        (found,) = taught_any(context, [version], gold)
        assert found.exact["train"] == 1


def test_a_model_that_other_code_runs_is_told_with_its_scores(context, taught, monkeypatch):
    """The warning says that it may predict otherwise, and under which version."""
    rules = context.models.load(context.models.choose("rules"))
    other = replace(taught, version="spans-1-code-12345678")
    monkeypatch.setattr(context.models, "choose", lambda _: other)
    monkeypatch.setattr(context.models, "load", lambda _: rules)
    assert any("kept with other code" in w for w in assess(context, split="train").warnings())


def test_scores_on_what_taught_the_model_come_with_a_warning(context, taught, monkeypatch):
    """`evaluate --export --split train` scores, and says how much of the gold the model knew."""
    rules = context.models.load(context.models.choose("rules"))
    monkeypatch.setattr(context.models, "choose", lambda _: taught)
    monkeypatch.setattr(context.models, "load", lambda _: rules)
    found = assess(context, split="train")
    assert len(found.evaluation.scores) == 3
    assert found.warnings()[0].startswith("3 of 3 gold articles taught spans-1")
    assert found.to_json()["taught"][0]["train"] == 1
    assert found.to_json()["gold"]["predictions_shown"] == 3


def test_a_split_without_articles_is_told_and_has_no_scores(context, taught):
    """No 0.0 and no error: every number is null, and the reason is said."""
    assert taught.lineage
    found = assess(context, split="test", model="rules")
    value = found.to_json()
    assert (value["articles"], value["macro_f1"]["exact"], value["macro_exact_interval"]) == (
        0,
        None,
        None,
    )
    assert "no annotated article to score on" in found.warnings()[0]


def test_what_cannot_go_together_is_refused(context, tmp_path):
    """A file and a version, or predictions and a model."""
    path = tmp_path / "x.jsonl"
    with pytest.raises(UsageError, match="--export, not both"):
        assess(context, gold=path, export="1")
    with pytest.raises(UsageError, match="--model, not both"):
        assess(context, gold=path, predicted=path, model="rules")

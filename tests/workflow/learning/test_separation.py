from dataclasses import replace

import pytest
from export_lines import export_line

from annotate.articles.duplicates import NearDuplicates
from annotate.errors import TrainingError
from annotate.exports.stored import Stored
from annotate.quality.splits import split_of
from annotate.records import Article
from annotate.workflow.learning.planning import plan_retrain

WORDS = "mayor bridge river strike school budget harbour police court train hospital museum".split()


def _story(seed):
    return " ".join(
        f"Sentence {i} of {seed} tells about the {WORDS[(i * seed) % 12]} number {i * seed + seed}."
        for i in range(20)
    )


def _id(split, salt=""):
    return next(
        name for n in range(999) if split_of(name := f"{salt}{n}", dev=0.15, test=0.25) == split
    )


def _line(name, text, split):
    return replace(export_line(name, text=text, spans=((0, 8, "Hedge"),)), split=split)


def _write(context, *lines):
    return context.versions.write(sorted(lines, key=lambda line: line.key), about={})


@pytest.mark.parametrize(
    "change", [lambda t: t, lambda t: t + " ", lambda t: t + " One more sentence, then."]
)
def test_no_test_text_is_learned_without_labels(context, change):
    """A test article stays out of the pool by its register, whatever its text is by now."""
    test = _id("test")
    with context.register() as register:
        list(register.place([Article(article_id=test, text=_story(1))]))
        register.save()
    _write(context, _line("own", _story(2), "train"))
    articles = [
        Article(article_id=test, text=change(_story(1))),
        Article(article_id=_id("train"), text=_story(3)),
    ]
    plan = plan_retrain(context, articles=articles)
    assert set(plan.pool) == {_story(2), _story(3)}
    assert plan.pool_left_out == 1


def test_what_was_never_pushed_is_placed_beforehand(context):
    """An article that will become a test article, and a reprint of one, stay out of the pool."""
    tested = _id("test", "t")
    _write(context, _line("own", _story(2), "train"))
    with context.register() as register:
        list(register.place([Article(article_id=tested, text=_story(1))]))
        register.save()
    articles = [
        Article(article_id=_id("test", "new"), text=_story(4)),
        Article(article_id=_id("train", "copy"), text="Reprinted.\n" + _story(1)),
    ]
    plan = plan_retrain(context, articles=articles)
    assert list(plan.pool) == [_story(2)]
    assert plan.pool_left_out == 2


def test_asking_the_register_places_nothing(context):
    """A plan makes no register and decides no split."""
    _write(context, _line("own", _story(2), "train"))
    plan_retrain(context, articles=[Article(article_id="new", text=_story(4))])
    assert not (context.workspace.state / "register.sqlite3").exists()


@pytest.mark.parametrize("split", ["train", "dev"])
def test_gold_that_nearly_repeats_a_test_article_is_not_learned(context, split):
    """Also where the register knows neither: it is named with what it repeats, and not pooled."""
    copy = _line("theirs", "Reprinted.\n" + _story(1), split)
    _write(context, _line("own", _story(2), "train"), _line("test", _story(1), "test"), copy)
    plan = plan_retrain(context, articles=())
    assert [(k.article_id, k.split, k.repeats) for k in plan.kept_out] == [
        ("theirs", split, "test")
    ]
    learned = [article.article_id for gold in (plan.train, plan.dev) for article, _ in gold]
    assert learned == ["own"]
    assert list(plan.pool) == [_story(2)]


def test_a_foreign_corpus_is_kept_apart_as_well(context):
    """A foreign article that nearly repeats a test article is kept out, others are learned."""
    foreign = [replace(_line(n, t, "train"), corpus="Them") for n, t in
               (("f1", _story(1) + " End."), (_id("test", "f"), _story(5)))]  # fmt: skip
    _write(context, _line("own", _story(2), "train"), _line("test", _story(1), "test"), *foreign)
    plan = plan_retrain(context, articles=())
    assert [(k.article_id, k.split) for k in plan.kept_out] == [("f1", "foreign")]
    assert [article.text for article, _ in plan.foreign] == [_story(5)]
    assert _story(5) in plan.pool


def test_where_all_gold_repeats_test_articles_the_reason_is_told(context):
    """Nothing to learn from is an error that counts what was kept out."""
    copy = _line("theirs", _story(1) + " ", "train")
    _write(context, _line("test", _story(1), "test"), copy)
    with pytest.raises(TrainingError, match="1 nearly repeat test articles"):
        plan_retrain(context, articles=())


def test_the_stories_resemble_each_other_little():
    """Otherwise these tests would prove nothing."""
    known = NearDuplicates((str(number), _story(number)) for number in range(1, 6))
    assert [known.find(_story(number)) for number in range(1, 6)] == list("12345")


def test_the_pool_is_read_from_where_its_texts_lie(context):
    """Texts of the version come first, then those of the workspace; each once, in any script."""
    texts = [_story(3), "Der Bürgermeister — «déjà vu» 🏛 sagt nichts.", _story(4)]
    _write(context, _line("a", _story(2), "train"), _line("b", _story(5), "train"))
    articles = [
        Article(article_id=_id("train", f"n{n}"), text=text)
        for n, text in enumerate([*texts, _story(5), texts[0]])
    ]
    pool = plan_retrain(context, articles=iter(articles)).pool
    assert list(pool) == list(pool) == [_story(2), _story(5), *texts]
    assert [pool[number] for number in (3, 0, 4)] == [texts[1], _story(2), texts[2]]


def test_a_plan_holds_places_and_no_articles(context):
    """Gold is read when it is asked for: as often as anybody goes through it, the same."""
    lines = [_line(f"a{n}", _story(n), "train") for n in range(2, 6)]
    _write(context, *lines)
    plan = plan_retrain(context, articles=())
    assert isinstance(plan.train, Stored)
    read = [(line.article, line.annotations[0]) for line in lines]
    assert list(plan.train) == list(plan.train) == read
    assert plan.train[0][0] is not plan.train[0][0]

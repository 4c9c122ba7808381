"""The language model as a pre-labeller: one paragraph a request, a cache, and one bad article."""

import json
import sqlite3
from dataclasses import replace

import pytest
from chat_server import KEY, keyword_reply, mark, marks
from prelabelling_gold import gold_of

from annotate.errors import PrelabellerError
from annotate.prelabellers.openai import CACHE_FILE, LanguageModel
from annotate.records import Article

TEXT = "Officials said it may close.\n\n  The mayor said nothing.\r\nIt may not, and may reopen.  "


def _articles(*texts):
    return [Article(article_id=f"a{n}", text=text) for n, text in enumerate(texts)]


def _words(article, prediction):
    return [(article.text[s.start : s.end], s.label, s.start) for s in prediction.spans]


def test_each_paragraph_is_asked_about_and_spans_stand_in_the_article(server, model):
    """Offsets are those of the whole text, and a prediction carries the model's version."""
    (article,) = _articles(TEXT)
    asked = model()
    (prediction,) = asked.predict([article])
    assert server.paragraphs == [
        "Officials said it may close.",
        "The mayor said nothing.",
        "It may not, and may reopen.",
    ]
    assert _words(article, prediction) == [
        ("Officials said", "Source", 0),
        ("may", "Hedge", 18),
        ("mayor said", "Source", 36),
        ("may", "Hedge", 60),
        ("may", "Hedge", 73),
    ]
    assert prediction.model_version == asked.version
    assert asked.version.startswith("openai-tiny-")
    assert asked.counts["exact"] == 5
    assert asked.counts["requests"] == 3
    assert asked.counts["prompt tokens"] == 21


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (marks(mark("Hedge", "may", 1), mark("Hedge", "may", 2)), {"exact": 2}),
        (marks(mark("Hedge", "may")), {"ambiguous": 1}),
        (marks(mark("Claim", "“İstanbul’s  bridge”")), {"folded": 1}),
        (marks(mark("Claim", "the bridge of the town is said to fall")), {"not found": 1}),
        (marks(mark("Claim", "it may, the old town says, close soon")), {"exact": 1}),
        (marks(mark("Claim", "It may, the old town say, close soon")), {"fuzzy": 1}),
        (marks(mark("Hedge", "may", occurrence=2), mark("Hedge", "may", 2, occurrence=2)), {"exact": 1, "repeated": 1}),
        (marks(mark("Source", "İstanbul", 9, occurrence=2), mark("Hedge", "may", 1, occurrence=1)), {"exact": 2}),
    ],
)  # fmt: skip
def test_replies_of_all_kinds_are_counted_for_what_they_are(server, model, reply, found):
    """Repeats, paraphrases, another order, retyped quotes, letters that grow when lowered."""
    server.reply = lambda _: reply
    text = "İİ 'İstanbul's bridge': it may, the old town says, close soon, or İstanbul may not."
    asked = model()
    (prediction,) = asked.predict(_articles(text))
    assert {name: asked.counts[name] for name in asked.counts if "token" not in name} == {
        **found,
        "requests": 1,
    }
    assert len(prediction.spans) == sum(found.get(how, 0) for how in ("exact", "folded", "fuzzy"))
    assert [s.start for s in prediction.spans] == sorted(s.start for s in prediction.spans)


def test_a_second_run_asks_nothing_again(server, model):
    """Replies lie in the cache: the same model gives the same predictions, and asks nobody."""
    articles = _articles(TEXT, f"{TEXT} Again.")
    first = list(model().predict(articles))
    count = len(server.asked)
    assert count == 4  # two of the paragraphs stand in both articles
    again = model()
    assert list(again.predict(articles)) == first
    assert (len(server.asked), again.counts["requests"]) == (count, 0)


def test_a_run_that_was_ended_goes_on_where_it_was(server, model):
    """What was answered before the server went away is kept, to the paragraph."""
    articles = _articles(TEXT)
    server.faults = [keyword_reply, 401]
    with pytest.raises(PrelabellerError, match="401"):
        list(model().predict(articles))
    assert len(server.asked) == 2
    (prediction,) = model().predict(articles)
    assert (len(server.asked), len(prediction.spans)) == (4, 5)


def test_a_reply_that_was_cut_is_asked_for_once_more(server, model):
    """A cut reply may have been an accident; twice in a row the article fails, and the rest not."""
    articles = _articles("Police said no.", "It may rain.", "Nothing here at all.")
    server.faults = ["cut", keyword_reply, "cut", "cut"]
    asked = model()
    first, second, third = asked.predict(articles)
    assert (len(first.spans), second, third.spans) == (1, None, ())
    (why,) = asked.failed.values()
    assert list(asked.failed) == [articles[1].key]
    assert "cut at max_tokens" in why
    assert list(asked.predict(articles)) == [first, None, third]
    assert len(server.asked) == 5  # what has failed is not asked again in this run
    assert [found is not None for found in model().predict(articles)] == [True] * 3


def test_a_reply_of_malformed_marks_alone_fails_and_is_not_kept(server, model):
    """It is asked for once more, then the article fails by name, and the next run asks again."""
    (article,) = _articles("It may rain.")
    server.faults = [lambda _: '{"marks": [{"label": "Hedge"}]}'] * 2
    asked = model()
    assert list(asked.predict([article])) == [None]
    assert "none is well-formed" in asked.failed[article.key]
    assert len(server.asked) == 2
    (found,) = model().predict([article])
    assert (len(found.spans), len(server.asked)) == (1, 3)


@pytest.mark.parametrize("fault", [500, "drop", "nonsense", 400])
def test_a_failing_article_is_named_and_the_rest_goes_on(server, model, fault):
    """The reason stands beside the article, with the host."""
    server.faults = [keyword_reply, fault]
    asked = model(retries=0)
    found = list(asked.predict(_articles("Police said no.", "It may rain.", "It may snow.")))
    assert [each is not None for each in found] == [True, False, True]
    ((key, why),) = asked.failed.items()
    assert key.article_id == "a1"
    assert why.startswith("127.0.0.1:")


def test_a_server_that_fails_on_and_on_ends_the_run(server, model):
    """What was answered before does not count where the server has begun to fail."""
    server.faults = [keyword_reply, *[500] * 9]
    asked = model(retries=0)
    with pytest.raises(PrelabellerError, match="5 articles in a row"):
        list(asked.predict(_articles(*(f"It may rain on day {n}." for n in range(9)))))
    assert (len(server.asked), len(asked.failed)) == (6, 5)


def test_articles_that_are_too_much_for_a_model_may_stand_in_a_row(server, model):
    """Where the model has answered well before, it goes on behind them, however many they are."""
    server.reply = lambda p: keyword_reply(p) if p[-2] in "08" else "I would rather not."
    articles = _articles(*(f"It may rain on day {n}." for n in range(9)))
    found = list(model().predict(articles))
    assert [each is not None for each in found] == [True, *[False] * 7, True]
    server.faults = [400] * 7
    found = list(model().predict(articles))
    assert [each is not None for each in found] == [True, *[False] * 7, True]


def test_a_model_that_never_answers_well_ends_the_run(server, model):
    """A model that knows no JSON is not asked about every article of a corpus."""
    server.reply = lambda _: "I would rather not."
    asked = model()
    with pytest.raises(PrelabellerError, match="5 articles in a row") as told:
        list(asked.predict(_articles(*(f"It may rain on day {n}." for n in range(9)))))
    assert "a4" in told.value.message
    assert len(server.asked) == 10


def test_the_version_says_everything_that_was_sent(server, model, scheme):
    """Another prompt, model, form, example or setting is another version; other limits are not."""
    versions = {
        model().version,
        model(temperature=0.5).version,
        model(seed=1).version,
        model(max_tokens=99).version,
        model(reply="marks").version,
        model(reply="json").version,
        model(guidelines="Mark nothing.").version,
        model(examples_from=1, gold=gold_of("Police said that it may rain for many days.")).version,
    }
    assert len(versions) == 8
    same = model(timeout=9.0, retries=1, max_requests=5, live=True).version
    assert same in versions


def test_examples_come_from_gold_and_are_named_in_the_lineage(server, model):
    """The prompt shows them, and whoever evaluates can tell which articles they are of."""
    gold = gold_of("Police said that it may rain for many days.")
    asked = model(examples_from=3, gold=gold)
    list(asked.predict(_articles("It may snow.")))
    roles = [message["role"] for message in server.asked[0]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert asked.lineage["texts"] == {"train": [gold.articles[0][0].text_sha256]}
    assert asked.lineage["export"] == {"id": "v", "name": "v"}
    assert json.loads(server.asked[0]["messages"][2]["content"])["marks"]


def test_a_plan_counts_and_asks_nothing(server, model):
    """Paragraphs that repeat, and those that are known, cost nothing; nothing is written."""
    articles = _articles(TEXT, TEXT + "\nIt may rain.")
    asked = model(max_tokens=100)
    plan = asked.plan(articles)
    assert (plan.articles, plan.paragraphs, plan.requests, plan.answered) == (2, 7, 4, 3)
    assert plan.reply_tokens == 400
    assert plan.host == server.url.removeprefix("http://").removesuffix("/v1")
    assert not (asked._cache._path).exists()
    list(asked.predict(articles[:1]))
    sent = sum(len(m["content"].encode()) for m in server.asked[0]["messages"])
    assert plan.prompt_tokens >= 4 * sent / 4 * 0.9
    assert (asked.plan(articles).requests, len(server.asked)) == (1, 3)


def test_marks_in_the_text_are_another_form_of_reply(server, model):
    """A model that repeats the paragraph with marks in it needs no schema and no numbers."""
    server.reply = lambda p: p.replace("may not", "[[Hedge|may]] not")
    (prediction,) = model(reply="marks").predict(_articles("It may rain. It may not."))
    assert [(s.start, s.label) for s in prediction.spans] == [(16, "Hedge")]
    assert "response_format" not in server.asked[0]


def test_the_cache_holds_no_key(server, model, settings, surroundings):
    """Neither the key nor the prompt lies in the file of replies."""
    where = replace(surroundings, environment={"ANNOTATE_PRELABELLER_API_KEY": KEY})
    server.reply = lambda _: marks(mark("Hedge", KEY), mark("Hedge", "may"))
    asked = LanguageModel(settings(), where)
    list(asked.predict(_articles("It may rain.")))
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    path = surroundings.state / CACHE_FILE
    assert path.stat().st_mode & 0o077 == 0
    with sqlite3.connect(path) as connection:
        held = connection.execute("SELECT * FROM replies").fetchall()
    assert len(held) == 1
    assert KEY not in repr(held)
    assert all(KEY.encode() not in each.read_bytes() for each in path.parent.iterdir())
    assert KEY not in repr((asked.lineage, asked.version, where))


def test_progress_is_told_by_the_paragraph(server, model):
    """Each answer calls back once, so that long articles show that they go on."""
    asked = model()
    told = []
    asked.on_reply = lambda: told.append(len(server.asked))
    list(asked.predict(_articles(TEXT)))
    assert told == [1, 2, 3]

from annotate.records import Article, Link, Prediction, Span
from annotate.studio.unkept import UnkeptItem

ARTICLE = Article(article_id="a", text="Officials said it may close.")
PREDICTION = Prediction(
    article_id="a",
    text_sha256=ARTICLE.text_sha256,
    spans=(
        Span(id="s", start=0, end=14, label="Source", attributes={"source_type": ("named",)}),
        Span(id="c", start=15, end=27, label="Claim"),
    ),
    links=(Link(head_id="c", tail_id="s", label="attributed_to"),),
    scores={"s": 0.9},
    model_version="rules-1",
)
ITEM = UnkeptItem(annotation_id="1", what="choice", fate="dropped", reason="why", start=0, end=3)


def test_a_prediction_comes_back_as_it_was_shown(context):
    """Spans, choices, links and scores; of another text or version there is none."""
    with context.seen() as seen:
        seen.put([PREDICTION])
    with context.seen(reads=True) as seen:
        assert seen.prediction(ARTICLE, "rules-1") == PREDICTION
        assert seen.prediction(ARTICLE, "rules-2") is None
        assert seen.prediction(Article(article_id="a", text="Other."), "rules-1") is None


def test_what_a_reading_left_out_takes_the_place_of_before(context):
    """An article that is read again has what it has now; nothing left out leaves nothing."""
    with context.seen() as seen:
        seen.put_unkept(ARTICLE.key, [ITEM, ITEM])
        seen.put_unkept(ARTICLE.key, [ITEM])
        assert list(seen.unkept()) == [(ARTICLE.key, ITEM)]
        seen.put_unkept(ARTICLE.key, [])
        assert list(seen.unkept()) == []


def test_losses_of_a_file_are_those_of_its_last_reading(context):
    """Reading a file again replaces what was said of it, and of no other."""
    with context.seen() as seen:
        seen.put_file_losses("one.json", "polnear", [("a", "label", "x"), ("b", "link", "y")])
        seen.put_file_losses("two.json", None, [("c", "label", "z")])
        seen.put_file_losses("one.json", "polnear", [("a", "label", "x")])
        assert seen.file_losses() == [
            ("one.json", "polnear", "a", "label", "x"),
            ("two.json", None, "c", "label", "z"),
        ]


def test_looking_makes_no_file(context):
    """Who only reads what people saw leaves the directory as it is."""
    with context.seen(reads=True) as seen:
        assert seen.prediction(ARTICLE, "rules-1") is None
        assert (list(seen.unkept()), seen.file_losses()) == ([], [])
    assert not (context.workspace.state / "seen.sqlite3").exists()

"""Examples out of gold: whole paragraphs that ground in their own text, each of another article."""

from prelabelling_gold import gold_of

from annotate.prelabellers.examples import choose_examples
from annotate.prelabellers.protocol import ExampleGold
from annotate.records import Annotation, Article, Span

BOTH = "Officials said the old bridge may close in May this year."
QUIET = "The road beside the river was built many years ago by the town."


def test_examples_show_every_label_before_any_twice(scheme):
    """What the next example adds counts, and each is of another article."""
    marks = (("Officials said", "Source"), ("may", "Hedge"), ("She claims it", "Claim"))
    texts = (
        f"{BOTH}\n\n{BOTH} So they hope.",
        "She claims it was never looked after in all those years.",
        "Officials said the new road was closed as well, for a day.",
    )
    chosen = choose_examples(gold_of(*texts, marks=marks), scheme, 2).examples
    assert {mark.label for each in chosen for mark in each.marks} == {"Source", "Hedge", "Claim"}
    assert len({each.article_sha256 for each in chosen}) == 2


def test_the_last_of_three_shows_that_nothing_may_be_marked(scheme):
    """People left a paragraph without marks, and a model has to learn that too."""
    held = gold_of(BOTH, f"{BOTH} Again.", QUIET)
    assert [bool(each.marks) for each in choose_examples(held, scheme, 3).examples] == [
        True,
        True,
        False,
    ]
    assert all(each.marks for each in choose_examples(held, scheme, 2).examples)


def test_the_same_gold_gives_the_same_examples(scheme):
    """Hashes decide the order, whatever the order of the gold is."""
    held = gold_of(*(f"{BOTH} Story {number} goes on here." for number in range(9)))
    turned = ExampleGold(version="v", name="v", articles=held.articles[::-1])
    assert choose_examples(held, scheme, 3) == choose_examples(turned, scheme, 3)


def test_what_does_not_ground_in_its_own_text_is_refused(scheme):
    """White space at a mark's end, a mark over two paragraphs, a mark in a word that stands alone."""
    for text, quote in (
        (BOTH, "Officials said "),
        (f"{BOTH}\n{QUIET}", "year.\nThe road"),
        ("The mayor said that it may close the old bridge by then.", "may"),
    ):
        chosen = choose_examples(gold_of(text, marks=((quote, "Hedge"),)), scheme, 4)
        assert [each for each in chosen.examples if each.marks] == []
        assert chosen.refused >= 1


def test_a_quote_that_stands_twice_says_which(scheme):
    """The example's reply has the occurrence that people marked."""
    text = "It may rain, said the mayor, and it may well rain tomorrow too."
    article = Article(article_id="a", text=text)
    span = Span(id="s", start=text.rindex("may "), end=text.rindex("may ") + 3, label="Hedge")
    annotation = Annotation(
        article_id="a",
        text_sha256=article.text_sha256,
        spans=(span,),
        labels=scheme.all_names,
        annotator="p",
        annotation_id="1",
    )
    held = ExampleGold(version="v", name="v", articles=((article, annotation),))
    (example,) = choose_examples(held, scheme, 1).examples
    assert [(mark.quote, mark.occurrence) for mark in example.marks] == [("may", 2)]


def test_paragraphs_of_test_articles_and_half_annotated_ones_are_no_examples(scheme):
    """A paragraph that a test article repeats is barred; unknown labels are not absent ones."""
    assert choose_examples(gold_of(BOTH, barred=[BOTH]), scheme, 4).examples == ()
    assert choose_examples(gold_of(BOTH, labels=("Source",)), scheme, 4).examples == ()


def test_links_within_the_paragraph_are_shown(scheme):
    """A link goes into the example with the number of the mark that it leads to."""
    marks = (("the old bridge may close", "Claim"), ("Officials said", "Source"))
    held = gold_of(BOTH, marks=marks, links=[("s0", "s1", "attributed_to")])
    (example,) = choose_examples(held, scheme, 1).examples
    source, claim = example.marks
    assert (source.label, claim.links) == ("Source", (("attributed_to", source.number),))

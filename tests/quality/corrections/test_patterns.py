from dataclasses import replace

from annotate.quality.corrections.patterns import Patterns
from annotate.quality.corrections.tally import CorrectedWork
from annotate.quality.corrections.work import correct
from annotate.records import Annotation, Article, Link, Prediction, Span

TEXT = "He said the old bridge may close, the mayor added on Monday. And then it did close."


def _work(before, after, *, number=0, before_links=(), after_links=(), rules=None, text=TEXT):
    article = Article(article_id=f"a{number}", text=text)
    about = {"article_id": article.article_id, "text_sha256": article.text_sha256}
    return correct(
        article,
        Annotation(
            **about,
            spans=tuple(after),
            links=tuple(after_links),
            labels=("Claim", "Source", "type", "attributed_to"),
            annotator="ada",
            annotation_id="1",
        ),
        Prediction(
            **about, spans=tuple(before), links=tuple(before_links), model_version="rules-1"
        ),
        rules=rules,
    )


def _patterns(*works: CorrectedWork, examples=2):
    found = Patterns(examples=examples)
    for work in works:
        found.add(work)
    return {(p.label, p.what): p for p in found.commonest(50)}


def _span(start, end, label="Claim", **changes):
    return Span(id=f"{label}{start}", start=start, end=end, label=label, **changes)


def test_few_words_are_named_and_longer_stretches_measured():
    """A moved end says over what: the words, or how many of them and where they begin."""
    found = _patterns(
        _work([_span(8, 32)], [_span(12, 32)]), _work([_span(8, 59)], [_span(8, 32)], number=1)
    )
    assert set(found) == {
        ("Claim", "start moved right over “the”"),
        ("Claim", "end moved left over 4–9 words, from a comma or dash on"),
    }
    (example,) = found["Claim", "start moved right over “the”"].examples
    assert (
        example.text
        == "He said [-the -]‹old bridge may close›, the mayor added on Monday. And then"
    )


def test_each_kind_has_its_pattern():
    """Deleted with its rule, added, relabelled, split, merged, other choices and links."""
    named = _span(0, 7, "Source", attributes={"type": ("named",)})
    other = replace(named, attributes={"type": ("unnamed",)})
    link = Link(head_id="Claim8", tail_id="Source0", label="attributed_to")
    found = _patterns(
        _work([_span(8, 11)], [], rules={(8, 11, "Claim"): "claim_clause_after"}),
        _work([], [_span(8, 11)]),
        _work([_span(8, 32)], [_span(8, 32, "Source")]),
        _work([_span(8, 32)], [_span(8, 22), _span(23, 32)]),
        _work([_span(8, 22), _span(23, 32)], [_span(8, 32)]),
        _work([named], [other]),
        _work([named, _span(8, 32)], [named, _span(8, 32)], after_links=[link]),
    )
    assert set(found) == {
        ("Claim", "deleted: “the” (rule claim_clause_after)"),
        ("Claim", "added: “the”"),
        ("Claim", "became Source"),
        ("Claim", "split at white space"),
        ("Claim", "merged over white space"),
        ("Source", "type: named → unnamed"),
        ("attributed_to", "link added"),
    }
    assert found["attributed_to", "link added"].examples[0].text == (
        "[+the old bridge may close → He said (attributed_to)+]"
    )


def test_numbers_are_alike():
    """Every number is another one: a boundary that crossed one says so, and not which."""
    text = "It had 7 of 12 seats."
    found = _patterns(
        _work([_span(7, 21)], [_span(9, 21)], text=text),
        _work([_span(12, 21)], [_span(14, 21)], number=1, text=text),
    )
    assert {key: pattern.count for key, pattern in found.items()} == {
        ("Claim", "start moved right over a number"): 2
    }


def test_examples_come_from_different_articles():
    """Two examples of a pattern are of two articles, and no more are kept than were asked for."""
    works = [_work([_span(8, 32)], [], number=n) for n in (0, 0, 1, 2)]
    (pattern,) = _patterns(*works).values()
    assert (pattern.count, [e.article_id for e in pattern.examples]) == (4, ["a0", "a1"])
    assert next(iter(_patterns(*works, examples=0).values())).examples == []


def test_a_long_example_is_cut_in_the_middle_and_stays_on_its_line():
    """Neither the text around nor the mark is told whole where they are long."""
    text = "word " * 40 + "\nThe claim " + "is long " * 40 + "\nNext line."
    start = text.index("The claim")
    (pattern,) = _patterns(_work([], [_span(start, text.index("\nNext"))], text=text)).values()
    assert pattern.examples[0].text.startswith("[+The claim is long")
    assert len(pattern.examples[0].text) < 160
    assert "Next" not in pattern.examples[0].text

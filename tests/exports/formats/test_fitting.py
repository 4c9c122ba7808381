from pathlib import Path

import pytest

from annotate.errors import InputError
from annotate.exports.formats.base import Place
from annotate.exports.formats.fitting import check_names, fit_line, occurring_names
from annotate.jsonl import ArticleLine
from annotate.records import Article, Link, Span

ARTICLE = Article(article_id="a", text="One two.")


def _line(label, link="attributed_to", **attributes):
    spans = (
        Span(id="1", start=0, end=3, label=label, attributes=attributes),
        Span(id="2", start=4, end=7, label="Claim"),
    )
    links = (Link(head_id="2", tail_id="1", label=link),)
    return ArticleLine(article=ARTICLE, spans=spans, links=links)


def test_unknown_names_are_listed_with_the_next_step(scheme):
    """The error names the first place, every unknown name and all that was found."""
    items = [
        (Place(path=Path("a.jsonl"), line=number), line)
        for number, line in enumerate(
            [_line("Source"), _line("PER", "says"), _line("LOC")], start=1
        )
    ]
    check_names(items[:1], scheme)
    with pytest.raises(InputError) as caught:
        check_names(items, scheme)
    assert str(caught.value).startswith(
        "a.jsonl:2: unknown label 'LOC', unknown label 'PER', unknown link 'says'; found are Claim 3,"
    )
    assert "--mapping" in caught.value.hint


def test_attributes_that_the_config_has_not_are_losses(scheme):
    """Known options stay; unknown ones, and those of another label, are reported."""
    line, losses = fit_line(
        _line("Source", source_type=("named",), x=("1",)), scheme, known=("Claim",)
    )
    assert dict(line.spans[0].attributes) == {"source_type": ("named",)}
    assert [loss.detail for loss in losses] == ["x=1 of the Source 0:3"]
    assert line.labels == ("Claim",)
    _, losses = fit_line(_line("Hedge", source_type=("named",)), scheme, known=None)
    assert len(losses) == 1
    _, losses = fit_line(_line("Source", source_type=("nobody",)), scheme, known=None)
    assert len(losses) == 1
    assert occurring_names(_line("Source", x=("1",))) == {"Source", "Claim", "attributed_to", "x"}

"""Gold that examples are made of."""

from annotate.prelabellers.protocol import ExampleGold
from annotate.records import Annotation, Article, Link, Span

MARKED = (("Officials said", "Source"), ("Police said", "Source"))


def gold_of(*texts, marks=MARKED, barred=(), labels=None, links=()):
    """Return gold articles with the first place of each quote marked."""
    pairs = []
    for number, text in enumerate(texts):
        article = Article(article_id=f"a{number}", text=text)
        spans = tuple(
            Span(id=f"s{i}", start=text.index(q), end=text.index(q) + len(q), label=label)
            for i, (q, label) in enumerate(marks)
            if q in text
        )
        annotation = Annotation(
            article_id=article.article_id,
            text_sha256=article.text_sha256,
            spans=spans,
            links=tuple(Link(head_id=h, tail_id=t, label=n) for h, t, n in links) if spans else (),
            labels=labels or ("Claim", "Source", "Hedge", "attributed_to", "hedges"),
            annotator="p",
            annotation_id=str(number),
        )
        pairs.append((article, annotation))
    return ExampleGold(version="v", name="v", articles=tuple(pairs), barred=frozenset(barred))

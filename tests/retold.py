"""Articles of several outlets that tell one event, with marks, for tests of claims."""

from annotate.labels import LabelScheme
from annotate.quality.mentions import Marked
from annotate.records import Annotation, Article, Link, Prediction, Span

SCHEME = LabelScheme(
    from_name="label",
    to_name="text",
    text_key="text",
    span_labels=("Claim", "Source", "Hedge"),
    link_labels=("attributed_to", "hedges"),
    link_ends={"attributed_to": ("Claim", "Source"), "hedges": ("Hedge", "Claim")},
)
EVENT = "The harbour bridge of Vehl was inspected by divers after the storm on the coast. "


def told(claim, *, name, source="", kind=None, hedge="", before="", machine=False, **fields):
    """Return an article about the event with one claim in it, its source before it.

    `hedge` is a word of the claim; `before` stands between event and source.
    """
    text = f"{EVENT}{before}{source} {claim}." if source else f"{EVENT}{before}{claim}."
    start = text.rindex(claim)
    spans = [Span(id="c", start=start, end=start + len(claim), label="Claim")]
    links = []
    if source:
        at = text.rindex(source)
        chosen = {"source_type": (kind,)} if kind else {}
        spans.append(
            Span(id="s", start=at, end=at + len(source), label="Source", attributes=chosen)
        )
        links.append(Link(head_id="c", tail_id="s", label="attributed_to"))
    if hedge:
        at = start + claim.index(hedge)
        spans.append(Span(id="h", start=at, end=at + len(hedge), label="Hedge"))
        links.append(Link(head_id="h", tail_id="c", label="hedges"))
    group = fields.pop("group", name)
    article = Article(article_id=name, text=text, **fields)
    common = {
        "article_id": name,
        "text_sha256": article.text_sha256,
        "spans": tuple(spans),
        "links": tuple(links),
    }
    marks = (
        Prediction(**common, model_version="m-1", scores={"c": 0.5})
        if machine
        else Annotation(
            **common, labels=SCHEME.all_names, annotator="annotator-x", annotation_id=f"{name}-1"
        )
    )
    return Marked(article=article, marks=marks, group=group)

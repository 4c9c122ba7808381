"""Hypothesis strategies for the records: arbitrary Unicode, overlaps, nesting."""

from dataclasses import replace

from hypothesis import strategies as st

from annotate.records import Annotation, Article, Link, Span

LABELS = ("Claim", "Source", "Hedge")

NASTY = [
    "👩‍👩‍👧",
    "🇩🇪",
    "é",
    "e\u0301",
    "\u200b",
    "\u2028",
    "مرحبا",
    "“",
    "’",
    "\u00a0",
    "\t",
    "\n\n",
    "中文",
    "𝔘",
    "<b>",
    "&amp;",
    "{",
    "}",
    "\\",
]

texts = (
    st.lists(
        st.one_of(
            st.sampled_from(NASTY),
            st.text(
                st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"),
                min_size=1,
                max_size=12,
            ),
            st.sampled_from(["The mayor said ", "reportedly ", "may ", ". ", ", "]),
        ),
        min_size=1,
        max_size=14,
    )
    .map("".join)
    .filter(lambda text: bool(text.strip()))
)

PLAIN = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
"""Values that JSON holds."""

ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.floats(),
        st.text(),
        st.binary(),
        st.dates(),
        st.sets(st.integers()),
        st.sampled_from(["\0", "a\0", "\ud800", "é\udfff", "“", 2**70, -(2**63)]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner),
        st.dictionaries(st.one_of(st.text(), st.integers(), st.none()), inner, max_size=3),
    ),
    max_leaves=8,
)
"""Values that JSON holds, and many that it does not."""


@st.composite
def marked_articles(draw, *, max_spans=8, attributes=True, text=texts):
    """An article with spans that overlap and nest at will, and links between them."""
    article = Article(article_id=draw(st.text("abc/#", min_size=1)), text=draw(text))
    size = len(article.text)
    spans = []
    for index in range(draw(st.integers(0, max_spans))):
        start = draw(st.integers(0, size - 1))
        end = draw(st.integers(start + 1, size))
        label = draw(st.sampled_from(LABELS))
        chosen = {}
        if attributes and label == "Source" and draw(st.booleans()):
            chosen = {"source_type": (draw(st.sampled_from(["named", "document"])),)}
        spans.append(Span(id=f"r{index}", start=start, end=end, label=label, attributes=chosen))
    links = []
    ends = {("Claim", "Source"): "attributed_to", ("Hedge", "Claim"): "hedges"}
    for head in spans:
        for tail in spans:
            label = ends.get((head.label, tail.label))
            if label and head is not tail and draw(st.integers(0, 3)) == 0:
                links.append(Link(head_id=head.id, tail_id=tail.id, label=label))
    return article, tuple(spans), tuple(links)


@st.composite
def shared_articles(draw, *, max_spans=6):
    """An article and the annotations of two or three people, who drew parts of the same marks."""
    article, spans, links = draw(marked_articles(max_spans=max_spans))
    annotations = []
    for who in draw(st.sampled_from([("ada", "ben"), ("ada", "ben", "cyd")])):
        own = []
        for span in spans:
            if not draw(st.integers(0, 3)):
                continue
            kind = draw(st.sampled_from([None, "named", "document"]))
            chosen = {"source_type": (kind,)} if kind and span.label == "Source" else {}
            own.append(replace(span, id=f"{who}-{span.id}", attributes=chosen))
        ids = {span.id for span in own}
        drawn = []
        for link in links:
            head, tail = f"{who}-{link.head_id}", f"{who}-{link.tail_id}"
            if head in ids and tail in ids and draw(st.integers(0, 3)):
                inferred = not draw(st.integers(0, 5))
                drawn.append(replace(link, head_id=head, tail_id=tail, inferred=inferred))
        annotations.append(
            Annotation(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                spans=tuple(own),
                links=tuple(drawn),
                labels=(*LABELS, "source_type", "attributed_to", "hedges"),
                annotator=who,
                annotation_id=who,
            )
        )
    return article, tuple(annotations)

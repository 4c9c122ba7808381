"""What is on a page and in no record is named, item by item."""

from hypothesis import given
from hypothesis import strategies as st

from annotate.labels import parse_label_config
from annotate.records import Annotation, Article
from annotate.studio.results import read_result
from annotate.studio.unkept import carried_items, region_scores, unkept_items
from annotate.workflow.state.init import label_config_template

SCHEME = parse_label_config(label_config_template("claims.xml")).with_link_ends(
    {"attributed_to": ("Claim", "Source"), "hedges": ("Hedge", "Claim")}
)
ARTICLE = Article(article_id="a", text="Officials said it may close.")


def _region(key, start, end, labels, control="label"):
    value = {"start": start, "end": end, "labels": labels}
    return {"id": key, "type": "labels", "from_name": control, "value": value}


def _choice(key, name, value):
    return {"id": key, "type": "choices", "from_name": name, "value": {"choices": [value]}}


def _relation(head, tail, labels):
    return {
        "type": "relation",
        "from_id": head,
        "to_id": tail,
        "direction": "right",
        "labels": labels,
    }


def _read(result):
    spans, links, extra, _ = read_result(result, ARTICLE, SCHEME)
    read = Annotation(
        article_id="a",
        text_sha256=ARTICLE.text_sha256,
        spans=spans,
        links=links,
        labels=SCHEME.all_names,
        annotator="ada",
        annotation_id="1",
        extra=extra,
    )
    found = [*unkept_items(result, read, SCHEME)]
    return read, [*found, *carried_items(read, SCHEME, len(ARTICLE.text))]


def test_each_item_says_why_no_record_has_it():
    """Labels, offsets, choices and relations that cannot be, and a note, each with its reason."""
    _, found = _read(
        [
            _region("c", 15, 27, ["Claim"]),
            _region("s", 0, 14, ["Source"]),
            _region("x", 0, 3, ["Person"]),
            _region("y", 0, 99, ["Claim"]),
            _region("z", 0, 3, ["Claim", "Hedge"]),
            _region("v", 0, 3, ["Claim"], control="other"),
            _choice("c", "source_type", "named"),
            _choice("s", "source_type", "named"),
            _choice("s", "source_type", "unnamed"),
            _choice("q", "source_type", "named"),
            _choice("s", "mood", "named"),
            _relation("c", "s", []),
            _relation("s", "c", []),
            _relation("c", "s", ["denies"]),
            _relation("c", "x", ["attributed_to"]),
            {"id": "n", "type": "textarea", "from_name": "note", "value": {"text": ["?"]}},
        ]
    )
    said = sorted((item.what, item.fate, item.reason) for item in found)
    assert said == [
        ("choice", "dropped", "an earlier choice: the page shows the last one"),
        ("choice", "dropped", "left over from the region's former label"),
        ("choice", "unknown", "a choice that the labelling config has not"),
        ("choice", "unmodelled", "chosen for no region that is read"),
        ("item", "unmodelled", "no mark: textarea"),
        ("link", "named", "drawn without a name, and named after its ends"),
        ("link", "unknown", "a relation that the labelling config has not"),
        ("link", "unmodelled", "drawn without a name that its ends would give"),
        ("link", "unmodelled", "joins what is not read as two regions"),
        ("span", "unknown", "a label that the labelling config has not"),
        ("span", "unknown", "a region of a control that is not read"),
        ("span", "unmodelled", "a region of several labels, or of none"),
        ("span", "unmodelled", "its offsets are not in the text"),
    ]
    named = next(item for item in found if item.fate == "named")
    assert (named.name, named.start, named.end) == ("attributed_to", 15, 27)


_IDS = st.sampled_from(["a", "b", "c", "d"])
_ITEMS = st.one_of(
    st.builds(
        _region,
        _IDS,
        st.integers(0, 10),
        st.integers(5, 40),
        st.sampled_from([["Claim"], ["Source"], ["Person"], ["Claim", "Hedge"]]),
    ),
    st.builds(_choice, _IDS, st.sampled_from(["source_type", "mood"]), st.just("named")),
    st.builds(_relation, _IDS, _IDS, st.sampled_from([[], ["attributed_to"], ["denies"]])),
)


@given(st.lists(_ITEMS, max_size=12))
def test_what_is_on_the_page_is_read_or_named(result):
    """Spans, choices and links of a page are those of the records and those that are named."""
    read, found = _read(result)
    lost = [item.what for item in found if item.fate != "named"]
    kinds = [item["type"] for item in result]
    chosen = sum(len(values) for span in read.spans for values in span.attributes.values())
    assert kinds.count("labels") == len(read.spans) + lost.count("span")
    assert kinds.count("choices") == chosen + lost.count("choice")
    links = [_ends(item) for item in result if item["type"] == "relation"]
    again = len(links) - len(set(links))  # two relations that say the same are one link
    assert kinds.count("relation") - again <= len(read.links) + lost.count("link")
    assert len(read.links) + lost.count("link") <= kinds.count("relation")


def _ends(item):
    return (item["from_id"], item["to_id"])


def test_only_shares_are_scores():
    """A prediction of somebody else may have any score: what is none is left out."""
    regions = [_region(key, 0, 5, ["Claim"]) for key in "abcd"]
    for region, score in zip(regions, (0.5, 2.0, "0.5", True), strict=True):
        region["score"] = score
    spans, _, _, _ = read_result(regions, ARTICLE, SCHEME)
    assert region_scores(regions, spans) == {"a": 0.5}

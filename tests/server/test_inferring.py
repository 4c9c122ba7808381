"""Links that nobody drew, from a real server: what was deleted there is not drawn again."""

import pytest
from stories import mark

pytestmark = pytest.mark.server

TEXT = (
    "Officials said the crane was sound. The union warned that the quay might sink.\n\n"
    "The harbour master claimed that the tug had left.\n"
)


def _region(words, label, number):
    start = TEXT.index(words)
    return mark(label, start=start, end=start + len(words), number=number)


def test_the_new_span_is_linked_and_the_deleted_link_is_not(site):
    """Of two links shown one is kept and one deleted; a claim is added, and nobody links it."""
    site.configure("infer_links: true\nsplit: {dev: 0.0, test: 0.0}\n")
    site.add("crane.txt", TEXT)
    site.push()
    (task,) = site.raw_tasks()
    (prediction,) = task["predictions"]
    at = {
        TEXT[item["value"]["start"] : item["value"]["end"]]: item["id"]
        for item in prediction["result"]
        if item["type"] == "labels"
    }
    crane, quay, tug = at["the crane was sound"], at["the quay might sink"], at["the tug had left"]
    deleted = (crane, at["Officials said"])
    result = [
        item
        for item in prediction["result"]
        if (item.get("from_id"), item.get("to_id")) != deleted and tug not in item.values()
    ]
    assert len(result) < len(prediction["result"])
    result.append(_region("tug had left", "Claim", "new"))
    site.client.annotate(task["id"], result, parent_prediction=prediction["id"])
    done = site.cli("pull", "--json")
    assert (done["inferred_links"], done["notes"]) == (1, {})
    ((key, line),) = site.held().items()
    (annotation,) = line.annotations
    links = {(k.head_id, k.tail_id): k.inferred for k in annotation.links}
    assert links == {
        (quay, at["The union warned"]): False,
        (at["might"], quay): False,
        ("new", at["The harbour master claimed"]): True,
    }
    assert site.pull(full=True).version is None
    (shown,) = site.cli("show", key.article_id, "--json")["articles"]
    (view,) = shown["views"]
    assert [link["inferred"] for link in view["links"]].count(True) == 1
    assert "⇢" in site.cli("show", key.article_id)
    server = site.raw_tasks()[0]["annotations"][0]["result"]
    assert sum(item["type"] == "relation" for item in server) == 2

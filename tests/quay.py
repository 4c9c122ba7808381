"""A workspace of one article, which one person annotated."""

from gold import adopt_jsonl

from annotate.jsonl import dumps
from annotate.workflow.state.context import Context
from annotate.workflow.state.init import init_workspace


def gold_line(article_path):
    """Return an annotated article as a person would write it: no model version."""
    text = article_path.read_text()
    spans = [
        {"id": "c", "start": 0, "end": len("The quay is unsafe"), "label": "Claim"},
        {"id": "s", "start": text.index("a memo"), "end": text.index("."), "label": "Source"},
    ]
    links = [{"head": "c", "tail": "s", "label": "attributed_to"}]
    article_id = f"articles/{article_path.name}"
    return dumps({"article_id": article_id, "text": text, "spans": spans, "links": links})


def quay_project(directory):
    """Make a workspace of one article, which one person annotated."""
    init_workspace(directory)
    story = directory / "articles" / "quay.txt"
    story.write_text("The quay is unsafe, a memo said.\n")
    gold = directory / "gold.jsonl"
    gold.write_text(gold_line(story) + "\n")
    adopt_jsonl(Context.at(directory), gold, annotator="ines@example.org")
    return directory

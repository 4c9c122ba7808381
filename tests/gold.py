"""Gold from a JSONL file as annotations of a workspace, for tests that need an export version."""

from annotate.exports.formats.own import read_own
from annotate.jsonl import dumps
from annotate.workflow.exchange.adopt import adopt
from annotate.workflow.state.context import Context
from annotate.workflow.state.init import init_workspace


def adopt_jsonl(context, path, *, annotator):
    """Make the file's annotations part of a new version."""
    return adopt(context, read_own(path).items, annotator=annotator, source=path)


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

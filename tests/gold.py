"""Gold from a JSONL file as annotations of a workspace, for tests that need an export version."""

from annotate.exports.formats.own import read_own
from annotate.jsonl import article_line_to_json, dumps
from annotate.workflow.exchange.adopt import adopt


def adopt_jsonl(context, path, *, annotator, **settings):
    """Make the file's annotations part of a new version."""
    return adopt(context, read_own(path).items, annotator=annotator, source=path, **settings)


def write_gold(path, lines, **changes):
    """Write article lines, each with the same fields changed; return the path."""
    path.write_text(
        "".join(dumps({**article_line_to_json(line), **changes}) + "\n" for line in lines)
    )
    return path

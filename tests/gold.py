"""Gold from a JSONL file as annotations of a workspace, for tests that need an export version."""

from annotate.exports.formats.own import read_own
from annotate.workflow.exchange.adopt import adopt


def adopt_jsonl(context, path, *, annotator):
    """Make the file's annotations part of a new version."""
    return adopt(context, read_own(path).items, annotator=annotator, source=path)

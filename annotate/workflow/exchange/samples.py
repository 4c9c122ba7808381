"""A workspace with the sample corpus' gold as its one export version: made without a server."""

from __future__ import annotations

from pathlib import Path

from annotate.exports.formats.base import Place
from annotate.samples import DIRECTORY, sample_articles
from annotate.workflow.exchange.adopt import adopt
from annotate.workflow.state.context import open_context
from annotate.workflow.state.init import init_workspace
from annotate.workspace import load_workspace

ANNOTATOR = "gold@example.org"


def make_sample_workspace(directory: Path) -> None:
    """Make the workspace; a directory that holds one already is added to."""
    init_workspace(directory, project="Sample articles", articles=str(DIRECTORY))
    items = [
        (Place(path=DIRECTORY, line=number), line)
        for number, line in enumerate(sample_articles(), start=1)
    ]
    with open_context(load_workspace(directory), writes=True) as context:
        adopt(context, items, annotator=ANNOTATOR, source=DIRECTORY)

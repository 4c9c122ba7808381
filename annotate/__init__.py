"""Find what news stories claim, who vouches for it, and how sure they are.

>>> import annotate
>>> prediction, = annotate.prelabel(["Officials said the bridge may close."])
>>> [span.label for span in prediction.spans]
['Source', 'Claim', 'Hedge']

A notebook's worth of steps stands in `docs/python.md`. All errors derive from `AnnotateError` and
stand in `annotate.errors`.
"""

from annotate.errors import AnnotateError
from annotate.labels import LabelScheme
from annotate.notebook.drawing import displacy_options
from annotate.notebook.frame import as_frame
from annotate.notebook.marked import docs, evaluate, table
from annotate.notebook.predicting import prelabel
from annotate.notebook.scheme import label_scheme
from annotate.notebook.workspace import open_workspace
from annotate.records import Annotation, Article, Link, Prediction, Span

__all__ = [
    "AnnotateError",
    "Annotation",
    "Article",
    "LabelScheme",
    "Link",
    "Prediction",
    "Span",
    "as_frame",
    "displacy_options",
    "docs",
    "evaluate",
    "label_scheme",
    "open_workspace",
    "prelabel",
    "table",
]

__version__ = "0.1.0"

"""Find what news stories claim, who vouches for it, and how sure they are."""

from annotate.errors import AnnotateError
from annotate.labels import LabelScheme, parse_label_config
from annotate.records import Annotation, Article, Link, Prediction, Span

__all__ = [
    "AnnotateError",
    "Annotation",
    "Article",
    "LabelScheme",
    "Link",
    "Prediction",
    "Span",
    "parse_label_config",
]

__version__ = "0.1.0"

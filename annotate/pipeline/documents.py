"""Articles with marks → a list of spaCy `Doc`s that says what was moved or lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from spacy.tokens import Doc

from annotate.jsonl import article_to_json
from annotate.pipeline.docbin import ARTICLE_KEY, english
from annotate.pipeline.docs import SpanIssue, make_doc
from annotate.records import Annotation, Article, Prediction

MakeDoc: TypeAlias = Callable[[str], Doc]
"""A pipeline's `nlp.make_doc`."""


class Docs(list[Doc]):
    """Documents, and what of the marks they do not hold as it was.

    `issues` are the spans that were moved to token boundaries or lost; `lost_links` counts the
    links that went with lost spans.
    """

    def __init__(
        self, docs: Iterable[Doc] = (), *, issues: Sequence[SpanIssue] = (), lost_links: int = 0
    ) -> None:
        super().__init__(docs)
        self.issues = tuple(issues)
        self.lost_links = lost_links

    def __repr__(self) -> str:
        moved = sum(issue.what == "moved" for issue in self.issues)
        return (
            f"<{len(self)} Docs; spans moved: {moved}, lost: {len(self.issues) - moved}; "
            f"links lost: {self.lost_links}>"
        )


def marked_docs(
    items: Iterable[tuple[Article, Annotation | Prediction]],
    *,
    spans_key: str,
    make: MakeDoc | None = None,
) -> Docs:
    """Return a `Doc` for every article and its marks, spans in group `spans_key`.

    `make` is by default spaCy's English tokenizer. What else is known stands in
    `doc.user_data["annotate"]`, as in a DocBin. Raises `RecordError` where the tokenizer changes a
    text.
    """
    docs: list[Doc] = []
    issues: list[SpanIssue] = []
    lost_links = 0
    for article, marks in items:
        doc, found = make_doc(
            article,
            marks.spans,
            marks.links,
            make=make or english().make_doc,
            key=spans_key,
            labels=marks.labels if isinstance(marks, Annotation) else None,
        )
        group = doc.spans[spans_key]
        if isinstance(marks, Prediction):
            group.attrs["scores"] = [marks.scores.get(span_id) for span_id in group.attrs["ids"]]
        doc.user_data[ARTICLE_KEY] = _about(article, marks)
        docs.append(doc)
        issues += found
        lost_links += len(marks.links) - len(group.attrs["links"])
    return Docs(docs, issues=issues, lost_links=lost_links)


def _about(article: Article, marks: Annotation | Prediction) -> dict[str, Any]:
    about = article_to_json(article)
    del about["text"]
    if isinstance(marks, Prediction):
        return {**about, "annotator": None, "model_version": marks.model_version}
    return {
        **about,
        "annotator": marks.annotator,
        "annotation_id": marks.annotation_id,
        "prediction_shown": marks.prediction_shown,
    }

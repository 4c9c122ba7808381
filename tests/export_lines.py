"""Lines of an export, for tests."""

from annotate.exports.lines import ExportedArticle
from annotate.records import Annotation, Article, Span

META = {
    "created_at": "2024-05-01T00:00:00+00:00",
    "scheme": "s",
    "label_config_sha256": "l",
    "watermark": "w",
    "project": {"title": "t"},
}


def export_line(name, text="It may rain.", spans=((3, 6, "Hedge"),), annotation_id="1", **changes):
    article = Article(article_id=name, text=text)
    annotation = Annotation(
        article_id=name,
        text_sha256=article.text_sha256,
        spans=tuple(
            Span(id=f"r{i}", start=a, end=b, label=label) for i, (a, b, label) in enumerate(spans)
        ),
        labels=("Claim", "Hedge"),
        annotator="annotator-x",
        annotation_id=annotation_id,
        prediction_shown="rules-1",
        extra=({"type": "textarea", "value": {"text": ["?"]}},),
    )
    return ExportedArticle(
        article=article,
        annotations=(annotation,),
        group=name,
        split="train",
        blind=False,
        **changes,
    )

from dataclasses import replace

from annotate.exports.lines import ExportedArticle
from annotate.records import Annotation, Article
from annotate.workflow.mirror.joining import with_adopted

ARTICLE = Article(article_id="a", text="Officials said it may rain.")


def _line(*ids):
    annotations = tuple(
        Annotation(
            article_id="a",
            text_sha256=ARTICLE.text_sha256,
            spans=(),
            labels=("Claim",),
            annotator="annotator-1",
            annotation_id=number,
            ground_truth=number.startswith("review-"),
        )
        for number in ids
    )
    return ExportedArticle(
        article=ARTICLE, annotations=annotations, group="a", split="train", blind=False, tasks=(1,)
    )


def test_what_no_server_had_stays_whatever_the_server_says():
    """Work from files and reviewers' decisions; the rest is what the server holds now."""
    held = _line("1", "2", "file-x", "review-y")
    found = with_adopted(_line("2", "3"), held)
    assert [a.annotation_id for a in found.annotations] == ["2", "3", "file-x", "review-y"]
    gone = with_adopted(None, held)
    assert [a.annotation_id for a in gone.annotations] == ["file-x", "review-y"]
    assert gone.tasks == ()
    assert with_adopted(None, replace(held, annotations=held.annotations[:2])) is None

"""A few annotated sentences that a pipeline is trained from in a second."""

from annotate.pipeline.training.plan import TrainingPlan
from annotate.records import Annotation, Article, Span

LABELS = ("Claim", "Source", "Hedge")


def pair(index, text, marks, labels=LABELS):
    article = Article(article_id=f"a{index}", text=text)
    spans = tuple(
        Span(id=f"s{i}", start=text.index(part), end=text.index(part) + len(part), label=label)
        for i, (part, label) in enumerate(marks)
    )
    annotation = Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        labels=labels,
        annotator="x",
        annotation_id="1",
    )
    return article, annotation


PEOPLE = ["Officials", "Two ministers", "Residents", "The mayor"]
THINGS = ["the bridge may close", "the dam could break", "the ferry may sink"]
GOLD = [
    pair(
        n,
        f"{who} said {what}.\n\nIt rained on day {n}.",
        [
            (f"{who} said", "Source"),
            (what, "Claim"),
            ("may" if "may" in what else "could", "Hedge"),
        ],
    )
    for n, (who, what) in enumerate((w, t) for w in PEOPLE for t in THINGS)
]


def gold_plan(**changes):
    """Return a plan that trains in a second."""
    settings = {
        "train": GOLD[:10],
        "dev": GOLD[10:],
        "pool": [article.text for article, _ in GOLD],
        "labels": LABELS,
        "epochs": 2,
        "weak_epochs": 1,
    }
    return TrainingPlan(**(settings | changes))

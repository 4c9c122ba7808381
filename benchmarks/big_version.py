"""A workspace whose export version is as large as a team's in years: generated, for benchmarks.

    python benchmarks/big_version.py DIRECTORY [ARTICLES [ANNOTATORS]]

The articles are those of the sample corpus again and again, each with a first line of its own. Every
one was annotated by several people, who began with what the rules mark and changed about a third of
it at random (a seed): kept, moved, relabelled, deleted, split, added. What they were shown is kept
as a pull keeps it.
"""

import random
import sys
from dataclasses import replace
from pathlib import Path

from annotate.exports.lines import ExportedArticle
from annotate.pipeline.prediction import load_rules
from annotate.records import Annotation, Article, Prediction, Span
from annotate.samples import sample_articles
from annotate.workflow.state.context import Context
from annotate.workflow.state.init import init_workspace

OUTLETS = ("Harbour Post", "Valley Herald", "Evening Mail", "The Ledger", "Coast Radio")


def make_big_version(root, articles=5000, annotators=3, *, kept=True, seed=0):
    """Make the workspace in a directory that is new; return its context and the version.

    Where predictions are not `kept`, whoever needs them has to ask the rules again.
    """
    init_workspace(root)
    context = Context.at(root)
    rules = context.models.store.rules().version
    pipeline = load_rules(context.scheme, rules)
    samples = [line.article for line in sample_articles()]
    base = list(zip(samples, pipeline.predict(samples), strict=True))
    names = context.scheme.all_names
    lines, shown = [], []
    for number in range(articles):
        rng = random.Random(f"{seed}/{number}")
        sample, said = base[number % len(base)]
        first = f"Report {number:06d}\n\n"
        article = Article(
            article_id=f"articles/{number:06d}.txt",
            text=first + sample.text,
            outlet=OUTLETS[number % len(OUTLETS)],
        )
        spans = tuple(
            replace(span, start=span.start + len(first), end=span.end + len(first))
            for span in said.spans
        )
        shown.append(
            Prediction(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                spans=spans,
                links=said.links,
                scores=said.scores,
                model_version=rules,
            )
        )
        lines.append(
            ExportedArticle(
                article=article,
                annotations=tuple(
                    _annotation(article, shown[-1], names, 10 * number + person, person, rng)
                    for person in range(annotators)
                ),
                group=article.article_id,
                split="train" if number % 4 else "dev",
                blind=False,
                tasks=(number,),
            )
        )
    version = context.versions.write(lines, about={"title": "big"})
    if kept:
        with context.seen() as seen, seen.transaction():
            seen.put(shown)
    return context, version


def _annotation(article, prediction, names, number, person, rng):
    spans = [span for old in prediction.spans for span in _corrected(old, article.text, rng)]
    ids = {span.id for span in spans}
    links = tuple(
        link
        for link in prediction.links
        if {link.head_id, link.tail_id} <= ids and rng.random() < 0.9
    )
    return Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=tuple(sorted(spans, key=lambda span: (span.start, -span.end, span.label, span.id))),
        links=links,
        labels=names,
        annotator=f"annotator-{person}",
        annotation_id=str(number),
        created_at="2026-01-01T00:00:00+00:00",
        prediction_shown=prediction.model_version,
    )


def _corrected(span, text, rng):
    """Return what a person makes of a predicted span."""
    dice = rng.random()
    if dice < 0.65 or span.end - span.start < 4:
        return [span]
    if dice < 0.8:
        start, end = span.start, min(len(text), span.end + rng.randrange(1, 20))
        return [replace(span, start=start, end=end)]
    if dice < 0.85:
        return [replace(span, label="Source" if span.label == "Claim" else "Claim", attributes={})]
    if dice < 0.9:
        middle = (span.start + span.end) // 2
        other = Span(id=f"{span.id}b", start=middle + 1, end=span.end, label=span.label)
        return [replace(span, end=middle), other]
    if dice < 0.95:
        other = Span(id=f"{span.id}c", start=span.start, end=span.start + 2, label="Hedge")
        return [span, other]
    return []


if __name__ == "__main__":
    root, *numbers = sys.argv[1:]
    _, made = make_big_version(Path(root), *map(int, numbers))
    print(made.name, made.counts)

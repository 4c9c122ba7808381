"""What pre-labels reach on real news by our guidelines (paths as arguments; see README.md).

    python benchmarks/real_news.py rules GOLD.jsonl [GOLD.jsonl …] [--articles 15:30]
    python benchmarks/real_news.py folds GOLD.jsonl --pool POOL.jsonl [--foreign CORPUS.jsonl …] [--seeds 0 1 2]
    python benchmarks/real_news.py other GOLD.jsonl --train 20 30 --pool POOL.jsonl --on FILE.jsonl … [--seeds 0 1 2]

    python benchmarks/real_news.py stock GOLD.jsonl --train 20 [--seeds 0]

`samples` stands for the shipped sample corpus. `folds` trains on four fifths of the articles and
scores the last fifth, five times; `stock` trains spaCy's `ner` in place of ours; `other` trains on the first articles and scores other files.
Articles of GOLD are left out of pool and corpora. Prints one JSON object a run; F1 in %.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

import spacy
from polnear import gold, load, score, shuffled
from spacy.tokens import Span
from spacy.training import Example
from thinc.api import fix_random_seed

from annotate.pipeline.span_crf.calibrate import fit_scale, rescale
from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.corpus import gold_docs, paragraph_docs
from annotate.pipeline.training.loop import rules_pipeline, train_pipeline
from annotate.pipeline.training.plan import TrainingPlan
from annotate.quality.calibration import calibration
from annotate.samples import sample_articles

LABELS = ("Claim", "Hedge", "Source")
NAMES = (*LABELS, "source_type", "attributed_to", "hedges")
FOLDS = 5


def lines_of(name):
    return sample_articles() if name == "samples" else load(name)


def without(lines, held):
    texts = {line.article.text_sha256 for line in held}
    ids = {line.article.article_id for line in held}
    return [
        line
        for line in lines
        if line.article.text_sha256 not in texts and line.article.article_id not in ids
    ]


def brief(found):
    """Return exact F1 by label and the mean."""
    exact = {label: found[label]["exact"] for label in LABELS if label in found}
    return {**exact, "macro": found["macro exact"], "ECE": found["ECE"]}


def trained(train, pool, foreign, seed, directory):
    plan = TrainingPlan(
        train=gold(train, NAMES),
        dev=(),
        pool=[line.article.text for line in pool],
        foreign=gold(foreign, NAMES),
        labels=LABELS,
        seed=seed,
    )
    start = time.process_time()
    found = train_pipeline(plan, Path(directory))
    return spacy.load(found.path), round(time.process_time() - start)


def scored(nlp, lines):
    known = {label for line in lines for label in line.labels or LABELS}
    return score(nlp, SPANS_KEY, lines, tuple(label for label in LABELS if label in known))


def rules(options):
    nlp = rules_pipeline(spans_key=SPANS_KEY)
    first, last = (int(end) if end else None for end in options.articles.split(":"))
    for name in options.files:
        found = scored(nlp, lines_of(name)[first:last])
        print(
            json.dumps({"rules on": Path(name).name, "articles": options.articles, **brief(found)})
        )


def corpora(options, held):
    pool = without([x for name in options.pool for x in lines_of(name)], held)
    foreign = without([x for name in options.foreign for x in lines_of(name)], held)
    return shuffled(pool, 0)[: options.texts], shuffled(foreign, 0)[: options.foreign_articles]


def folds(options):
    (name,) = options.files
    lines = lines_of(name)
    pool, foreign = corpora(options, lines)
    for seed in options.seeds:
        order = shuffled(lines, seed)
        parts, seconds = [], 0
        for fold in range(FOLDS):
            test = order[fold::FOLDS]
            train = [line for line in order if line not in test]
            with tempfile.TemporaryDirectory() as directory:
                nlp, spent = trained(train, pool, foreign, seed, directory)
            seconds += spent
            parts += [
                (line, doc) for line, doc in zip(test, nlp.pipe(x.article.text for x in test))
            ]
        given = _Given(parts)
        error = round(calibration(cross_fitted(order, given)).error, 3)
        for part, held in (("all", lines), ("last half", lines[len(lines) // 2 :])):
            row = {"folds of": Path(name).name, "seed": seed, "foreign": len(foreign)}
            found = brief(scored(given, held))
            row = {**row, "scored on": part, **found, "ECE, scaled by the other folds": error}
            print(json.dumps({**row, "CPU s": seconds}), flush=True)


def cross_fitted(order, given):
    """Return (score, right) of every span, scaled by what the other folds were right about."""
    judged = [
        [
            (value, (span.start_char, span.end_char, span.label_) in marked)
            for line in order[fold::FOLDS]
            for marked in [{(s.start, s.end, s.label) for s in line.spans}]
            for doc in given.pipe([line.article.text])
            for span, value in zip(doc.spans[SPANS_KEY], doc.spans[SPANS_KEY].attrs["scores"])
        ]
        for fold in range(FOLDS)
    ]
    found = []
    for part in judged:
        scale = fit_scale([pair for other in judged if other is not part for pair in other])
        scores = rescale([value for value, _ in part], scale)
        found += zip(scores, [right for _, right in part])
    return found


class _Given:
    """A pipeline that has predicted already."""

    def __init__(self, parts):
        self._docs = {line.article.text: doc for line, doc in parts}

    def pipe(self, texts):
        return (self._docs[text] for text in texts)


def other(options):
    (name,) = options.files
    lines = lines_of(name)
    pool, foreign = corpora(options, lines)
    for seed in options.seeds:
        for count in options.train:
            with tempfile.TemporaryDirectory() as directory:
                nlp, seconds = trained(lines[:count], pool, foreign, seed, directory)
            rest = [("the rest", lines[count:])] if count < len(lines) else []
            for where, held in [*rest, *((on, lines_of(on)) for on in options.on)]:
                row = {"trained on": count, "seed": seed, "on": Path(where).name}
                print(json.dumps({**row, **brief(scored(nlp, held)), "CPU s": seconds}), flush=True)


def stock(options):
    """Train spaCy's own `ner`, one a label, on the first articles, and score the rest."""
    (name,) = options.files
    lines = lines_of(name)
    for seed in options.seeds:
        for count in options.train:
            start = time.process_time()
            docs = [nlp_of(label, lines[:count], seed) for label in LABELS]
            seconds = round(time.process_time() - start)
            pipeline = _Together(docs)
            row = {"ner trained on": count, "seed": seed, "on": "the rest", "CPU s": seconds}
            print(json.dumps({**row, **brief(scored(pipeline, lines[count:]))}), flush=True)


def nlp_of(label, lines, seed, epochs=25):
    """Return a pipeline with a `ner` of spaCy's default size that knows one label."""
    fix_random_seed(seed)
    nlp = spacy.blank("en")
    nlp.add_pipe("ner").add_label(label)
    docs, _ = gold_docs(nlp, gold(lines, NAMES), labels=[label], nested_labels=())
    examples = []
    for piece in paragraph_docs(docs):
        piece.set_ents(spacy.util.filter_spans(list(piece.spans[SPANS_KEY])))
        examples.append(Example(nlp.make_doc(piece.text), piece))
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(epochs):
        random.shuffle(examples)
        for batch in spacy.util.minibatch(examples, 16):
            nlp.update(batch, sgd=optimizer, drop=0.2)
    return nlp


class _Together:
    """The entities of several pipelines in one group of spans."""

    def __init__(self, pipelines):
        self._pipelines = pipelines

    def pipe(self, texts):
        for text in texts:
            docs = [nlp(text) for nlp in self._pipelines]
            docs[0].spans[SPANS_KEY] = [
                Span(docs[0], entity.start, entity.end, label=entity.label_)
                for doc in docs
                for entity in doc.ents
            ]
            yield docs[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["rules", "folds", "other", "stock"])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--articles", default=":")
    parser.add_argument("--pool", nargs="*", default=[])
    parser.add_argument("--texts", type=int, default=200, help="Texts of the pool.")
    parser.add_argument("--foreign", nargs="*", default=[])
    parser.add_argument("--foreign-articles", type=int, help="Only so many of the corpora.")
    parser.add_argument("--train", nargs="+", type=int, default=[20, 30])
    parser.add_argument("--on", nargs="*", default=["samples"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    options = parser.parse_args()
    {"rules": rules, "folds": folds, "other": other, "stock": stock}[options.what](options)


if __name__ == "__main__":
    main()

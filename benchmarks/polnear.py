"""Reproduce the model figures on PolNeAR (paths as arguments; see README.md beside this file).

    python benchmarks/polnear.py full  TRAIN.jsonl DEV.jsonl [--epochs 3] [--ner]
    python benchmarks/polnear.py few   TRAIN.jsonl DEV.jsonl --gold 10 25 50 100 --seeds 0 1 2
    python benchmarks/polnear.py rules DEV.jsonl

The files hold annotate's JSONL; the labels are those that the training file names. `--pool N`
limits the unlabelled articles (for weak labels) to the last N of the shuffled training articles; 0
is training without weak labels.
Prints one JSON object a run; times are CPU seconds of this process.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import fix_random_seed

from annotate.jsonl import read_article_lines
from annotate.pipeline.docs import read_doc
from annotate.pipeline.rule_labels import weak_group
from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.corpus import gold_docs, paragraph_docs
from annotate.pipeline.training.loop import rules_pipeline, train_pipeline
from annotate.pipeline.training.plan import TrainingPlan
from annotate.quality.calibration import calibration
from annotate.quality.scoring import GoldAndPredicted, macro_f1, score_article, total

NER = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 64,
    "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": 96,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": [5000, 1000, 2500, 2500],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": 96,
            "depth": 4,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    },
}
"""spaCy's own `ner`, of the width and depth of `span_crf`."""


def load(path):
    return [line for _, line in read_article_lines(Path(path))]


def shuffled(lines, seed):
    lines = list(lines)
    random.Random(seed).shuffle(lines)
    return lines


def gold(lines, names):
    return [
        (line.article, line.annotation(annotator="corpus", annotation_id="1", all_names=names))
        for line in lines
    ]


def score(nlp, key, lines, labels):
    start = time.process_time()
    docs = list(nlp.pipe(line.article.text for line in lines))
    seconds = time.process_time() - start
    items = [
        GoldAndPredicted(
            article_id=line.article.article_id,
            text=line.article.text,
            gold=line.spans,
            predicted=read_doc(doc, key=key, article_id="x")[0],
            labels=frozenset(line.labels or labels),
        )
        for line, doc in zip(lines, docs)
    ]
    sums = total([score_article(item, labels) for item in items], labels)
    found = {
        label: {m: None if c.f1 is None else round(100 * c.f1, 1) for m, c in counts.items()}
        for label, counts in sums.items()
    }
    scored = [
        (value, (span.start_char, span.end_char, span.label_) in places)
        for doc, line in zip(docs, lines)
        for places in [{(s.start, s.end, s.label) for s in line.spans}]
        for span, value in zip(doc.spans.get(key, ()), doc.spans[key].attrs.get("scores", ()))
        if span.label_ in labels
    ]
    found["ECE"] = round(calibration(scored).error, 3) if scored else None
    macro = macro_f1(sums)
    found["macro exact"] = None if macro is None else round(100 * macro, 1)
    found["words/s"] = round(sum(len(doc) for doc in docs) / seconds)
    return found


def run(name, train, dev, labels, pool, seed, epochs, vectors=False):
    plan = TrainingPlan(
        train=gold(train, labels),
        dev=(),
        vectors=vectors,
        pool=[line.article.text for line in pool],
        labels=labels,
        seed=seed,
        epochs=epochs,
    )
    with tempfile.TemporaryDirectory() as directory:
        start = time.process_time()
        trained = train_pipeline(plan, Path(directory))
        seconds = time.process_time() - start
        nlp = spacy.load(trained.path)
    found = score(nlp, SPANS_KEY, dev, labels)
    row = {
        "run": name,
        "gold": len(train),
        "pool": len(pool),
        "seed": seed,
        "epochs": trained.schedule.epochs,
        "train CPU s": round(seconds),
        "unreachable": len(trained.train.unreachable),
        **found,
    }
    print(json.dumps(row), flush=True)


def run_ner(train, dev, labels, seed, epochs):
    """Train and score spaCy's own `ner`, of equal width and depth, on the same paragraphs."""
    fix_random_seed(seed)
    nlp = spacy.blank("en")
    component = nlp.add_pipe("ner", config={"model": NER})
    for label in labels:
        component.add_label(label)
    docs, _ = gold_docs(nlp, gold(train, labels), labels=labels, nested_labels=())
    examples = []
    for piece in paragraph_docs(docs):
        piece.set_ents(spacy.util.filter_spans(list(piece.spans[SPANS_KEY])))
        predicted = Doc(
            nlp.vocab, words=[t.text for t in piece], spaces=[bool(t.whitespace_) for t in piece]
        )
        examples.append(Example(predicted, piece))
    start = time.process_time()
    optimizer = nlp.initialize(lambda: examples[:2000])
    optimizer.learn_rate = 0.001
    for _ in range(epochs or 3):
        random.shuffle(examples)
        for batch in spacy.util.minibatch(examples, 40):
            nlp.update(batch, sgd=optimizer, drop=0.2)
    seconds = time.process_time() - start
    nlp.add_pipe("ents_to_group")
    row = {"run": "ner", "gold": len(train), "seed": seed, "train CPU s": round(seconds)}
    print(json.dumps({**row, **score(nlp, SPANS_KEY, dev, labels)}), flush=True)


@Language.component("ents_to_group")
def ents_to_group(doc):
    doc.spans[SPANS_KEY] = list(doc.ents)
    return doc


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["full", "few", "rules"])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--gold", nargs="+", type=int, default=[10, 25, 50, 100])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--pool", type=int)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--vectors", action="store_true")
    parser.add_argument("--ner", action="store_true", help="spaCy's ner of equal width, same run")
    options = parser.parse_args()
    dev = load(options.files[-1])
    labels = tuple(
        sorted({name for line in dev for name in line.labels or (s.label for s in line.spans)})
    )
    if options.what == "rules":
        key, _ = weak_group(labels)
        print(json.dumps({"run": "rules", **score(rules_pipeline(), key, dev, labels)}))
        return
    train = load(options.files[0])
    for seed in options.seeds:
        if options.what == "full":
            run("full", train, dev, labels, (), seed, options.epochs, options.vectors)
            if options.ner:
                run_ner(train, dev, labels, seed, options.epochs)
            continue
        order = shuffled(train, seed)
        for count in options.gold:
            start = count if options.pool is None else len(order) - options.pool
            pool = order[start:]
            run("few", order[:count], dev, labels, pool, seed, options.epochs, options.vectors)


if __name__ == "__main__":
    main()

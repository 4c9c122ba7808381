"""Types of sources: how often they are right, and what is shipped.

    python benchmarks/source_types.py ship
    python benchmarks/source_types.py score GOLD.jsonl [--seeds 0 1 2] [--articles 15:30]

`ship` learns from the sample corpus and writes what `span_choices` starts with. `score` counts, on
gold spans with a type: always the commonest type, the rule, what is shipped (on `--articles`), and
five-fold cross-validation with the sample corpus learned as well. Shares in %.
"""

import argparse
import json
import random
from collections import Counter
from pathlib import Path

import spacy
from polnear import load

import annotate.pipeline.choices
from annotate.pipeline.choices.component import SpanChoices, shipped_models
from annotate.pipeline.choices.learn import learn_choices
from annotate.pipeline.docs import make_doc
from annotate.pipeline.rules.lexicon import load_lexicon
from annotate.pipeline.rules.source_types import source_type
from annotate.samples import sample_articles

KEY = "sc"
NAME = "source_type"
NLP = spacy.blank("en")


def docs_of(lines):
    return [make_doc(x.article, x.spans, make=NLP.make_doc, key=KEY)[0] for x in lines]


def types_of(doc):
    group = doc.spans[KEY]
    return [
        (span, chosen[NAME][0])
        for span, chosen in zip(group, group.attrs["attributes"])
        if span.label_ == "Source" and chosen.get(NAME)
    ]


def right(models, docs):
    found = of = 0
    for doc in docs:
        gold = types_of(doc)
        SpanChoices(models, spans_key=KEY)(doc)
        group = doc.spans[KEY]
        said = {
            (s.start, s.end): a.get(NAME, [None])[0]
            for s, a in zip(group, group.attrs["attributes"])
        }
        found += sum(said[span.start, span.end] == kind for span, kind in gold)
        of += len(gold)
    return found, of


def percent(found, of):
    return f"{100 * found / of:.1f} ({of} sources)"


def ship():
    models = learn_choices(docs_of(sample_articles()), key=KEY)
    path = Path(annotate.pipeline.choices.__file__).with_name("shipped.json")
    path.write_text(json.dumps([m.to_json() for m in models], separators=(",", ":")) + "\n")
    print(f"{path.name}: {len(models)} choices, {sum(len(m.weights) for m in models)} features")


def score(name, seeds, articles):
    first, last = (int(end) if end else None for end in articles.split(":"))
    lines = load(name)
    part = [pair for doc in docs_of(lines[first:last]) for pair in types_of(doc)]
    commonest = Counter(kind for _, kind in part).most_common(1)[0]
    print(f"always {commonest[0]}: {percent(commonest[1], len(part))}")
    lexicon = load_lexicon()
    rule = sum(source_type([t.text for t in span], lexicon) == kind for span, kind in part)
    print(f"the rule: {percent(rule, len(part))}")
    print(f"shipped: {percent(*right(shipped_models(), docs_of(lines[first:last])))}")
    samples = docs_of(sample_articles())
    for seed in seeds:
        order = list(range(len(lines)))
        random.Random(seed).shuffle(order)
        sums = [0, 0]
        for fold in range(5):
            held = set(order[fold::5])
            train = docs_of([line for n, line in enumerate(lines) if n not in held])
            models = learn_choices([*train, *samples], key=KEY)
            for index, value in enumerate(right(models, docs_of([lines[n] for n in sorted(held)]))):
                sums[index] += value
        print(f"cross-validated, seed {seed}: {percent(*sums)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["ship", "score"])
    parser.add_argument("gold", nargs="?")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--articles", default=":")
    options = parser.parse_args()
    if options.what == "ship":
        ship()
    else:
        score(options.gold, options.seeds, options.articles)


if __name__ == "__main__":
    main()

"""Speed of a whole trained pipeline against spaCy's `ner` of equal width, in the same run.

    python benchmarks/speed.py MODEL_DIRECTORY ARTICLES.jsonl

Weights do not matter for the speed of `ner`: it is initialised, not trained. Words are tokens;
one process is timed by its CPU, two by the clock. Best of three.
"""

import sys
import time
from pathlib import Path

import spacy
from polnear import NER

from annotate.jsonl import read_article_lines


def best(nlp, texts, clock, **settings):
    times = []
    for _ in range(3):
        start = clock()
        for _ in nlp.pipe(texts, **settings):
            pass
        times.append(clock() - start)
    return min(times)


def main(model, articles):
    texts = [line.article.text for _, line in read_article_lines(Path(articles))]
    ner = spacy.blank("en")
    component = ner.add_pipe("ner", config={"model": NER})
    for label in ("Source", "Cue", "Content"):
        component.add_label(label)
    ner.initialize()
    nlp = spacy.load(model)
    words = sum(len(nlp.make_doc(text)) for text in texts)
    stock = best(ner, texts, time.process_time)
    ours = best(nlp, texts, time.process_time)
    print(f"ner {words / stock:.0f} words/s, pipeline {words / ours:.0f}; ratio {stock / ours:.2f}")
    one = best(nlp, texts * 4, time.perf_counter)
    two = best(nlp, texts * 4, time.perf_counter, n_process=2, batch_size=32)
    print(
        f"one process {4 * words / one:.0f} words/s, two {4 * words / two:.0f}; ratio {one / two:.2f}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

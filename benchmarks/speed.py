"""Speed of a whole trained pipeline against spaCy's `ner` of equal width, in the same run.

    python benchmarks/speed.py MODEL_DIRECTORY ARTICLES.jsonl

Weights do not matter for the speed of `ner`: it is initialised, not trained. Words are tokens;
one process is timed by its CPU. One process and two, as `annotate prelabel --processes` has them,
are timed by the clock on ten times the articles, the start of the processes included. Best of three.
"""

import sys
import time
from pathlib import Path

import spacy
from polnear import NER

from annotate.jsonl import read_article_lines
from annotate.labels import LabelScheme
from annotate.pipeline.prediction import load_trained, trained_labels
from annotate.records import Article


def best(nlp, texts, clock, **settings):
    times = []
    for _ in range(3):
        start = clock()
        for _ in nlp.pipe(texts, **settings):
            pass
        times.append(clock() - start)
    return min(times)


def together(model, nlp, texts, processes):
    """Return the seconds that predicting takes, with the start of processes."""
    scheme = LabelScheme(
        from_name="label", to_name="text", text_key="text", span_labels=trained_labels(nlp)
    )
    pipeline = load_trained(Path(model), scheme, "speed")
    articles = [Article(article_id=str(number), text=text) for number, text in enumerate(texts)]
    times = []
    for _ in range(3):
        start = time.perf_counter()
        for _ in pipeline.predict(articles, processes=processes):
            pass
        times.append(time.perf_counter() - start)
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
    one, two = (together(model, nlp, texts * 10, processes) for processes in (1, 2))
    print(
        f"one process {10 * words / one:.0f} words/s, two {10 * words / two:.0f}; "
        f"ratio {one / two:.2f}"
    )


if __name__ == "__main__":  # processes that are started read this file again
    main(*sys.argv[1:])

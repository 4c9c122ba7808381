"""Peak resident memory of one training, beside what the estimate says.

    python benchmarks/memory.py TRAIN.jsonl DEV.jsonl ARTICLES DEV_ARTICLES POOL_ARTICLES

The first articles of the files are learned from and scored; the pool is the last ones of TRAIN.
One epoch: more take no more memory.
"""

import resource
import sys
import tempfile
from pathlib import Path

from polnear import gold, load

from annotate.pipeline.training.loop import train_pipeline
from annotate.pipeline.training.memory import training_megabytes
from annotate.pipeline.training.plan import TrainingPlan


def words(texts):
    return sum(len(text.split()) for text in texts)


def main(train_path, dev_path, *counts):
    articles, dev_articles, pool_articles = map(int, counts)
    lines = load(train_path)
    labels = tuple(sorted({span.label for line in lines for span in line.spans}))
    train, dev = gold(lines[:articles], labels), gold(load(dev_path)[:dev_articles], labels)
    pool = [line.article.text for line in lines[len(lines) - pool_articles :]]
    del lines
    plan = TrainingPlan(train=train, dev=dev, pool=pool, labels=labels, epochs=1, weak_epochs=1)
    with tempfile.TemporaryDirectory() as directory:
        train_pipeline(plan, Path(directory))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    learned, scored = (words(article.text for article, _ in part) for part in (train, dev))
    weak = words(pool)
    expected = training_megabytes(
        kept=learned + scored + weak, learned=max(learned, weak), scored=scored
    )
    print(f"{learned} words, dev {scored}, pool {weak}: {peak:.0f} MB, estimate {expected:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])

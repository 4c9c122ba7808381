"""Peak memory of a whole `annotate retrain`, on a version of any size: generated.

    python benchmarks/training_memory.py [ARTICLES [BYTES]]

An article is made of paragraphs of the sample corpus, drawn at random (a seed) until it has BYTES
(1400) or more, with words that no other article has: as they are new texts, none nearly repeats
another. The reference annotations are what the rules mark, of which a tenth is left out and a tenth
moved. Of twenty articles three serve for development and five, annotated blind, as test articles.
The same articles lie in the workspace's `articles/`. The command is a process of its own, whose peak
of resident memory the system tells.

So that 10,000 articles take minutes, annotate.yaml sets `training.epochs: 1` and
`training.weak_epochs: 1`: every further epoch goes over the same files again. Everything else is as
`annotate init` leaves it.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from archive_texts import OUTLETS, with_new_words

from annotate.exports.lines import ExportedArticle
from annotate.pipeline.prediction import load_rules
from annotate.records import Annotation, Article
from annotate.samples import sample_articles
from annotate.workflow.state.context import Context
from annotate.workflow.state.init import init_workspace

SETTINGS = "\ntraining:\n  epochs: 1\n  weak_epochs: 1\n"
_SPLITS = ("test",) * 5 + ("dev",) * 3 + ("train",) * 12


def make_version(root, count, size=1400):
    """Make the workspace in a directory that is new, with one version of so many articles."""
    init_workspace(root, extra=SETTINGS)
    context = Context.at(root)
    pipeline = load_rules(context.scheme, context.models.store.rules().version)
    with (root / "articles" / "archive.jsonl").open("w", encoding="utf-8") as stream:
        lines = [
            _line(article, number, prediction, context.scheme.all_names)
            for number, (article, prediction) in enumerate(
                _predicted(pipeline, _articles(count, size, stream))
            )
        ]
    return context.versions.write(lines, about={"title": "training memory"})


def measure(command, root):
    """Run a command; return seconds and the peak of its resident memory in MB, children included."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=root)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: exit code {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def _articles(count, size, stream):
    paragraphs = [part for line in sample_articles() for part in line.article.text.split("\n\n")]
    for number in range(count):
        rng = random.Random(f"training/{number}")
        text = f"Report {number:07d}"
        while len(text.encode()) < size:
            text += "\n\n" + with_new_words(rng.choice(paragraphs), rng)
        values = {
            "article_id": f"archive/{number:07d}",
            "text": text,
            "outlet": OUTLETS[number % len(OUTLETS)],
        }
        stream.write(json.dumps(values, ensure_ascii=False) + "\n")
        yield Article(**values)


def _predicted(pipeline, articles):
    for article in articles:
        (prediction,) = pipeline.predict([article])
        yield article, prediction


def _line(article, number, prediction, names):
    rng = random.Random(f"training/{number}")
    spans = {}
    for span in prediction.spans:
        dice = rng.random()
        if dice < 0.8:
            spans[span.id] = span
        elif dice < 0.9:
            spans[span.id] = replace(span, end=min(len(article.text), span.end + 6))
    split = _SPLITS[number % len(_SPLITS)]
    annotation = Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=tuple(spans.values()),
        links=tuple(
            link for link in prediction.links if {link.head_id, link.tail_id} <= set(spans)
        ),
        labels=names,
        annotator="annotator-1",
        annotation_id=str(number),
        created_at="2026-01-01T00:00:00+00:00",
    )
    return ExportedArticle(
        article=article,
        annotations=(annotation,),
        group=article.article_id,
        split=split,
        blind=True,
        tasks=(number,),
    )


def main(count=10_000, size=1400):
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "workspace"
        began = time.perf_counter()
        make_version(root, count, size)
        written = (root / "articles" / "archive.jsonl").stat().st_size
        print(f"{count} articles, {written / 1e6:.1f} MB of text, made in", end=" ")
        print(f"{time.perf_counter() - began:.0f} s", flush=True)
        command = [sys.executable, "-m", "annotate", "retrain"]
        seconds, megabytes = measure(command, root)
    print(f"{count} articles of {written / count:.0f} bytes: {megabytes:.0f} MB, {seconds:.0f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

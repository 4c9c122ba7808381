"""Expected calibration error of span scores before and after scaling on held-out articles.

    python benchmarks/calibration.py MODEL_DIRECTORY GOLD.jsonl

Every second article fits the scale, the others measure it.
"""

import sys

import spacy
from polnear import gold, load, score

from annotate.pipeline.span_crf.calibrate import IDENTITY
from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.corpus import gold_docs
from annotate.pipeline.training.loop import rules_pipeline


def main(model, path):
    lines = load(path)
    nlp = spacy.load(model)
    component = nlp.get_pipe("span_crf")
    labels = component.labels
    component.cfg["score_scale"] = list(IDENTITY)
    before = score(nlp, SPANS_KEY, lines[1::2], labels)["ECE"]
    held_out, _ = gold_docs(
        rules_pipeline(), gold(lines[::2], labels), labels=labels, nested_labels=()
    )
    scale = component.calibrate(nlp.pipe(doc.text for doc in held_out), held_out)
    after = score(nlp, SPANS_KEY, lines[1::2], labels)["ECE"]
    print(f"ECE before {before}, after {after}; slope {scale[0]:.2f}, intercept {scale[1]:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Actions that an annotator needs for an article, from nothing and from pre-labels.

    python benchmarks/effort.py GOLD.jsonl [GOLD.jsonl …] [--model rules|DIRECTORY] [--thresholds …] [--biases …] \
        [--infer-links]   (instead of a file: samples)

What an action is stands in `annotate/quality/effort.py`. Spans below the threshold are not shown,
nor are their links. `--biases` are added to the scores of beginnings in `span_crf` (its
`recall_bias`), for a trained model alone. A file's links are taken to be complete; choices count
where the file names them as annotated, or does not say what was annotated. `--infer-links`: links
that structure gives from the right spans need no hand, as where annotate.yaml has `infer_links`;
those among them that are wrong, at spans without a link, are told: nothing on the page takes them
back unless the pre-labels showed them.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from annotate.jsonl import read_article_lines
from annotate.labels import parse_label_config
from annotate.pipeline.linking import structural_links
from annotate.pipeline.prediction import load_rules, load_trained
from annotate.quality.effort import ACTIONS, NO_EFFORT, effort
from annotate.samples import sample_articles

CONFIG = Path(__file__).parent.parent / "label_configs" / "claims.xml"


def gold_of(name):
    if name == "samples":
        return sample_articles()
    return [line for _, line in read_article_lines(Path(name))]


def known(spans, line):
    """Keep what people annotated in this article: its labels, and its choices."""
    if line.labels is None:
        return tuple(spans)
    return tuple(
        replace(span, attributes={k: v for k, v in span.attributes.items() if k in line.labels})
        for span in spans
        if span.label in line.labels
    )


def above(prediction, threshold):
    spans = [s for s in prediction.spans if prediction.scores.get(s.id, 1.0) >= threshold]
    ids = {span.id for span in spans}
    return spans, [k for k in prediction.links if k.head_id in ids and k.tail_id in ids]


def inferred(line, on):
    """Return what structure gives from the right spans."""
    return structural_links(line.article, line.spans) if on else ()


def wrong(line):
    """Count the links that structure gives at spans which have none of that kind."""
    linked = {(k.head_id, k.label) for k in line.links}
    return sum((k.head_id, k.label) not in linked for k in inferred(line, True))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="rules")
    parser.add_argument(
        "--thresholds", type=float, nargs="+", default=[0.0, 0.2, 0.3, 0.4, 0.5, 0.7]
    )
    parser.add_argument("--biases", type=float, nargs="+", default=[0.0])
    parser.add_argument("--infer-links", action="store_true")
    parser.add_argument("gold", nargs="+")
    chosen = parser.parse_args()
    scheme = parse_label_config(CONFIG.read_text(encoding="utf-8"))
    if chosen.model == "rules":
        pipeline = load_rules(scheme, "rules")
    else:
        pipeline = load_trained(Path(chosen.model), scheme, "trained")
    for name in chosen.gold:
        lines = gold_of(name)
        nothing = NO_EFFORT
        for line in lines:
            given = inferred(line, chosen.infer_links)
            nothing += effort((), known(line.spans, line), after_links=line.links, inferred=given)
        print(f"{Path(name).name}: {len(lines)} articles, from nothing {nothing.actions} actions")
        if chosen.infer_links:
            found = sum(wrong(line) for line in lines)
            print(f"  inferred at spans that have no such link: {found}")
        for bias in chosen.biases:
            if chosen.model != "rules":
                pipeline.nlp.get_pipe("span_crf").cfg["recall_bias"] = bias
            predictions = list(pipeline.predict(line.article for line in lines))
            for threshold in chosen.thresholds:
                total = NO_EFFORT
                for line, prediction in zip(lines, predictions, strict=True):
                    spans, links = above(prediction, threshold)
                    shown = known(spans, line)
                    ids = {span.id for span in shown}
                    total += effort(
                        shown,
                        known(line.spans, line),
                        before_links=[k for k in links if k.head_id in ids and k.tail_id in ids],
                        after_links=line.links,
                        inferred=inferred(line, chosen.infer_links),
                    )
                steps = ", ".join(f"{s} {total.steps[s]}" for s in ACTIONS if total.steps.get(s))
                print(
                    f"  threshold {threshold:.2f} bias {bias:+.1f}: {total.actions} actions, "
                    f"{100 * (1 - total.actions / nothing.actions):.1f} % fewer "
                    f"(kept {total.kept}; {steps})"
                )


if __name__ == "__main__":
    main()

"""Links by structure: from gold spans, and end to end with the rules' own spans.

    python benchmarks/links.py GOLD.jsonl [GOLD.jsonl …]      (or: samples)

A link counts if both its ends (offsets and labels) and its kind are right. A file's links are
taken to be complete, whatever its `labels` name.
"""

import sys
from pathlib import Path

from annotate.jsonl import read_article_lines
from annotate.pipeline.docs import make_doc, read_doc
from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.loop import rules_pipeline
from annotate.quality.ground import percent
from annotate.quality.scoring import Counts
from annotate.samples import sample_articles

KINDS = ("attributed_to", "hedges")


def triples(spans, links):
    ends = {span.id: (span.start, span.end, span.label) for span in spans}
    return {(link.label, ends[link.head_id], ends[link.tail_id]) for link in links}


def main(names):
    nlp = rules_pipeline(spans_key=SPANS_KEY)
    linker = nlp.add_pipe("attribution_links", config={"spans_key": SPANS_KEY})
    for name in names:
        lines = (
            sample_articles()
            if name == "samples"
            else [x for _, x in read_article_lines(Path(name))]
        )
        for how in ("gold spans", "end to end"):
            sums = dict.fromkeys(KINDS, Counts())
            for line in lines:
                if how == "gold spans":
                    doc, _ = make_doc(line.article, line.spans, make=nlp.make_doc, key=SPANS_KEY)
                    doc = linker(doc)
                else:
                    doc = nlp(line.article.text)
                spans, links, _ = read_doc(doc, key=SPANS_KEY, article_id="x")
                found, gold = triples(spans, links), triples(line.spans, line.links)
                for kind in KINDS:
                    ours, theirs = ({t for t in side if t[0] == kind} for side in (found, gold))
                    both = len(ours & theirs)
                    sums[kind] += Counts(both, len(ours), both, len(theirs))
            told = ", ".join(
                f"{kind} P {percent(c.precision)} R {percent(c.recall)} F1 {percent(c.f1)} ({c.gold})"
                for kind, c in sums.items()
                if c.gold
            )
            print(f"{Path(name).name}, {how}: {told}")


if __name__ == "__main__":
    main(sys.argv[1:])

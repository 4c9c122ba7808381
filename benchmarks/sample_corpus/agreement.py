"""Agreement of the two annotations of the sample corpus, and of each with the adjudicated one.

    python benchmarks/sample_corpus/agreement.py [--disagreements]

F1 of one annotation against the other (for exact spans the same in both directions); a link
agrees if both its ends and its label do.
"""

import sys
from pathlib import Path

from annotate.articles.file_readers import read_file
from annotate.quality.ground import percent
from annotate.quality.scoring import GoldAndPredicted, score_article, total
from annotate.samples import DIRECTORY

HERE = Path(__file__).parent
LABELS = ("Claim", "Source", "Hedge")


def load(directory):
    return {
        p.stem: next(iter(read_file(p, root=directory))) for p in sorted(directory.glob("*.marked"))
    }


def places(line):
    return {span.id: (span.start, span.end, span.label) for span in line.spans}


def line_types(line):
    return {(s.start, s.end, s.label): s.attributes.get("source_type") for s in line.spans}


def links(line):
    ends = places(line)
    return {(ends[k.head_id], ends[k.tail_id], k.label) for k in line.links}


def compare(name, one, two):
    pairs = [(one[stem], two[stem]) for stem in one.keys() & two.keys()]
    scores = [
        score_article(
            GoldAndPredicted(
                article_id=a.article.article_id,
                text=a.article.text,
                gold=a.spans,
                predicted=b.spans,
                labels=frozenset(LABELS),
            ),
            LABELS,
        )
        for a, b in pairs
    ]
    print(f"{name}: {len(pairs)} articles")
    for label, counts in total(scores, LABELS).items():
        f1 = ", ".join(f"{measure} {percent(c.f1)}" for measure, c in counts.items())
        print(f"  {label:7} {counts['exact'].gold} and {counts['exact'].predicted} spans: {f1}")
    for kind in ("attributed_to", "hedges"):
        ours, theirs = (
            {k for a in side for k in ((i, *x) for i, x in a) if k[-1] == kind}
            for side in (
                [[(i, k) for k in links(a)] for i, (a, _) in enumerate(pairs)],
                [[(i, k) for k in links(b)] for i, (_, b) in enumerate(pairs)],
            )
        )
        both = len(ours & theirs)
        print(
            f"  {kind:13} {len(ours)} and {len(theirs)} links: exact {200 * both / (len(ours) + len(theirs)):.1f}"
        )


def disagreements(one, two):
    for stem, a in one.items():
        b, text = two[stem], a.article.text
        ours, theirs = set(places(a).values()), set(places(b).values())
        both = ours & theirs
        only = [("first ", k) for k in links(a) - links(b)] + [
            ("second", k) for k in links(b) - links(a)
        ]
        only = [(who, k) for who, k in only if k[0] in both and k[1] in both]
        types = {place: [line_types(line).get(place) for line in (a, b)] for place in both}
        types = {place: pair for place, pair in types.items() if pair[0] != pair[1]}
        if ours == theirs and not only and not types:
            continue
        print(f"\n## {stem}")
        for who, (head, tail, kind) in only:
            print(
                f"{who} link {kind}: [[{text[head[0] : head[1]]}]] -> [[{text[tail[0] : tail[1]]}]]"
            )
        for (start, end, _), (x, y) in types.items():
            print(f"source type of [[{text[start:end]}]]: first {x}, second {y}")
        rows = [(s, "first ") for s in ours - theirs] + [(s, "second") for s in theirs - ours]
        for (start, end, label), who in sorted(rows):
            print(
                f"{who} {label:6} {start}-{end}: …{text[max(0, start - 25) : start]!r} [[{text[start:end]}]] {text[end : end + 25]!r}…"
            )


if __name__ == "__main__":
    first, second = load(HERE / "first"), load(HERE / "second")
    if "--disagreements" in sys.argv:
        disagreements(first, second)
        sys.exit()
    compare("first and second annotator", first, second)
    final = load(DIRECTORY)
    if final:
        compare("first annotator and adjudicated", first, final)
        compare("second annotator and adjudicated", second, final)
        words = sum(len(line.article.text.split()) for line in final.values())
        for label in LABELS:
            count = sum(s.label == label for line in final.values() for s in line.spans)
            print(f"{label}: {count}, one in {words / count:.1f} of {words} words")

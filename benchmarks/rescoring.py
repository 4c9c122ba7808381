"""Spans rescored: what could be won beyond the best path of the chains (see README.md).

    python benchmarks/rescoring.py GOLD.jsonl --pool POOL.jsonl [--seeds 0 1]

Five folds over GOLD: a pipeline learns four fifths and offers for the last fifth every span whose exact
posterior is at least FLOOR, and those of the rules. A classifier of such spans (logistic regression, or
gradient-boosted trees) learns on the candidates of the other folds and of the sample corpus what people
marked, and chooses. It sees the posterior, its rivals, the rule, words at both ends, quotation marks,
sentences, length, and sources beside it. Prints one JSON object a run; F1 in %. Needs scikit-learn.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from math import log

import numpy as np
from real_news import FOLDS, LABELS, corpora, lines_of, shuffled, trained
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from annotate.pipeline.span_crf.batches import paragraph_batches
from annotate.pipeline.span_crf.chain import BEGIN, LAST, UNIT, forward_backward
from annotate.pipeline.span_crf.component import transitions_of
from annotate.pipeline.span_crf.prior import RULES_ATTR, with_prior
from annotate.pipeline.training.config import RULES_KEY, SPANS_KEY

FLOOR = 0.01
THRESHOLD = 0.4
QUOTES = set("\"“”'‘’")


def posteriors(crf, doc, scores):
    """Return the exact posterior of every likely span, by chain: {(start, end, label): {chain: p}}."""
    found = defaultdict(dict)
    for batch in paragraph_batches([doc], [scores], len(crf.chains)):
        sums = forward_backward(batch.scores, transitions_of(crf.model), batch.lengths)
        states = sums.states()
        for column, (_, first, last) in enumerate(batch.pieces):
            for chain, label in enumerate(crf.chains):
                here = states[: last - first, chain, column]
                for start in np.flatnonzero(here[:, [BEGIN, UNIT]].max(-1) >= FLOOR):
                    ends = np.flatnonzero(here[start:, [LAST, UNIT]].max(-1) >= FLOOR) + start + 1
                    for end in ends:
                        value = sums.span(chain, column, int(start), int(end))
                        if value >= FLOOR:
                            found[first + start, first + end, label][chain] = value
    return found


def candidates(nlp, lines, fold):
    """Return (fold, line, found by the pipeline, [(characters, features, right)]) of every article."""
    crf = nlp.get_pipe("span_crf")
    rows = []
    for line, doc in zip(lines, nlp.pipe(line.article.text for line in lines)):
        scores = with_prior([doc], crf.model.predict([doc]), crf.chains, crf.cfg["prior"])[0]
        group = doc.spans[RULES_KEY]
        rules = {(s.start, s.end, s.label_): r for s, r in zip(group, group.attrs[RULES_ATTR])}
        best = {(s.start, s.end, s.label_) for s in doc.spans[SPANS_KEY]}
        gold = {(s.start, s.end, s.label) for s in line.spans}
        likely = posteriors(crf, doc, scores)
        items = [
            (span, place(doc, span), found, place(doc, span) in gold)
            for span, found in features(doc, crf.chains, likely, rules, best)
        ]
        rows.append((fold, line, {place(doc, span) for span in best}, items))
    return rows


def place(doc, span):
    start, end, label = span
    return doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), label


def features(doc, chains, likely, rules, best):
    """Yield (span, features) of every candidate."""
    every = set(likely) | set(rules) | best
    chance = {span: max(likely.get(span, {}).values(), default=FLOOR / 2) for span in every}
    opens, closes = defaultdict(float), defaultdict(float)
    for (start, end, label), value in chance.items():
        opens[start, label] += value
        closes[end, label] += value
    sources = [s for s in every if s[2] == "Source" and (s in best or s in rules)]
    words = [token.lower_ for token in doc]
    fresh = [
        i == 0 or words[i - 1] in {".", "!", "?"} or "\n" in words[i - 1] for i in range(len(words))
    ]

    def word(i):
        return words[i] if 0 <= i < len(words) else "#"

    for span in every:
        start, end, label = span
        rivals = [s for s in every if s != span and s[2] == label and s[0] < end and start < s[1]]
        outer = likely.get(span, {}).get(chains.index(label), 0)
        inner = max(
            (v for c, v in likely.get(span, {}).items() if c != chains.index(label)), default=0
        )
        inside = words[start:end]
        quoted = sum(w in QUOTES for w in inside)
        yield (
            span,
            {
                "posterior": logit(chance[span]),
                "outer": logit(outer),
                "inner": logit(inner),
                "best": span in best,
                "rule": span in rules,
                "both": span in best and span in rules,
                f"rule={rules.get(span)}": 1,
                "begins as a rule's": any(s[0] == start and s[2] == label for s in rules),
                "ends as a rule's": any(s[1] == end and s[2] == label for s in rules),
                "rival": logit(max((chance[s] for s in rivals), default=0)),
                "rival rule": any(s in rules for s in rivals),
                "rival best": any(s in best for s in rivals),
                "share of beginning": chance[span] / opens[start, label],
                "share of end": chance[span] / closes[end, label],
                "length": log(end - start),
                "length squared": log(end - start) ** 2,
                f"before={word(start - 1)}": 1,
                f"first={word(start)}": 1,
                f"last={word(end - 1)}": 1,
                f"after={word(end)}": 1,
                f"after={word(end)} {word(end + 1)}": word(end) in {",", "."},
                "odd quotation marks": quoted % 2,
                "quotation": word(start - 1) in QUOTES and word(end) in QUOTES,
                "sentences": sum(fresh[start + 1 : end]),
                "begins a sentence": fresh[start],
                "ends a sentence": word(end) in {".", "!", "?"},
                "commas": inside.count(","),
                "and": sum(w in {"and", "but"} for w in inside),
                "source before": any(0 <= start - s[1] <= 3 for s in sources),
                "source after": any(0 <= s[0] - end <= 3 for s in sources),
                "source inside": any(start <= s[0] < end for s in sources),
                "in a better one": any(s[0] <= start and end <= s[1] for s in rivals if s in best),
                "holds a better one": any(
                    start <= s[0] and s[1] <= end for s in rivals if s in best
                ),
            },
        )


def logit(value):
    value = min(max(value, 1e-4), 1 - 1e-4)
    return log(value / (1 - value))


def logistic(learn, choose):
    vectors = DictVectorizer()
    model = LogisticRegression(C=0.2, max_iter=3000)
    model.fit(vectors.fit_transform([f for f, _ in learn]), [right for _, right in learn])
    return model.predict_proba(vectors.transform(choose))[:, 1]


def boosted(learn, choose):
    vectors = DictVectorizer(sparse=False)
    table = vectors.fit_transform([f for f, _ in learn])
    kept = np.flatnonzero((table != 0).sum(0) >= 5)
    model = HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.05, max_leaf_nodes=8, l2_regularization=1.0,
        min_samples_leaf=15, random_state=0,
    )  # fmt: skip
    model.fit(table[:, kept], [right for _, right in learn])
    return model.predict_proba(vectors.transform(choose)[:, kept])[:, 1]


def chosen(items, values):
    """Yield the spans above the threshold, the best first; claims may nest, nothing crosses."""
    taken = []
    for value, (span, where, _, _) in sorted(zip(values, items), key=lambda x: -x[0]):
        if value < THRESHOLD:
            return
        if all(fits(span, other) for other in taken):
            taken.append(span)
            yield where


def fits(one, other):
    if one[1] <= other[0] or other[1] <= one[0]:
        return True
    nested = (one[0] <= other[0] and other[1] <= one[1]) or (
        other[0] <= one[0] and one[1] <= other[1]
    )
    return nested and one[2] == "Claim"


def rescored(rows, learner):
    """Return {article: spans} chosen in every fold by what the other rows teach."""
    found = defaultdict(set)
    for label in LABELS:
        for fold in range(FOLDS):
            learn = [
                ({k: float(v) for k, v in f.items()}, right)
                for other, _, _, items in rows
                if other != fold
                for span, _, f, right in items
                if span[2] == label
            ]
            for other, line, _, items in rows:
                mine = [item for item in items if item[0][2] == label]
                if other == fold and mine:
                    choose = [{k: float(v) for k, v in item[2].items()} for item in mine]
                    found[line.article.article_id] |= set(chosen(mine, learner(learn, choose)))
    return found


def f1(lines, found):
    row = {}
    for label in LABELS:
        pairs = [
            (
                {(s.start, s.end) for s in line.spans if s.label == label},
                {s[:2] for s in found[line.article.article_id] if s[2] == label},
            )
            for line in lines
        ]
        marked = sum(len(gold) + len(mine) for gold, mine in pairs)
        row[label] = round(200 * sum(len(gold & mine) for gold, mine in pairs) / marked, 1)
    return {**row, "macro": round(sum(row.values()) / len(LABELS), 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold")
    parser.add_argument("--pool", nargs="*", default=[])
    parser.add_argument("--texts", type=int, default=200, help="Texts of the pool.")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    options = parser.parse_args()
    options.foreign, options.foreign_articles = [], None
    lines = lines_of(options.gold)
    pool, _ = corpora(options, lines)
    for seed in options.seeds:
        order, rows = shuffled(lines, seed), []
        for fold in range(FOLDS):
            test = order[fold::FOLDS]
            with tempfile.TemporaryDirectory() as directory:
                nlp, _ = trained([x for x in order if x not in test], pool, [], seed, directory)
            rows += candidates(nlp, test, fold)
            if fold == 0:
                samples = candidates(nlp, lines_of("samples"), None)
        halves = (("all", lines), ("last half", lines[len(lines) // 2 :]))
        for part, held in halves:
            ids = {line.article.article_id for line in held}
            here = [row for row in rows if row[1].article.article_id in ids]
            claims = [
                (span, where, right)
                for *_, items in here
                for span, where, _, right in items
                if span[2] == "Claim"
            ]
            gold = sum(s.label == "Claim" for line in held for s in line.spans)
            print(json.dumps({
                "seed": seed, "on": part, "gold claims": gold, "candidates": len(claims),
                "of them right": sum(right for *_, right in claims),
            }), flush=True)  # fmt: skip
        found = {"best path": {row[1].article.article_id: row[2] for row in rows}}
        for name, learner in (("logistic", logistic), ("boosted", boosted)):
            found[name] = rescored(rows, learner)
            found[f"{name}, samples too"] = rescored([*rows, *samples], learner)
        for name, spans in found.items():
            for part, held in halves:
                print(json.dumps({"seed": seed, "chosen by": name, "on": part, **f1(held, spans)}))


if __name__ == "__main__":
    main()

"""How right claims of similar wording stand together, and articles in stories.

python benchmarks/claim_groups.py                  pairs, thresholds, stories of the sample corpus
python benchmarks/claim_groups.py --wrong          and every pair that is judged otherwise
python benchmarks/claim_groups.py --sample FILE N  N pairs of wordings that stand together in articles
                                                   with marks, to be read
python benchmarks/claim_groups.py --make 5000 DIR  a workspace in DIR with so many generated articles,
                                                   three annotations each

Measure it with: /usr/bin/time -v annotate -C DIR claims -o DIR/claims.sqlite -o DIR/claims.html

claim_pairs.jsonl holds pairs of claims that were judged by reading: `same`, the two say the same of
the same, however sure and whoever vouches. Three kinds:

- `corpus`: pairs of one event of the sample corpus, drawn by stratum of cosine and token-set ratio
  (seed 7): all that are near (cosine from .15 and ratio from 70: 32) or close (cosine from .2 or
  ratio from 65: 26), 70 of 209 in the middle (from .08 or 58), 40 of the 5,700 that are far apart.
- `written`: claims of the corpus beside what another outlet might write, and beside what looks much
  like them and says something else: another number, name, verb, day. The vetoes were made on them.
- `written later`: the same of other claims, written when the vetoes stood.

Thresholds are chosen on the `corpus` and `written` pairs of every second event (in order of their
names) and reported on the other half.
"""

import argparse
import itertools
import json
import random
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from annotate.claims.stories import find_stories
from annotate.claims.vetoes import signs, veto
from annotate.claims.wordings import (
    Thresholds,
    accepted_pairs,
    group_wordings,
    likeness,
    ngram_vectors,
)
from annotate.claims.words import content_words, folded, without_numbers
from annotate.exports.lines import ExportedArticle
from annotate.jsonl import read_article_lines
from annotate.records import Annotation, Article
from annotate.samples import sample_articles
from annotate.workflow.state.context import open_context
from annotate.workflow.state.init import init_workspace
from annotate.workspace import load_workspace

_KEPT = frozenset(
    "might could would about after before there their which while where should".split()
)
PAIRS = Path(__file__).with_name("claim_pairs.jsonl")
GRID = list(
    itertools.product((0.15,), (70.0, 73.0, 76.0, 80.0, 84.0), (0.6, 0.7, 0.8, 0.88, 0.95), (3,))
)


def claims_by_event():
    found = {}
    for line in sample_articles():
        found.setdefault(line.article.meta["event"], []).extend(
            line.article.text[span.start : span.end] for span in line.spans if span.label == "Claim"
        )
    return found


def read_pairs():
    """Return the pairs, each checked against the corpus, with what the thresholds are about."""
    texts = {
        line.article.article_id.rpartition("/")[2]: line.article.text for line in sample_articles()
    }
    events = claims_by_event()
    measure = likeness()
    pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    for pair in pairs:
        for side in (pair["one"], pair["other"]):
            if "article" in side:
                assert texts[side["article"]][side["start"] : side["end"]] == side["text"], side
        one, other = pair["one"]["text"], pair["other"]["text"]
        plain = sorted({folded(text) for text in (*events[pair["event"]], one, other)})
        vectors = ngram_vectors(plain)
        a, b = (vectors[[plain.index(folded(text))]] for text in (one, other))
        words, others = (set(content_words(folded(text))) for text in (one, other))
        pair["cosine"] = float((a @ b.T).toarray()[0, 0])
        pair["ratio"] = measure(*(without_numbers(folded(text)) for text in (one, other)))
        counts = sorted((len(words), len(others)))
        pair["content"] = (*counts, len(words & others))
        pair["veto"] = veto(signs(one), signs(other))
        pair["equal"] = folded(one) == folded(other)
    return pairs


def accepts(pair, thresholds, *, vetoes=True):
    return pair["equal"] or (
        pair["cosine"] >= thresholds.cosine
        and pair["ratio"] >= thresholds.ratio
        and thresholds.hold(*pair["content"])
        and not (vetoes and pair["veto"])
    )


def counted(pairs, thresholds, **settings):
    """Return right, wrong and missed."""
    accepted = [accepts(pair, thresholds, **settings) for pair in pairs]
    right = sum(a and p["same"] for a, p in zip(accepted, pairs))
    return right, sum(accepted) - right, sum(p["same"] for p in pairs) - right


def said(right, wrong, missed):
    precision = f"{right / (right + wrong):.3f}" if right + wrong else "–"
    recall = f"{right / (right + missed):.3f}" if right + missed else "–"
    return f"right {right:3}  wrong {wrong:2}  missed {missed:3}  precision {precision}  recall {recall}"


def choose(pairs):
    """Return the thresholds of highest recall among those without a mistake; ties: the highest share."""
    best = None
    for values in GRID:
        right, wrong, _ = counted(pairs, Thresholds(*values))
        if right and not wrong:
            best = max(best or (0,), (right, values[2], values))
    return Thresholds(*best[-1])


def report_pairs(*, wrong):
    pairs = read_pairs()
    events = sorted({pair["event"] for pair in pairs})
    halves = [
        [p for p in pairs if p["kind"] != "written later" and events.index(p["event"]) % 2 == half]
        for half in (0, 1)
    ]
    print(f"{len(pairs)} pairs, {sum(p['same'] for p in pairs)} of them the same")
    chosen = choose(halves[0])
    print(f"chosen on one half ({len(halves[0])} pairs): {chosen}")
    print("  on that half      ", said(*counted(halves[0], chosen)))
    print(f"  on the other ({len(halves[1])}) ", said(*counted(halves[1], chosen)))
    print(f"in use: {Thresholds()}")
    for name, held in (
        ("one half", halves[0]),
        ("the other half", halves[1]),
        *(
            (kind, [p for p in pairs if p["kind"] == kind])
            for kind in ("corpus", "written", "written later")
        ),
        ("all", pairs),
    ):
        print(f"  {name:15}", said(*counted(held, Thresholds())))
    print(f"  {'all, no veto':15}", said(*counted(pairs, Thresholds(), vetoes=False)))
    for kind in ("numbers", "negation", "names", "one word", "order"):
        met = [p for p in pairs if p["veto"] == kind and accepts(p, Thresholds(), vetoes=False)]
        print(f"  veto {kind:9} forbids {len(met)} of these, {sum(p['same'] for p in met)} wrongly")
    if wrong:
        for pair in pairs:
            if accepts(pair, Thresholds()) != pair["same"]:
                print(
                    f"{'missed' if pair['same'] else 'WRONG'} ({pair['kind']}; cosine {pair['cosine']:.2f}, "
                    f"ratio {pair['ratio']:.0f}, content words {pair['content']}, veto {pair['veto']}): "
                    f"{pair['one']['text']} | {pair['other']['text']}"
                )


def report_everything():
    """Print every pair of the whole corpus that is accepted, but for claims that hold each other."""
    events = {}
    for event, texts in claims_by_event().items():
        for text in texts:
            events.setdefault(text, set()).add(event)
    nested = set()
    for line in sample_articles():
        spans = [span for span in line.spans if span.label == "Claim"]
        for one, other in itertools.permutations(spans, 2):
            if one.start < other.end and other.start < one.end:
                text = line.article.text
                nested.add((text[one.start : one.end], text[other.start : other.end]))
    texts = sorted(events)
    found = [
        (texts[a], texts[b])
        for a, b in accepted_pairs(texts, set(), Thresholds())
        if (texts[a], texts[b]) not in nested
    ]
    print(
        f"of all {len(texts) * (len(texts) - 1) // 2:,} pairs of the corpus {len(found)} are accepted:"
    )
    for one, other in sorted(found):
        print(f"  {'one event ' if events[one] & events[other] else 'TWO EVENTS'}  {one} | {other}")


def report_stories():
    articles = [line.article for line in sample_articles()]
    print("stories: pairs of articles of one event")
    for days in (14, 45, 90):
        for similarity in (0.06, 0.07, 0.08, 0.09, 0.1, 0.12):
            counts = _story_pairs(articles, similarity, days)
            few = [0, 0, 0]
            generator = random.Random(0)
            events = sorted({article.meta["event"] for article in articles})
            for _ in range(60):  # small collections: rare words are not known as rare there
                some = generator.sample(events, generator.choice((2, 3, 5)))
                part = [article for article in articles if article.meta["event"] in some]
                few = [a + b for a, b in zip(few, _story_pairs(part, similarity, days))]
            print(
                f"  {days} days, {similarity:.2f}: {said(*counts)}; of 2 to 5 events: {said(*few)}"
            )


def _story_pairs(articles, similarity, days):
    story_of = {
        place: number
        for number, places in enumerate(find_stories(articles, similarity=similarity, days=days))
        for place in places
    }
    right = wrong = missed = 0
    for a, b in itertools.combinations(range(len(articles)), 2):
        event = articles[a].meta["event"] == articles[b].meta["event"]
        story = story_of[a] == story_of[b]
        right, wrong, missed = (
            right + (event and story),
            wrong + (story and not event),
            missed + (event and not story),
        )
    return right, wrong, missed


def print_sample(path, count, seed):
    """Print two wordings each of random groups that stand in several articles, to be read."""
    lines = [line for _, line in read_article_lines(Path(path))]
    articles = [line.article for line in lines]
    generator = random.Random(seed)
    found = []
    for places in find_stories(articles):
        told = [
            (place, articles[place].text[span.start : span.end])
            for place in places
            for span in lines[place].spans
            if span.label == "Claim"
        ]
        for group in group_wordings([t for _, t in told], articles=[a for a, _ in told]):
            texts = sorted({told[place][1] for place in group})
            if len({told[place][0] for place in group}) > 1 and len(texts) > 1:
                found.append(texts)
    print(f"{len(found)} groups of several articles and wordings")
    for texts in generator.sample(found, min(count, len(found))):
        one, other = generator.sample(texts, 2)
        print(f"* {' '.join(one.split())}\n  {' '.join(other.split())}")


def make_corpus(size, directory):
    """Make a workspace whose one version holds stories of ten articles.

    A story is an event of the sample corpus with other words in the place of its long ones, letter
    for letter, so that marks stay where they are; an article further replaces one word in twelve.
    The second annotator's spans often lose their last word, the third one's are a third fewer.
    """
    events = {}
    for line in sample_articles():
        events.setdefault(line.article.meta["event"], []).append(line)
    sources = [lines for _, lines in sorted(events.items()) if len(lines) > 1]
    generator = random.Random(1)
    init_workspace(directory, project="Generated claims")
    with open_context(load_workspace(directory), writes=True) as context:
        lines = [_generated(number, sources, generator, context.scheme) for number in range(size)]
        lines.sort(key=lambda line: line.key)
        context.versions.write(lines, about={"generated": size})


def _generated(number, sources, generator, scheme):
    story = number // 10
    held = sources[story % len(sources)]
    line = held[number % len(held)]
    text = _reworded(line.article.text, f"story {story}", generator)
    day = date(2024, 1, 1) + timedelta(days=story % 365 + generator.randrange(3))
    article = Article(
        article_id=f"n{number:05}",
        text=text,
        title=f"Story {story}",
        outlet=f"Outlet {number % 10}",
        published=day.isoformat(),
    )
    annotations = tuple(_annotated(article, line, who, generator, scheme) for who in range(3))
    return ExportedArticle(
        article=article,
        annotations=annotations,
        group=f"n{story * 10 + number % 10 % len(held):05}",
        split="train",
        blind=False,
    )


def _reworded(text, key, generator):
    def other(found):
        word = found[0]
        if len(word) < 5 or word.casefold() in _KEPT:
            return word
        own = f"{key} {generator.random()}" if generator.random() < 1 / 12 else key
        letters = random.Random(f"{own} {word.casefold()}").choices("aeioulnrstdmbk", k=len(word))
        made = "".join(letters)
        return made.capitalize() if word[0].isupper() else made

    return re.sub(r"[A-Za-z]+", other, text)


def _annotated(article, line, who, generator, scheme):
    spans = [span for span in line.spans if not (who == 2 and generator.random() < 1 / 3)]
    if who == 1:
        spans = [_shorter(span, article.text, generator) for span in spans]
    held = {span.id for span in spans}
    links = tuple(k for k in line.links if k.head_id in held and k.tail_id in held)
    return Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=tuple(spans),
        links=links,
        labels=scheme.all_names,
        annotator=f"annotator-{who}",
        annotation_id=f"{article.article_id}-{who}",
        updated_at=f"2024-01-01T00:00:0{(who + 1) % 3}+00:00",
    )


def _shorter(span, text, generator):
    cut = text.rfind(" ", span.start, span.end)
    return replace(span, end=cut) if cut > span.start and generator.random() < 0.5 else span


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--make", nargs=2, metavar=("ARTICLES", "DIR"))
    parser.add_argument("--sample", nargs=2, metavar=("FILE", "PAIRS"))
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.sample:
        print_sample(given.sample[0], int(given.sample[1]), given.seed)
        raise SystemExit
    if given.make:
        make_corpus(int(given.make[0]), Path(given.make[1]))
        raise SystemExit
    report_pairs(wrong=given.wrong)
    report_everything()
    report_stories()

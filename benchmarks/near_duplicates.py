"""Near-duplicates: our own signatures and bands beside datasketch's MinHash and MinHashLSH.

    python benchmarks/near_duplicates.py

Texts of some 5,000 characters, put together from the sample corpus; every fourth one is a reprint
of an earlier one, shortened and with another lead. Both find the earlier texts that each one nearly
repeats, in one run, in turns; times are the best of five.
"""

import random
import time

import numpy as np
from datasketch import MinHash, MinHashLSH

from annotate.articles import duplicates
from annotate.samples import sample_articles

COUNT = 400
ROUNDS = 5


def texts():
    chance = random.Random(7)
    paragraphs = [p for line in sample_articles() for p in line.article.text.split("\n\n") if p]
    made = []
    for n in range(COUNT):
        if n % 4 == 3:
            parts = chance.choice(made)[:]
            parts = ["From our desk.", *parts[: int(len(parts) * chance.uniform(0.5, 1))]]
        else:
            parts = []
            while sum(map(len, parts)) < 5000:
                words = chance.choice(paragraphs).split()
                parts.append(" ".join(chance.sample(words, k=len(words))))
        made.append(parts)
    return ["\n\n".join(parts) for parts in made]


def theirs(text):
    """Return datasketch's signature of the same shingles and hash family."""
    sketch = MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=int)
    sketch.update_batch(duplicates.shingle_hashes(text).tolist())
    return sketch


def our_pairs(signatures):
    bands, found = {}, set()
    for n, signature in enumerate(signatures):
        keys = duplicates.band_keys(signature)
        for other in {m for key in keys for m in bands.get(key, ())}:
            if duplicates.similarity(signature, signatures[other]) >= duplicates.THRESHOLD:
                found.add((other, n))
        for key in keys:
            bands.setdefault(key, []).append(n)
    return found


def their_pairs(sketches):
    index, found = MinHashLSH(num_perm=128, params=(32, 4)), set()
    for n, sketch in enumerate(sketches):
        for other in index.query(sketch):
            if sketch.jaccard(sketches[other]) >= duplicates.THRESHOLD:
                found.add((other, n))
        index.insert(n, sketch)
    return found


def best(run):
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        result = run()
        took.append(time.perf_counter() - began)
    return min(took), result


def main():
    made = texts()
    cut, _ = best(lambda: [duplicates.shingle_hashes(text) for text in made])
    ours, signatures = best(lambda: [duplicates.signature(text) for text in made])
    datasketch, sketches = best(lambda: [theirs(text) for text in made])
    same = [s.hashvalues.astype("<u4").tobytes() for s in sketches] == signatures
    our_search, our_found = best(lambda: our_pairs(signatures))
    their_search, their_found = best(lambda: their_pairs(sketches))
    print(f"{COUNT} texts, {np.mean(list(map(len, made))):.0f} characters; ms a text")
    print(f"shingles alone   {1000 * cut / COUNT:.3f}")
    for name, mine, other in (
        ("signature", ours, datasketch),
        ("bands and search", our_search, their_search),
    ):
        print(
            f"{name:16} ours {1000 * mine / COUNT:.3f}, datasketch {1000 * other / COUNT:.3f}, "
            f"ratio {mine / other:.2f}"
        )
    print(f"same signatures: {same}; pairs: {len(our_found)}, same: {our_found == their_found}")


if __name__ == "__main__":
    main()

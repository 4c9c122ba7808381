"""Articles by the thousand, generated: the shipped samples, with words that occur nowhere else.

    python benchmarks/archive_texts.py FILE.jsonl ARTICLES [SEED]

Every article is one of the sample corpus, its longer words given another ending at random in one
place of eight: as in an archive, each text brings words that no text before it had.
"""

import json
import random
import re
import sys
from pathlib import Path

from annotate.samples import sample_articles

OUTLETS = ("Harbour Post", "Valley Herald", "Evening Mail", "The Ledger", "Coast Radio")
_LETTERS = "abcdefghijklmnoprstuvw"


def make_articles(count, seed=0):
    """Yield articles as objects of JSON; article `n` is the same whatever `count`."""
    samples = [line.article.text for line in sample_articles()]
    for number in range(count):
        text = with_new_words(samples[number % len(samples)], random.Random(f"{seed}/{number}"))
        yield {
            "article_id": f"archive/{number:07d}",
            "text": f"Report {number:07d}\n\n{text}",
            "outlet": OUTLETS[number % len(OUTLETS)],
        }


def with_new_words(text, rng):
    """Give one in eight of a text's longer words another ending."""

    def other(found):
        if rng.random() > 1 / 8:
            return found[0]
        return found[0] + "".join(rng.choices(_LETTERS, k=4))

    return re.sub(r"\b[a-z]{6,}\b", other, text)


def write_articles(path, count, seed=0):
    """Write them as JSON lines; return the file's size in bytes."""
    with Path(path).open("w", encoding="utf-8") as stream:
        stream.writelines(
            json.dumps(article, ensure_ascii=False) + "\n" for article in make_articles(count, seed)
        )
        return stream.tell()


if __name__ == "__main__":
    print(write_articles(sys.argv[1], *map(int, sys.argv[2:])))

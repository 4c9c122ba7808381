"""Check marked texts: marks, the text under them, and what the guidelines rule out.

    python benchmarks/sample_corpus/check.py benchmarks/sample_corpus/first

Exits with 1 where something is wrong. The plain texts lie beside this file, in `plain/`.
"""

import sys
from collections import Counter
from pathlib import Path

from annotate.articles.file_readers import read_file
from annotate.errors import AnnotateError

PLAIN = Path(__file__).parent / "plain"


def problems(text, spans, links):
    for span in spans:
        part = text[span.start : span.end]
        where = f"{span.id} {part[:60]!r}"
        if part != part.strip():
            yield f"{where}: white space at an end"
        if span.label != "Hedge" and part[-1] in ",;:!?":
            yield f"{where}: ends with punctuation"
        if "\n" in part:
            yield f"{where}: goes over a line break"
        if span.label == "Claim" and part.split()[0].lower() in ("that", "whether"):
            yield f"{where}: the complementiser stays outside"
        if part[0] in '“"‘' and part[-1] in '”"’' and not any(c in part[1:-1] for c in '“”"‘'):
            yield f"{where}: enclosing quotation marks stay outside"
        for other in spans:
            if other is span or other.label != span.label or span.id > other.id:
                continue
            crossing = other.start < span.end and span.start < other.end
            nested = (other.start <= span.start and span.end <= other.end) or (
                span.start <= other.start and other.end <= span.end
            )
            if crossing and not (span.label == "Claim" and nested):
                yield f"{where}: overlaps {other.id} of the same label"
    label = {span.id: span.label for span in spans}
    heads = {link.head_id for link in links}
    for span in spans:
        if span.label == "Hedge" and span.id not in heads:
            yield f"{span.id} {text[span.start : span.end]!r}: hedges nothing"
        if span.label == "Claim" and span.id not in heads:
            if not any(k.tail_id == span.id and label[k.head_id] == "Hedge" for k in links):
                yield f"{span.id} {text[span.start : span.end][:60]!r}: neither source nor hedge"


def main(directory):
    bad, counts, words = 0, Counter(), 0
    for path in sorted(Path(directory).glob("*.marked")):
        try:
            (line,) = read_file(path, root=path.parent)
        except AnnotateError as error:
            print(error)
            bad += 1
            continue
        plain = PLAIN / f"{path.stem}.txt"
        if plain.exists():
            body = plain.read_text(encoding="utf-8").split("---\n", 2)[2].rstrip("\n")
            ours = line.article.text.rstrip("\n")
            if ours != body:
                at = next(
                    (i for i, (a, b) in enumerate(zip(ours, body)) if a != b),
                    min(len(ours), len(body)),
                )
                print(
                    f"{path.name}: the text differs at {at}: {ours[at - 30 : at + 30]!r}, plain {body[at - 30 : at + 30]!r}"
                )
                bad += 1
        for problem in problems(line.article.text, line.spans, line.links):
            print(f"{path.name}: {problem}")
            bad += 1
        counts.update(span.label for span in line.spans)
        words += len(line.article.text.split())
    per = ", ".join(
        f"{label} {count} (one in {words / count:.1f} words)" for label, count in counts.items()
    )
    print(f"{words} words; {per}; {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Counting in shards: DuckDB, Polars and our own lines against each other, and whole commands.

    python benchmarks/archive_counts.py [--articles 10000 100000] [--rounds 3] [--keep DIR]

Articles are those of `archive_texts.py`, pre-labelled by the rules into both formats first (which
takes most of the time; `--keep` keeps them for the next run). *Engines* count articles, words and
spans by outlet, each in a process of its own, in turns; *commands* are `report`, `claims` and
`search`, with the most memory that they held. Polars is of the group `bench`.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archive_texts import write_articles

ENGINES = {
    "lines": """
from collections import Counter
from annotate.workflow.show.shards import marked_in_shards, open_shards
articles, words, spans = Counter(), Counter(), Counter()
for item in marked_in_shards(open_shards(place)):
    articles[item.article.outlet] += 1
    words[item.article.outlet] += len(item.article.text.split())
    spans.update((item.article.outlet, span.label) for span in item.marks.spans)
""",
    "DuckDB": """
from annotate.workflow.show.shards import count_shards, open_shards
found = count_shards(open_shards(place))
articles = {mix.name: mix.annotations for mix in found.outlets}
""",
    "Polars": """
import polars as pl
if format == "parquet":
    lines = pl.scan_parquet(f"{place}/shard-*.parquet")
else:
    lines = pl.scan_ndjson(f"{place}/shard-*.jsonl")
words = pl.col("text").str.count_matches(r"\\\\S+").sum()
counts = lines.group_by("outlet").agg(pl.len(), words).collect(engine="streaming")
label = pl.element().struct.field("label")
marks = lines.select("outlet", pl.col("spans").list.eval(label).alias("label")).explode("label")
marks = marks.group_by("outlet", "label").len().collect(engine="streaming")
articles = {row[0]: row[1] for row in counts.rows()}
""",
}


def measured(command):
    """Run a command; return its seconds, the most memory that it held in MB, and what it said."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.read()
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise SystemExit(f"{command}: exit code {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024, said


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = options.keep or Path(name)
        for count in options.articles:
            file = root / f"{count}.jsonl"
            if not file.exists():
                write_articles(file, count)
            for format_ in ("jsonl", "parquet"):
                place = root / f"{count}-{format_}"
                annotate = [sys.executable, "-m", "annotate"]
                made = ["prelabel", str(file), "--out", str(place), "--format", format_]
                subprocess.run([*annotate, *made, "--workers", "2"], check=True)
                compare(place, format_, options.rounds, count)
                out = Path(name) / f"{place.name}.html"
                claims = ["claims", str(place), "-o", str(out.with_suffix(".parquet"))]
                for words in (
                    ["report", "--in", str(place), "-o", str(out)],
                    claims,
                    [*claims, "--no-groups", "--overwrite"],
                    ["search", "reportedly", "--in", str(place)],
                ):
                    seconds, memory, _ = measured([*annotate, *words])
                    told = " ".join(word for word in words if not word.startswith(str(root)))
                    print(
                        f"{count} {format_}: {told}: {seconds:.1f} s, {memory:.0f} MB", flush=True
                    )


def compare(place, format_, rounds, count):
    found = {name: [] for name in ENGINES}
    for _ in range(rounds):
        for name, code in ENGINES.items():
            begin = f"place = {str(place)!r}\nformat = {format_!r}\n"
            seconds, memory, said = measured(
                [sys.executable, "-c", f"{begin}{code}\nprint(sum(articles.values()))"]
            )
            assert int(said) == count, said
            found[name].append((seconds, memory))
    for name, runs in found.items():
        seconds = statistics.median(run[0] for run in runs)
        memory = max(run[1] for run in runs)
        print(f"{count} {format_}: {name}: {seconds:.1f} s, {memory:.0f} MB", flush=True)


if __name__ == "__main__":
    main()

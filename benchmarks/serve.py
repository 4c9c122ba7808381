"""How fast the live backend answers: one article a request, 16 requests at once, and batches.

    python benchmarks/serve.py [MODEL_DIRECTORY …]

Starts `annotate serve` in a workspace of its own, with the rules and with each model, and asks as
Label Studio does. The articles have 600 words, composed of the sample corpus. Prints a table
in Markdown; times are by the clock.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from annotate.pipeline.registry import ModelStore
from annotate.samples import sample_articles
from annotate.workflow.state.init import init_workspace
from annotate.workspace import load_workspace

WORDS = 600
ARTICLES = 200


def articles():
    """Return texts of 600 words, all different."""
    samples = [line.article.text for line in sample_articles()]
    texts = []
    for number in range(ARTICLES):
        parts, words, at = [f"Report {number}."], 0, number
        while words < WORDS:
            parts.append(samples[at % len(samples)])
            words += len(parts[-1].split())
            at += 1
        texts.append(re.match(rf"(\S+\s+){{{WORDS - 1}}}\S+", "\n\n".join(parts))[0])
    return texts


def quantiles(seconds):
    return statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]


def measure(client, config, texts):
    def ask(batch):
        tasks = [{"id": n, "data": {"text": text}} for n, text in enumerate(batch, start=1)]
        began = time.perf_counter()
        answer = client.post("/predict", json={"tasks": tasks, "label_config": config})
        taken = time.perf_counter() - began
        results = answer.raise_for_status().json()["results"]
        assert all(result for result in results)
        return taken

    ask(texts[:1])
    single = quantiles([ask([text]) for text in texts])
    with ThreadPoolExecutor(16) as pool:
        crowd = quantiles(list(pool.map(lambda text: ask([text]), texts)))
    batch = ask(texts)
    big = ask([("\n\n".join(texts))[:1_000_000]])
    return single, crowd, batch, big


def main(models):
    texts = articles()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "ws"
        init_workspace(root, extra="split: {dev: 0.0, test: 0.0}\n")
        workspace = load_workspace(root, {})
        store = ModelStore(workspace.models)
        print(f"{len(texts)} articles of {WORDS} words, {os.cpu_count()} cores\n")
        print(
            "| model | one at a time: median, p95 | 16 at once: median, p95 | batch of 200 | 1 MB |"
        )
        print("|---|---|---|---|---|")
        for model in [None, *models]:
            name = "rules"
            if model is not None:
                kept = store.keep(Path(model), name="bench", lineage={})
                store.use(kept)
                name = "trained"
            command = [sys.executable, "-m", "annotate", "-C", str(root), "serve", "--json"]
            process = subprocess.Popen(
                [*command, "--port", "0"],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            try:
                said = ""
                while not said.endswith("}\n"):
                    said += process.stdout.readline()
                password = (workspace.state / "serve.password").read_text().strip()
                with httpx.Client(
                    base_url=json.loads(said)["url"], auth=("annotate", password), timeout=100
                ) as client:
                    single, crowd, batch, big = measure(client, workspace.label_config(), texts)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()
            print(
                f"| {name} | {single[0]:.3f} s, {single[1]:.3f} s | {crowd[0]:.3f} s, {crowd[1]:.3f} s "
                f"| {batch:.2f} s | {big:.2f} s |"
            )


if __name__ == "__main__":
    main(sys.argv[1:])

"""Measure push and pull against what Label Studio itself offers, on a real server.

    python benchmarks/sync.py [--tasks 1000 5000] [--memory 1000 50000]

Starts an embedded server in a temporary directory. Tasks are of real length: sample articles put
together to about 5,000 characters with what the rules find in them; pre-labelling is left out of
all times, by predictions made beforehand. Prints a table in Markdown and a JSON line a row.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from unittest import mock

import httpx

from annotate.jsonl import article_to_json, dumps
from annotate.pipeline.registry import Model
from annotate.records import Article, Prediction
from annotate.samples import sample_articles
from annotate.studio.client import StudioClient
from annotate.studio.server import EmbeddedServer
from annotate.studio.tasks import build_result, new_task
from annotate.workflow.mirror import reading
from annotate.workflow.mirror.site import open_site
from annotate.workflow.state.context import Context
from annotate.workflow.state.init import init_workspace
from annotate.workflow.sync.pull import apply_pull, plan_pull
from annotate.workflow.sync.push import apply_push, plan_push
from annotate.workspace import load_workspace

CHARACTERS = 5000
CHANGED = 0.01
KINDS = 300
VERSION = "bench-000000000000"


class Ready:
    """Predictions that were made beforehand, as a pipeline gives them."""

    def __init__(self, predictions):
        self._predictions = predictions
        self.left_out = {}

    def predict(self, articles):
        for article in articles:
            yield self._predictions[article.article_id]


SAMPLES = [line.article.text for line in sample_articles()]


def write_text(number):
    """Return a text of about the length of real articles, with a paragraph of its own."""
    text = f"Report {number} was filed on day {number} by desk {number % 17}."
    at = number
    while len(text) < CHARACTERS:
        text += "\n\n" + SAMPLES[at % len(SAMPLES)]
        at += 1
    return text[:CHARACTERS]


def write_texts(count):
    """Yield so many texts."""
    return map(write_text, range(count))


def make_workspace(root, server, name, articles=()):
    init_workspace(root, project=name)
    config = root / "annotate.yaml"
    url = json.dumps(server.status().url)
    config.write_text(
        config.read_text() + f"studio: {{url: {url}}}\nsplit: {{dev: 0.0, test: 0.0}}\n"
    )
    with (root / "articles" / "all.jsonl").open("w") as stream:
        for article in articles:
            stream.write(dumps(article_to_json(article)) + "\n")
    return load_workspace(root, {})


class Predictions(Mapping):
    """Predictions for `count` texts: those of the first ones, again and again.

    Their spans lie elsewhere than the rules would put them; they are as many and as long.
    """

    def __init__(self, workspace, count):
        models = Context(workspace).models
        pipeline = models.load(models.in_use())
        kinds = [Article(article_id=f"n{i}", text=t) for i, t in enumerate(write_texts(KINDS))]
        self._first = list(pipeline.predict(kinds))
        self._count = count

    def __getitem__(self, article_id):
        number = int(article_id[1:])
        text = write_text(number)
        first = self._first[number % len(self._first)]
        return replace(
            first,
            article_id=article_id,
            text_sha256=Article(article_id=article_id, text=text).text_sha256,
            model_version=VERSION,
        )

    def __iter__(self):
        return (f"n{number}" for number in range(self._count))

    def __len__(self):
        return self._count


def seconds(call):
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def measure(server, directory, count, one_by_one=60):
    client = StudioClient(server.status().url, server.credentials().token)
    articles = [Article(article_id=f"n{i}", text=text) for i, text in enumerate(write_texts(count))]
    workspace = make_workspace(directory / f"push-{count}", server, f"push {count}", articles)
    scheme = workspace.scheme()
    predictions = dict(Predictions(workspace, count))
    model = Model(version=VERSION, path=None, lineage={})
    tasks = [
        new_task(a, predictions[a.article_id], scheme, group=a.article_id, split="train").payload
        for a in articles
    ]
    items = sum(len(task["predictions"][0]["result"]) for task in tasks) / count

    raw = client.create_project(f"raw {count}", workspace.label_config(), None)

    bodies = [json.dumps(tasks[at : at + 250]).encode() for at in range(0, count, 250)]

    def import_raw():
        with httpx.Client(timeout=600) as plain:
            for body in bodies:
                plain.post(
                    f"{client.url}/api/projects/{raw.project_id}/import",
                    content=body,
                    headers={
                        "Authorization": f"Token {server.credentials().token}",
                        "Content-Type": "application/json",
                    },
                ).raise_for_status()

    def push():
        with open_site(workspace, client=client) as site:
            read = site.articles()
            plan = plan_push(site, read.articles, model)
            return apply_push(site, plan, read.articles, pipeline=Ready(predictions))

    def loop():
        from label_studio_sdk import LabelStudio

        sdk = LabelStudio(base_url=client.url, api_key=server.credentials().token)
        for task in tasks[:one_by_one]:
            made = sdk.tasks.create(project=single.project_id, data=task["data"])
            prediction = task["predictions"][0]
            sdk.predictions.create(
                task=made.id, result=prediction["result"], model_version=model.version
            )

    single = client.create_project(f"single {count}", workspace.label_config(), None)
    single_seconds, _ = seconds(loop)
    raw_seconds, _ = seconds(import_raw)
    push_seconds, pushed = seconds(push)
    assert pushed.pushed == count
    row = {
        "tasks": count,
        "result items a task": round(items, 1),
        "raw import tasks/s": round(count / raw_seconds),
        "annotate push tasks/s": round(count / push_seconds),
        "push / raw import": round(raw_seconds / push_seconds, 2),
        "one by one tasks/s": round(one_by_one / single_seconds, 1),
        "push / one by one": round(count / push_seconds / (one_by_one / single_seconds), 1),
    }
    row |= measure_pulls(server, client, directory, count)
    client.close()
    return row


def measure_pulls(server, client, directory, count):
    """Pull a project in which everything is annotated and 1 % changes."""
    workspace = make_workspace(directory / f"pull-{count}", server, f"pull {count}")
    scheme = workspace.scheme()
    predictions = Predictions(workspace, count)
    project = client.create_project(f"pull {count}", workspace.label_config(), None)
    for at in range(0, count, 100):
        body = []
        for number in range(at, min(at + 100, count)):
            article = Article(article_id=f"n{number}", text=write_text(number))
            prediction = predictions[article.article_id]
            task = new_task(article, prediction, scheme, group="g", split="train").payload
            result = build_result(article, prediction.spans, prediction.links, scheme, scores={})
            body.append({**task, "annotations": [{"result": result, "ground_truth": False}]})
        client.import_tasks(project.project_id, body)

    def pull(**settings):
        with open_site(workspace, client=client) as site:
            return apply_pull(site, plan_pull(site, **settings))

    def export():
        with httpx.stream(
            "GET",
            f"{client.url}/api/projects/{project.project_id}/export",
            params={"exportType": "JSON", "download_all_tasks": "true"},
            headers={"Authorization": f"Token {server.credentials().token}"},
            timeout=600,
        ) as answer:
            answer.raise_for_status()
            return len(json.loads(answer.read()))

    first_seconds, _ = seconds(pull)
    # As after two quiet minutes: until then a pull lists again what was stamped before the last.
    with mock.patch.object(reading, "OVERLAP", timedelta(0)):
        pull()
        export_seconds, exported = seconds(export)
        assert exported == count
        changed = max(1, int(count * CHANGED))
        step = count // changed
        for number, task in enumerate(list(client.tasks(project.project_id))):
            if number % step == 0 and number // step < changed:
                annotation = task["annotations"][0]
                client.set_annotation_result(annotation["id"], annotation["result"][:-1])
        delta_seconds, result = seconds(pull)
        assert result.plan.changed == changed
        nothing_seconds, result = seconds(pull)
        assert result.version is None
    return {
        "first pull s": round(first_seconds, 1),
        "full JSON export s": round(export_seconds, 2),
        "delta pull (1 % changed) s": round(delta_seconds, 2),
        "export / delta pull": round(export_seconds / delta_seconds, 1),
        "pull of nothing s": round(nothing_seconds, 2),
    }


def memory(server, directory, count):
    """Push articles without predictions in a process of its own, then pull; return its peak."""
    articles = (Article(article_id=f"m{i}", text=t) for i, t in enumerate(write_texts(count)))
    workspace = make_workspace(directory / f"memory-{count}", server, f"memory {count}", articles)
    code = Path(__file__).resolve()
    environment = {**os.environ, "LABEL_STUDIO_API_KEY": server.credentials().token}
    done = subprocess.run(
        [sys.executable, str(code), "--child", str(workspace.root)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return {"articles": count, **json.loads(done.stdout)}


def child(root):
    class Nothing:
        left_out: Mapping[str, int] = MappingProxyType({})

        def predict(self, articles):
            for article in articles:
                yield Prediction(
                    article_id=article.article_id,
                    text_sha256=article.text_sha256,
                    spans=(),
                    links=(),
                    scores={},
                    model_version=VERSION,
                )

    model = Model(version=VERSION, path=None, lineage={})
    began = time.perf_counter()
    with open_site(load_workspace(root)) as site:
        read = site.articles()
        plan = plan_push(site, read.articles, model)
        apply_push(site, plan, read.articles, pipeline=Nothing())
        pushed = time.perf_counter() - began
        after_push = _peak()
        apply_pull(site, plan_pull(site))
    peak = _peak()
    print(json.dumps({"push s": round(pushed), "peak MB after push": after_push, "and pull": peak}))


def _peak():
    """Return the highest resident size in MB; `ru_maxrss` would count the parent's as well."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def table(rows):
    names = list(rows[0])
    print("| " + " | ".join(names) + " |")
    print("|" + "---|" * len(names))
    for row in rows:
        print("| " + " | ".join(str(row[name]) for name in names) + " |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, nargs="*", default=[1000, 5000])
    parser.add_argument("--memory", type=int, nargs="*", default=[1000, 50_000])
    parser.add_argument("--child", type=Path)
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedServer(Path(name) / "studio")
        server.start(port=8800)
        try:
            for call, counts in ((measure, options.tasks), (memory, options.memory)):
                rows = [call(server, Path(name), count) for count in counts]
                if rows:
                    table(rows)
                    print(json.dumps(rows), flush=True)
        finally:
            server.stop()


if __name__ == "__main__":
    main()

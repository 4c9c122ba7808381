"""Short stories that resemble each other little, and marks on them."""

import json
import random
from collections import Counter

from double.exports import json_export

_WORDS = (
    "mayor bridge river strike school budget harbour police court train hospital museum storm "
    "council farmer vaccine market tunnel senate election glacier refinery orchestra lighthouse"
).split()


def story(number, *, revision=0):
    """Return the text of a story; n2, n6 and n8 are blind, n4, n5 and n9 for several people."""
    rng = random.Random(1000 * revision + number)  # noqa: S311
    return f"Sources said {' '.join(rng.choices(_WORDS, k=12))} {number} may close."


def write_stories(site, numbers, *, revised=()):
    """Let the workspace hold these stories, as `n0`, `n1` …, and no others.

    One that is named twice in `revised` has its third text.
    """
    revisions = Counter(revised)
    lines = [{"article_id": f"n{i}", "text": story(i, revision=revisions[i])} for i in numbers]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (site.root / "articles" / "news.jsonl").write_text(text)


def mark(label="Claim", *, start=0, end=7, number="x"):
    """Return a region as the page saves it."""
    value = {"start": start, "end": end, "text": "", "labels": [label]}
    return {"id": number, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def pick(option="named", *, number="x"):
    """Return the choice of a source's type."""
    value = {"start": 0, "end": 7, "text": "", "choices": [option]}
    names = {"from_name": "source_type", "to_name": "text", "type": "choices"}
    return {"id": number, **names, "value": value}


def relate(head, tail, *labels, direction="right"):
    """Return a relation; without a label as it is when it was just drawn."""
    ends = {"type": "relation", "from_id": head, "to_id": tail, "direction": direction}
    return {**ends, "labels": list(labels)} if labels else ends


def task_of(site, number):
    """Return the newest task of a story, as the server's JSON export has it."""
    studio = site.studio
    project = site.mirror.progress.project()[0]
    tasks = json_export(studio.state, project, everything=True)
    return [t for t in tasks if t["data"].get("article_id") == f"n{number}"][-1]


def all_versions(site, number):
    """Return the model versions of the predictions on a story's task, oldest first."""
    held = site.studio.state.predictions
    return [held[key].model_version for key in task_of(site, number)["predictions"]]

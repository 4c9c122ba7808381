"""A language model pre-labels on a real server."""

import json

import pytest
from chat_server import KEY, keyword_reply, name_server

pytestmark = pytest.mark.server


def test_a_sync_asks_pushes_and_shows_what_a_language_model_marks(site, chat):
    """Refused once, then pushed; a pull says whose marks were corrected, and a sync asks no more."""
    gold = site.add_samples(10)
    name_server(site.root, chat)
    site.environment = {**site.environment, "ANNOTATE_PRELABELLER_API_KEY": KEY}
    plan = site.cli("sync", "--dry-run", "--json")
    host = chat.url.removeprefix("http://").removesuffix("/v1")
    assert plan["asks"]["host"] == host
    version = plan["push"]["model_version"]
    assert (version.startswith("openai-tiny-"), chat.asked, site.project()) == (True, [], None)
    chat.faults = [keyword_reply, 403]
    refused = site.run("sync")
    assert refused.returncode == 4
    assert "Next: put the key into ANNOTATE_PRELABELLER_API_KEY" in refused.stderr
    assert site.project() is None
    assert KEY not in refused.stdout + refused.stderr
    done = site.cli("sync", "--json")
    assert done["push"]["pushed"] == 10
    assert done["asked"]["failed"] == {}
    assert done["asked"]["counts"]["exact"] == done["push"]["spans"] > 0
    assert len(chat.asked) == plan["asks"]["requests"] + 1
    assert site.project().model_version == version
    tests = [t["data"]["text"] for t in site.raw_tasks() if t["data"]["split"] == "test"]
    shown = [t for t in site.raw_tasks() if t["data"]["split"] != "test"]
    assert all(p["model_version"] == version for t in shown for p in t["predictions"])
    assert not any(text in paragraph for text in tests for paragraph in chat.paragraphs)
    task = next(t for t in shown if t["predictions"][0]["result"])
    assert task["data"]["article_id"] in gold
    prediction = task["predictions"][0]
    for region in prediction["result"]:
        if region["type"] == "labels":
            cut = task["data"]["text"][region["value"]["start"] : region["value"]["end"]]
            assert cut == "may" or cut.endswith(" said")
    site.client.annotate(task["id"], prediction["result"], parent_prediction=prediction["id"])
    count = len(chat.asked)
    again = site.cli("sync", "--json")
    assert (again["refresh"]["refreshed"], len(chat.asked)) == (0, count)
    (held,) = [line for line in site.held().values() if line.annotations]
    assert held.annotations[0].prediction_shown == version
    status = json.loads(site.run("status", "--json").stdout)
    assert (status["model"], status["asks"]) == (version, host)
    refused = site.run("sync", "--show", "other-1")
    assert (refused.returncode, f"the model in use is {version}" in refused.stderr) == (2, True)
    assert site.cli("sync", "--show", version, "--json")["refresh"]["left"] == 0

"""Files of predictions on a real server."""

import pytest

from annotate.jsonl import article_line_to_json, dumps

pytestmark = pytest.mark.server


def _write(site, version, lines, labels):
    path = site.root / f"{version}.jsonl"
    rows = []
    for line in lines:
        row = {**article_line_to_json(line), "model_version": version}
        row["spans"] = [span for span in row["spans"] if span["label"] in labels]
        row["links"] = []
        rows.append(dumps(row))
    path.write_text("\n".join(rows) + "\n")
    return path


def test_two_files_are_pushed_one_is_shown_and_a_sync_shows_the_other(site):
    """Each task holds both predictions, a blind one none; a pull says which one was corrected."""
    gold = list(site.add_samples(12).values())
    one = _write(site, "agency-1", gold, ("Claim", "Source", "Hedge"))
    two = _write(site, "hedger-1", gold[:10], ("Hedge", "Nothing"))
    given = ("--predictions", str(one), "--predictions", str(two))
    plan = site.cli("push", *given, "--show", "agency-1", "--dry-run", "--json")
    assert [p["model_version"] for p in plan["predictions"]] == ["agency-1", "hedger-1"]
    assert site.project() is None
    pushed = site.cli("push", *given, "--show", "agency-1", "--json")
    first, second = pushed["predictions"]
    assert (first["shown"], second["shown"]) == (True, False)
    assert first["pushed_with"] == pushed["pushed"] - pushed["blind"] > 0
    assert second["added"] == second["pushed_with"] > 0
    assert pushed["shown"] == site.project().model_version == "agency-1"
    lacking = set(second["without"])
    assert len(second["blind"]) + second["added"] == 10
    for task in site.raw_tasks():
        versions = sorted(p["model_version"] for p in task["predictions"])
        if task["data"]["split"] == "test":
            assert versions == []
        elif task["data"]["article_id"] in lacking:
            assert versions == ["agency-1"]
        else:
            assert versions == ["agency-1", "hedger-1"]
    task = next(t for t in site.raw_tasks() if len(t["predictions"]) == 2)
    shown = next(p for p in task["predictions"] if p["model_version"] == "agency-1")
    site.client.annotate(task["id"], shown["result"], parent_prediction=shown["id"])
    synced = site.cli("sync", *given, "--show", "hedger-1", "--json")
    assert synced["refresh"]["switched"]
    assert site.project().model_version == "hedger-1"
    (held,) = [line for line in site.held().values() if line.annotations]
    assert held.annotations[0].prediction_shown == "agency-1"
    told = site.run("sync", *given)
    assert told.returncode == 0, told.stderr
    assert f"hedger-1: {len(lacking)} article" in told.stderr
    assert "a sync without --predictions shows those of the model in use" in told.stderr

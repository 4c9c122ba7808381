import json

import pytest
from retold import told

from annotate.jsonl import ArticleLine, article_line_to_json, dumps


@pytest.mark.slow
def test_claims_of_a_file(run, tmp_path):
    """Page and table are written once, and not over a file that is there; without a workspace."""
    lines = [
        told("the bridge may close next week", name="a", hedge="may", published="2024-01-01"),
        told("the bridge will close next week", name="b", published="2024-01-02"),
    ]
    file = tmp_path / "in.jsonl"
    with file.open("w") as stream:
        for item in lines:
            marks = item.marks
            line = ArticleLine(article=item.article, spans=marks.spans, links=marks.links)
            stream.write(dumps(article_line_to_json(line)) + "\n")
    outputs = ("-o", "claims.html", "-o", "claims.csv")
    first = run("claims", file.name, *outputs, "--json")
    assert first.returncode == 0, first.stderr
    found = json.loads(first.stdout)
    assert [row["text"] for row in found["claims"]] == [
        "the bridge may close next week",
        "the bridge will close next week",
    ]
    assert [row["kind"] for row in found["differences"]] == ["hedge dropped"]
    assert (tmp_path / "claims.html").exists()
    assert (tmp_path / "claims.wordings.csv").exists()
    again = run("claims", file.name, *outputs)
    assert again.returncode == 2
    assert "claims.csv: is there already" in again.stderr

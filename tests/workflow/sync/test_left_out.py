"""A thousand articles, thirty of them bad: one run pushes the others and names the thirty."""

import json
import sys

import pytest
from double.fixtures import small_site
from stories import story

from annotate.cli import context as cli_context
from annotate.cli.main import main
from annotate.workflow.mirror import site as site_module

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("trivial_models")]

_BAD = (
    lambda n: json.dumps({"article_id": f"bad{n}", "text": "x" * 30_000}),
    lambda n: json.dumps({"article_id": f"bad{n}", "text": "word " * 250_000}),
    lambda n: json.dumps({"article_id": f"bad{n}", "text": ""}),
    lambda n: json.dumps({"article_id": f"bad{n}", "text": "lone \ud800 surrogate"}),
    lambda n: f'{{"article_id": "bad{n}", "text": "It may rain.", "meta": {{"a": NaN}}}}',
    lambda n: f'{{"article_id": "bad{n}", "text": ',
    lambda n: json.dumps({"article_id": f"bad{n}", "text": 7}),
    lambda n: json.dumps({"article_id": f"bad{n}", "text": "It may rain.", "published": {}}),
    lambda n: json.dumps({"article_id": f"bad{n}", "text": "control \0 character"}),
    lambda n: json.dumps(["no", "object", n]),
)


def test_the_bad_ones_are_named_and_the_others_are_there(studio, tmp_path, monkeypatch, capsys):
    """970 tasks, 30 reasons with file and line, exit code 3; the next run pushes nothing again."""
    site = small_site(studio, tmp_path / "ws")
    lines = [json.dumps({"article_id": f"n{n}", "text": story(n)}) for n in range(970)]
    for n in range(30):
        lines.insert(n * 31, _BAD[n % len(_BAD)](n))
    (site.root / "articles" / "all.jsonl").write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(site.root)
    monkeypatch.setattr(site_module, "connect", lambda *_, **__: studio.client())

    def sync():
        monkeypatch.setattr(sys, "argv", ["annotate", "sync", "--json"])
        cli_context.choose(workspace=None, debug=False)
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return end.value.code, json.loads(said.out), said.err

    with site.left_alone():
        code, told, said = sync()
        assert (code, told["push"]["pushed"], len(told["left_out_articles"])) == (3, 970, 30)
        assert [item["line"] for item in told["left_out_articles"]] == [
            n * 31 + 1 for n in range(30)
        ]
        assert all("all.jsonl:" in item["reason"] for item in told["left_out_articles"])
        assert said.count("left out: ") == 30
        assert sum(bool(t.data.get("article_id")) for t in studio.state.tasks.values()) == 970
        code, told, _ = sync()
        assert (code, told["push"]["pushed"], told["push"]["already_there"]) == (3, 0, 970)
    site.close()

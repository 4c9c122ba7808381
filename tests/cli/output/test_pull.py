import pytest
from double.fixtures import person, site, studio, trivial_models
from stories import mark, task_of, write_stories

from annotate.cli.output.pull import pull_json, show_pull

__all__ = ["person", "site", "studio", "trivial_models"]


@pytest.mark.slow
@pytest.mark.usefixtures("trivial_models")
def test_inferred_links_are_counted(site, person, capsys):
    """As a sentence, and as a number for scripts; where none are, nothing is said."""
    site.configure("infer_links: true\n")
    write_stories(site, range(2))
    site.push()
    result = [mark(start=13, end=30, number="c"), mark("Source", end=12, number="s")]
    person("ada").annotate(task_of(site, 0)["id"], result)
    done = site.pull()
    show_pull(done)
    assert "1 link was inferred from the spans\n" in capsys.readouterr().out
    assert pull_json(done)["inferred_links"] == 1
    show_pull(site.pull())
    assert "inferred" not in capsys.readouterr().out

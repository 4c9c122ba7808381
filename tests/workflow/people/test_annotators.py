"""Annotators: who they are and how much each did."""

import pytest
from stories import mark, task_of, write_stories

from annotate.errors import StudioError
from annotate.workflow.people.annotators import list_annotators

pytestmark = pytest.mark.usefixtures("trivial_models")


def test_everybody_on_the_server_is_listed_with_what_they_did(studio, site, person):
    """By e-mail, under the pseudonym of the exports; skips apart; foreign tasks count too."""
    write_stories(site, range(3))
    project = site.push().project_id
    (foreign,) = site.client.import_tasks(project, [{"data": {"text": "Else."}}])
    ada, ben = person("ada"), person("ben")
    person("eve")
    for number, seconds in zip(
        (*(t["id"] for t in site.raw_tasks()), foreign), (10, 50, 30, None), strict=False
    ):
        ada.annotate(number, [mark()], lead_time=seconds)
    ben.annotate(task_of(site, 0)["id"], [], cancelled=True, lead_time=5)
    studio.asked.clear()
    told = []
    found = {a.email: a for a in list_annotators(site, on_task=lambda *at: told.append(at))}
    assert {method for method, _ in studio.asked} == {"GET"}
    assert list(found) == sorted(found)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    ada, ben, eve = (found[f"{name}@example.org"] for name in ("ada", "ben", "eve"))
    assert (ada.annotations, ada.skips, ada.lead_time) == (4, 0, 30.0)
    assert (ben.annotations, ben.skips, ben.lead_time) == (0, 1, None)
    assert (eve.annotations, eve.skips) == (0, 0)
    site.pull()
    line = site.held()[("n0", task_of(site, 0)["data"]["text_sha256"])]
    assert [a.annotator for a in line.annotations] == [ada.pseudonym]


def test_without_a_project_nobody_is_listed(site):
    """There is none whose work could be counted."""
    with pytest.raises(StudioError, match="no project is called"):
        list_annotators(site)

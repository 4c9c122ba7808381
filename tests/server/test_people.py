"""Several annotators on a real server: who gets what, who did what, and how far they agree."""

import pytest
from people import next_task

from annotate.errors import StudioRefusedError
from annotate.quality.sharing import annotators_of
from annotate.workflow.sync.sharing import share_tasks, unshared_tasks

pytestmark = pytest.mark.server


def _work(site, who, limit=50):
    """Submit everything that the labelling stream gives to somebody; return the task ids."""
    done = []
    while len(done) < limit:
        try:
            task = next_task(site, who)
        except StudioRefusedError:
            return done
        who.annotate(task["id"], [], lead_time=10.0 + len(done))
        done.append(task["id"])
    raise AssertionError("the stream does not end")


def test_a_share_of_the_articles_goes_to_two_people(site, person):
    """Through the labelling stream: two annotations on shared articles, one on the others."""
    site.add_samples(8)
    site.configure("annotators: {share: 0.5, each: 2}\n")

    def stop_after_two(_):
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt

    planned = site.cli("sync", "--dry-run", "--json")["shared"]
    site.push()
    project = site.project().project_id
    wanted = unshared_tasks(site, project)
    assert 2 < len(wanted) < 8
    assert planned == len(wanted) == site.cli("sync", "--dry-run", "--json")["shared"]
    left = 2
    with pytest.raises(KeyboardInterrupt):
        share_tasks(site, project, on_task=stop_after_two)
    assert len(unshared_tasks(site, project)) == len(wanted) - 2
    result = site.sync()
    assert result.shared == len(wanted) - 2
    assert site.sync().shared == 0
    tasks = site.raw_tasks()
    assert {t["id"] for t in tasks if t["overlap"] == 2} == set(wanted)
    assert {
        t["id"] for t in tasks if annotators_of(t["data"]["group"], share=0.5, each=2) == 2
    } == set(wanted)
    ada, ben = person("ada"), person("ben")
    assert len(_work(site, ada, limit=50)) == 8
    assert set(_work(site, ben)) == set(wanted)
    for task in site.raw_tasks():
        people = {annotation["completed_by"] for annotation in task["annotations"]}
        assert len(task["annotations"]) == len(people) == (2 if task["id"] in wanted else 1)
    version = site.pull().version
    assert version.counts["annotations"] == 8 + len(wanted)
    found = site.cli("agreement", "--json")
    assert found["blind"]["articles"] + found["corrected"]["articles"] == len(wanted)
    listed = {row["email"]: row for row in site.cli("annotators", "list", "--json")}
    assert listed[ada.email]["annotations"] == 8
    assert listed[ada.email]["lead_time"] == 13.5
    assert listed[ben.email]["annotations"] == len(wanted)
    assert listed[ben.email]["last_active"]
    assert listed[ada.email]["pseudonym"].startswith("annotator-")
    link = site.cli("annotators", "invite").strip()
    assert link.startswith(f"{site.client.url}/user/signup/?token=")

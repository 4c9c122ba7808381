"""An article is its text before it is its file."""

import shutil
from contextlib import closing

from annotate.workflow.sync.status import read_status


def _annotated(site):
    site.add("a.txt", "Officials said that it may rain on Friday.")
    site.add("b.txt", "A spokesman denied that the ferry was late.")
    site.push()
    for task in site.raw_tasks():
        site.client.annotate(task["id"], [])
    return site.pull().version


def test_a_file_that_was_renamed_is_not_pushed_again(site):
    """Its work stays with its first id; the new name is told, and pushed on request alone."""
    first = _annotated(site)
    (site.root / "articles" / "a.txt").rename(site.root / "articles" / "new.txt")
    plan = site.plan_push()
    assert plan.moved == (("articles/new.txt", "articles/a.txt"),)
    assert (dict(plan.to_send), plan.present) == ({}, 1)
    result = site.sync()
    assert (result.push.pushed, result.pull.version) == (0, None)
    assert len(site.raw_tasks()) == 2
    again = site.plan_push(again=True)
    assert [key.article_id for key in again.to_send] == ["articles/new.txt"]
    assert again.moved == ()
    assert site.versions.latest().id == first.id


def test_a_directory_that_was_moved_pushes_nothing(site):
    """All of it is recognised, and what is really new goes out."""
    _annotated(site)
    shutil.move(site.root / "articles", site.root / "stories")
    (site.root / "stories" / "c.txt").write_text("Police believe that the bridge is unsafe.")
    config = site.root / "annotate.yaml"
    config.write_text(config.read_text().replace('"articles"', '"stories"'))
    site.reload()
    plan = site.plan_push()
    assert sorted(plan.moved) == [
        ("stories/a.txt", "articles/a.txt"),
        ("stories/b.txt", "articles/b.txt"),
    ]
    assert [key.article_id for key in plan.to_send] == ["stories/c.txt"]


def test_a_copy_and_a_changed_text_are_told_apart(site):
    """A copy repeats a text; the same file with another text is a revision as before."""
    _annotated(site)
    site.add("0-copy.txt", "Officials said that it may rain on Friday.")
    site.add("b.txt", "A spokesman denied that the ferry was early.")
    plan = site.plan_push()
    assert plan.moved == (("articles/0-copy.txt", "articles/a.txt"),)
    assert plan.revisions == ("articles/b.txt",)
    with closing(site.studio.client()) as client:
        push = read_status(site, client=client).plan.push
    assert (len(push.to_send), push.moved, push.revisions) == (1, plan.moved, plan.revisions)


def test_what_was_deleted_on_the_server_goes_out_under_its_new_name(site):
    """Only a text that the server has is recognised."""
    _annotated(site)
    for task in site.raw_tasks():
        site.client.delete_task(task["id"])
    (site.root / "articles" / "a.txt").rename(site.root / "articles" / "new.txt")
    site.pull(accept_removals=True)
    plan = site.plan_push()
    assert plan.moved == ()
    assert sorted(key.article_id for key in plan.to_send) == ["articles/b.txt", "articles/new.txt"]

"""Push: articles that the server does not have become tasks, with predictions unless blind.

Memory holds two batches. Each is in the journal before it is sent; while one is under way the next
is made. A batch without an answer is looked for on the server, and sent again only when the server
can no longer commit it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from annotate.errors import (
    StudioUnreachableError,
)
from annotate.records import Article, ArticleKey
from annotate.workflow.mirror.project import find_project, make_project
from annotate.workflow.mirror.reading import OnTask, read_server
from annotate.workflow.mirror.sending import OnWait, settle, wait_for
from annotate.workflow.mirror.site import Site
from annotate.workflow.sync.given import Predicts, Source, source_of
from annotate.workflow.sync.push_plan import Placed, PushPlan, PushResult
from annotate.workflow.sync.sender import ArticleSender


def plan_push(
    site: Site,
    articles: Iterable[Article],
    model: Predicts,
    *,
    same_text: tuple[tuple[str, str], ...] = (),
    read: bool = True,
    again: bool = False,
    on_task: OnTask | None = None,
) -> PushPlan:
    """Compare the articles with the server; what changed there is read first, unless not `read`.

    `articles` are gone through once here, when new ones get their group and split, and once by
    `apply_push`. An article is its text before it is its file: one that the server has under
    another id was renamed, moved or copied, and is sent `again` only on request. Raises
    `SchemeMismatchError` where the server's labelling config cannot hold what ours makes.
    """
    project = find_project(site)
    if project is None:
        from annotate.studio.sdk_check import check_with_sdk

        check_with_sdk(site.workspace.label_config(), site.scheme)
    elif read:
        project = read_server(site, project, on_task=on_task).project
    # What the mirror knows is of the project that it was read from, and of no other one.
    known = project is not None and site.mirror.progress.project() == (
        project.project_id,
        project.created_at,
    )
    if known:
        settle(site)
    to_send, present, moved = _compare(site, articles, known=known, again=again)
    waiting = site.mirror.journal.unanswered_articles() if known else set()
    return PushPlan(
        project=project,
        title=site.settings.project,
        model=model,
        to_send=to_send,
        present=present,
        unanswered=len(waiting & to_send.keys()),
        same_text=same_text,
        moved=tuple(moved),
    )


def apply_push(
    site: Site,
    plan: PushPlan,
    articles: Iterable[Article],
    *,
    pipeline: Source | None = None,
    on_pushed: Callable[[int], None] | None = None,
    on_wait: OnWait | None = None,
) -> PushResult:
    """Create the project where it is missing and import what is new, 250 tasks a request.

    `pipeline` is the plan's model where the caller has it loaded. `on_pushed` is called with the
    number of tasks of every batch. Batches without an answer come last. Raises `StudioError`;
    running it again goes on from there.
    """
    client, mirror = site.client, site.mirror
    project, created = (plan.project, False) if plan.project else make_project(site)
    mirror.adopt_project(project.project_id, project.created_at)
    if plan.project is None and not created:  # another workspace has just made it, and may push too
        project = read_server(site, project).project
        theirs = {key for key in plan.to_send if mirror.tasks.of(key)}
        to_send = {key: at for key, at in plan.to_send.items() if key not in theirs}
        plan = replace(plan, project=project, to_send=to_send, present=plan.present + len(theirs))
    result = PushResult(
        project_id=project.project_id,
        created_project=created,
        model_version=plan.model.version,
        present=plan.present,
        shown=project.model_version,
    )
    if plan.to_send:
        pipeline = pipeline or source_of(site, plan.model)
        sender = ArticleSender(site, pipeline, plan, result, on_pushed)
        waiting = mirror.journal.unanswered_articles()
        sender.send(article for article in articles if article.key not in waiting)
        if doubtful := mirror.journal.unanswered_articles() & plan.to_send.keys():
            missing = wait_for(site, project, doubtful, on_wait)
            result.found = len(doubtful) - len(missing)
            sender.send(article for article in articles if article.key in missing)
        if lost := mirror.journal.unanswered_articles() & plan.to_send.keys():
            raise StudioUnreachableError(
                f"{client.url}: {len(lost)} articles were sent and not answered",
                hint="run the same command again: it looks for them before it sends again; if "
                "people at work hold imports back, PostgreSQL helps (docs/safety.md)",
            )
        result.left_out = dict(pipeline.left_out)
    version = plan.model.version
    show = result.shown is None and result.predicted > result.bare
    if show and client.set_model_version(project.project_id, version):
        mirror.shown.show(version, client.clock)
        result.shown = version
    return result


def _compare(
    site: Site, articles: Iterable[Article], *, known: bool, again: bool
) -> tuple[dict[ArticleKey, Placed], int, list[tuple[str, str]]]:
    """Return what the server lacks, how many articles it has, and which under other ids.

    Unless `known` it has none.
    """
    to_send: dict[ArticleKey, Placed] = {}
    moved: list[tuple[str, str]] = []
    present = 0
    tasks = site.mirror.tasks
    with site.register() as register:
        for entry in register.place(articles):
            key = ArticleKey(entry.article_id, entry.text_sha256)
            revisions = tasks.of_article(entry.article_id) if known else []
            if any(task.key == key for task in revisions):
                present += 1
                continue
            if known and not again and (others := tasks.of_text(entry.text_sha256)):
                moved.append((entry.article_id, others[0].key.article_id if others[0].key else ""))
                continue
            older = revisions[-1].task_id if revisions else None
            to_send[key] = Placed(group=entry.group, split=entry.split, revises=older)
        register.save()
    return to_send, present, moved

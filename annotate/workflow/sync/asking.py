"""Before a push or a sync: which articles its model will predict, so that they are asked first.

A language model takes seconds for each paragraph. Asked beforehand, it is asked in the open: with
progress, interrupted at once, and before anything was sent to Label Studio. A sync has pulled then:
what people did comes home whether or not anybody answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotate.records import Article, ArticleKey
from annotate.workflow.mirror.site import Site
from annotate.workflow.sync.push_plan import PushPlan


def to_predict(
    site: Site, plan: PushPlan, articles: Iterable[Article], *, refresh: bool
) -> Iterator[Article]:
    """Yield those articles that the plan's model predicts: new ones that are not blind.

    With `refresh` also those whose open tasks lack its predictions. Tasks whose articles are not
    here any more are not among them: the refresh asks for those when it has read them.
    """
    keys = {key for key, placed in plan.to_send.items() if not placed.blind}
    if refresh:
        keys |= set(_lacking(site, plan.model.version))
    return (article for article in articles if article.key in keys)


def _lacking(site: Site, model_version: str) -> Iterator[ArticleKey]:
    tasks = site.mirror.tasks
    for ids in tasks.lacking(model_version, without=()):
        for task_id in ids:
            task = tasks.get(task_id)
            if task is not None and task.key is not None:
                yield task.key

"""Push: articles that the server does not have become tasks, with predictions unless blind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotate.errors import SchemeMismatchError, StudioError, StudioRefusedError
from annotate.labels import LabelScheme, parse_label_config
from annotate.pipeline.registry import Model
from annotate.records import Article
from annotate.studio.client import Project, StudioClient, check_with_sdk
from annotate.studio.instructions import instruction_html
from annotate.studio.tasks import build_task
from annotate.workflow.models import load_pipeline
from annotate.workflow.register import Entry, Register
from annotate.workflow.state import State, load_state, save_state
from annotate.workspace import Workspace

BATCH = 250
"""Tasks a request: the fastest size that was measured (`docs/architecture.md`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushPlan:
    """What a push would do; nothing has been written yet."""

    project: Project | None
    """`None`: it will be created."""
    title: str
    model: Model
    new: tuple[tuple[Article, Entry], ...]
    changed: tuple[tuple[Article, Entry], ...]
    """Articles that the server has with another text; they are pushed as new revisions."""
    present: int
    register: Register
    """Where the new articles were placed; `apply_push` saves it."""
    same_text: tuple[tuple[str, str], ...] = ()

    @property
    def to_send(self) -> tuple[tuple[Article, Entry], ...]:
        """What will become a task."""
        return (*self.new, *self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """What a push did."""

    project_id: int
    created_project: bool
    pushed: int
    blind: int
    revisions: int
    present: int
    model_version: str
    spans: int
    shown: str | None
    """Model version whose predictions annotators see; other ones are hidden until a sync."""
    left_out: dict[str, int] = field(default_factory=dict)


def plan_push(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    articles: Sequence[Article],
    model: Model,
    *,
    same_text: tuple[tuple[str, str], ...] = (),
) -> PushPlan:
    """Compare the articles with the server.

    Raises `SchemeMismatchError` where the server's labelling config cannot hold what ours makes.
    """
    register = Register(workspace)
    entries = register.place(articles)
    project = find_project(workspace, client)
    if project is not None:
        check_project(project, scheme)
    else:
        check_with_sdk(workspace.label_config(), scheme)
    there: dict[str, set[str]] = {}
    if project is not None and project.tasks:
        for task in client.find_articles(project.project_id, [a.article_id for a in articles]):
            data = task["data"]
            there.setdefault(data["article_id"], set()).add(str(data.get("text_sha256")))
    new: list[tuple[Article, Entry]] = []
    changed: list[tuple[Article, Entry]] = []
    for article, entry in zip(articles, entries, strict=True):
        hashes = there.get(article.article_id)
        if hashes is None:
            new.append((article, entry))
        elif article.text_sha256 not in hashes:
            changed.append((article, entry))
    return PushPlan(
        project=project,
        title=workspace.settings.project,
        model=model,
        new=tuple(new),
        changed=tuple(changed),
        present=len(articles) - len(new) - len(changed),
        register=register,
        same_text=same_text,
    )


def apply_push(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    plan: PushPlan,
    *,
    on_pushed: Callable[[int], None] | None = None,
) -> PushResult:
    """Create the project where it is missing and import what is new, 250 tasks a request.

    `on_pushed` is called with the number of tasks of every batch.
    """
    plan.register.save()
    project = plan.project or client.create_project(
        plan.title, workspace.label_config(), instruction_html(workspace.guidelines())
    )
    save_state(workspace, State(url=client.url, project_id=project.project_id))
    pushed = blind = spans = 0
    left_out: dict[str, int] = {}
    if plan.to_send:
        pipeline = load_pipeline(workspace, plan.model, scheme)
        for tasks in _batches(pipeline, scheme, plan.to_send):
            client.import_tasks(project.project_id, tasks)
            pushed += len(tasks)
            for task in tasks:
                predictions = task.get("predictions", [])
                blind += not predictions
                spans += sum(i["type"] == "labels" for p in predictions for i in p["result"])
            if on_pushed is not None:
                on_pushed(len(tasks))
        left_out = dict(pipeline.left_out)
    shown = project.model_version
    if shown is None and pushed > blind:
        shown = plan.model.version
        client.set_model_version(project.project_id, shown)
    return PushResult(
        project_id=project.project_id,
        created_project=plan.project is None,
        pushed=pushed,
        blind=blind,
        revisions=len(plan.changed),
        present=plan.present,
        model_version=plan.model.version,
        spans=spans,
        shown=shown,
        left_out=left_out,
    )


def find_project(workspace: Workspace, client: StudioClient) -> Project | None:
    """Return the workspace's project: by id from annotate.yaml or an earlier push, else by title.

    Raises `StudioError` where several have the title, or where the id is gone.
    """
    settings = workspace.settings
    wanted = settings.studio.project_id
    if wanted is not None:
        return client.project(wanted)
    known = load_state(workspace, client.url)
    if known is not None:
        try:
            return client.project(known.project_id)
        except StudioRefusedError:
            raise StudioError(
                f"{client.url}: project {known.project_id}, to which this workspace pushed, "
                "is gone",
                hint=f"if that is meant, remove {workspace.state / 'state.json'} and push again",
            ) from None
    fitting = [p for p in client.projects() if p.title == settings.project]
    if len(fitting) > 1:
        ids = ", ".join(str(project.project_id) for project in fitting)
        raise StudioError(
            f"{client.url}: {len(fitting)} projects are called {settings.project!r} (ids {ids})",
            hint="name one in annotate.yaml: studio: {project_id: …}",
        )
    return fitting[0] if fitting else None


def check_project(project: Project, scheme: LabelScheme) -> None:
    """Refuse a server whose labelling config cannot hold what ours makes."""
    theirs = parse_label_config(
        project.label_config, name=f"the labelling config of project {project.project_id}"
    )
    differences = scheme.differences(theirs)
    if differences:
        raise SchemeMismatchError(
            f"project {project.project_id} ({project.title!r}) has another labelling config: "
            + "; ".join(differences),
            hint="use the same config on both sides, or another project title in annotate.yaml",
        )


def _batches(
    pipeline: Any, scheme: LabelScheme, pairs: Sequence[tuple[Article, Entry]]
) -> Iterator[list[dict[str, Any]]]:
    """Yield tasks, ready for the import; memory holds one batch."""
    for first in range(0, len(pairs), BATCH):
        batch = pairs[first : first + BATCH]
        predictions = pipeline.predict(article for article, entry in batch if not entry.blind)
        yield [
            build_task(
                article,
                None if entry.blind else next(predictions),
                scheme,
                group=entry.group,
                split=entry.split,
            )
            for article, entry in batch
        ]

"""Which project on the server is this workspace's, and whether its labelling config is ours."""

from __future__ import annotations

from annotate.errors import SchemeMismatchError, StudioError, StudioRefusedError
from annotate.labels import LabelScheme, parse_label_config
from annotate.studio.client import Project, StudioClient
from annotate.workflow.mirror.mirror import Mirror
from annotate.workspace import Workspace


def find_project(workspace: Workspace, client: StudioClient, mirror: Mirror) -> Project | None:
    """Return the workspace's project: by id from annotate.yaml or an earlier push, else by title.

    Raises `StudioError` where several have the title, or where the one pushed to is gone or is
    another one under the same id.
    """
    settings = workspace.settings
    wanted = settings.studio.project_id
    if wanted is not None:
        return client.project(wanted)
    known = mirror.project()
    if known is not None:
        project_id, created_at = known
        hint = (
            "if that is meant, put the file server.sqlite3 of the workspace's .annotate directory "
            "aside and push again"
        )
        try:
            project = client.project(project_id)
        except StudioRefusedError:
            raise StudioError(
                f"{client.url}: project {project_id}, to which this workspace pushed, is gone",
                hint=hint,
            ) from None
        if project.created_at != created_at:
            raise StudioError(
                f"{client.url}: project {project_id} ({project.title!r}) was made at "
                f"{project.created_at}; the one to which this workspace pushed, at {created_at}",
                hint=hint,
            )
        return project
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
            hint="annotate labels check tells more; use the same config on both sides, or another "
            "project title in annotate.yaml",
        )

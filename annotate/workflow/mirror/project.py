"""Which project on the server is this workspace's, and whether its labelling config is ours."""

from __future__ import annotations

from annotate.errors import SchemeMismatchError, StudioError, StudioRefusedError
from annotate.labels import LabelScheme, parse_label_config
from annotate.studio.client import Project
from annotate.workflow.mirror.known import Totals
from annotate.workflow.mirror.site import Site


def find_project(site: Site) -> Project | None:
    """Return the workspace's project: by id from annotate.yaml or an earlier push, else by title.

    Raises `StudioError` where several have the title, or where the one pushed to is gone or is
    another one under the same id.
    """
    client = site.client
    wanted = site.settings.studio.project_id
    known = site.mirror.progress.project()
    if wanted is not None and known is not None and known[0] != wanted:
        raise StudioError(
            f"annotate.yaml names project {wanted} (studio.project_id), and this workspace has "
            f"pushed to project {known[0]} on {client.url} so far",
            hint="take the line out of annotate.yaml; to go on with the other project, put the "
            "file server.sqlite3 of the workspace's .annotate directory aside",
        )
    if wanted is not None:
        return _named(site, wanted)
    if known is not None:
        return _pushed_to(site, *known)
    title = site.settings.project
    fitting = same_title(site)
    if len(fitting) > 1:
        ids = ", ".join(str(project.project_id) for project in fitting)
        raise StudioError(
            f"{client.url}: {len(fitting)} projects are called {title!r} (ids {ids})",
            hint="name one in annotate.yaml: studio: {project_id: …}",
        )
    return fitting[0] if fitting else None


def require_project(site: Site) -> Project:
    """Return the workspace's project; raises `StudioError` where there is none."""
    project = find_project(site)
    if project is None:
        raise StudioError(
            f"{site.client.url}: no project is called {site.settings.project!r}",
            hint="push articles first: annotate push",
        )
    return project


def make_project(site: Site) -> tuple[Project, bool]:
    """Create the workspace's project; return it, and whether it is the one that was created.

    Where another workspace creates one of the same title at the same moment, both see both: the one
    with the lower number stays, and who made the other one deletes it, empty as it is.
    """
    from annotate.studio.instructions import instruction_html

    client, title = site.client, site.settings.project
    made = client.create_project(
        title, site.workspace.label_config(), instruction_html(site.workspace.guidelines())
    )
    first = min(same_title(site), key=lambda project: project.project_id, default=made)
    if first.project_id == made.project_id or site.settings.studio.project_id is not None:
        return made, True
    client.delete_empty_project(made.project_id)
    return client.project(first.project_id), False


def same_title(site: Site) -> list[Project]:
    """Return the projects on the server that are called as annotate.yaml says."""
    return [p for p in site.client.projects() if p.title == site.settings.project]


def review_title(site: Site) -> str:
    """Return the title of the review project, within the 50 characters of Label Studio."""
    return f"{site.settings.project[:43].rstrip()} review"


def find_review(site: Site) -> Project | None:
    """Return the review project; raises `StudioError` where several have its title."""
    title = review_title(site)
    fitting = [project for project in site.client.projects() if project.title == title]
    if len(fitting) > 1:
        raise StudioError(
            f"{site.client.url}: {len(fitting)} projects are called {title!r}",
            hint="give all but one another title",
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


def totals_of(project: Project) -> Totals:
    """Return what the server counts."""
    return Totals(project.tasks, project.annotations, project.skipped)


def _named(site: Site, project_id: int) -> Project:
    try:
        return site.client.project(project_id)
    except StudioRefusedError as error:
        raise StudioError(
            f"annotate.yaml names project {project_id} (studio.project_id): {error.message}",
            hint="the address of a project's page in Label Studio ends with its number",
        ) from None


def _pushed_to(site: Site, project_id: int, created_at: str) -> Project:
    hint = (
        "annotate restore makes a project from the newest export version; to begin without it, put "
        "the file server.sqlite3 of the workspace's .annotate directory aside and push"
    )
    url = site.client.url
    try:
        project = site.client.project(project_id)
    except StudioRefusedError:
        raise StudioError(
            f"{url}: project {project_id}, to which this workspace pushed, is gone", hint=hint
        ) from None
    if project.created_at != created_at:
        raise StudioError(
            f"{url}: project {project_id} ({project.title!r}) was made at "
            f"{project.created_at}; the one to which this workspace pushed, at {created_at}",
            hint=hint,
        )
    return project

"""What a pull builds on: the versions that are there, whole or not, and of which project."""

from __future__ import annotations

from annotate.errors import PullStoppedError
from annotate.exports.manifests import Version, same_project
from annotate.studio.client import Project
from annotate.workflow.mirror.site import Site


def require_versions(site: Site, *, accept_removals: bool) -> None:
    """Refuse to begin again with a first version where there was one at the last pull."""
    if site.versions.latest() is not None or not site.mirror.progress.base() or accept_removals:
        return
    beside = site.workspace.other_exports()
    other = f" ({', '.join(beside)} beside it holds versions)" if beside else ""
    raise PullStoppedError(
        f"{site.workspace.exports}: no version is left{other}, and there were some at the last "
        "pull; nothing was written",
        hint="put the directory back, from version control or a backup; to begin anew without what "
        "reviewers and files said in them: annotate pull --accept-removals",
    )


def vanished(site: Site, project: Project) -> bool:
    """Tell whether the version that this workspace knew last of the project is not there now."""
    known, base = site.mirror.progress.project(), site.mirror.progress.base()
    if not base or known is None or known[0] != project.project_id:
        return False
    versions, _ = site.versions.store.manifests.readable()
    return not any([sha256 for sha256, _ in version.parts] == base for version in versions)


def heal_version(site: Site) -> tuple[Version | None, tuple[str, ...]]:
    """Return what to build on where the latest version is damaged, and what is wrong with it."""
    store = site.versions.store
    versions, problems = store.manifests.readable()
    if not versions:
        return None, tuple(problems)
    newest = versions[-1]
    damaged = store.damaged_parts(newest)
    if not damaged and newest.name == store.manifests.names()[-1]:
        return None, ()  # what is wrong with older ones takes nothing from it
    return store.without_damage(newest), (*problems, *damaged.values())


def foreign_project(site: Site, project: Project, onto: Version | None) -> str | None:
    """Return the project from which the latest version was pulled, where it is another one."""
    latest = onto or site.versions.latest()
    source = site.versions.store.manifests.project_of(latest) if latest else None
    if latest is None or source is None:
        return None
    if same_project(source, (project.project_id, project.created_at)):
        return None
    return f"project {source[0]} ({latest.project.get('title', '?')!r})"

"""A new workspace: annotate.yaml, the labelling config, the guidelines, a place for articles."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import UsageError
from annotate.files import write_atomic
from annotate.labels import parse_label_config
from annotate.settings import Settings
from annotate.workflow.state.own_labels import links_text, own_labels, weights_text
from annotate.workspace import CONFIG_NAME, Workspace, load_workspace

_PACKAGE = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelConfig:
    """A labelling config that is shipped: its files in label_configs/, and what links join."""

    xml: str
    guidelines: str
    links: Mapping[str, tuple[str, str]]


LABEL_CONFIGS: Mapping[str, LabelConfig] = {
    "claims": LabelConfig(
        xml="claims.xml",
        guidelines="guidelines.md",
        links={"attributed_to": ("Claim", "Source"), "hedges": ("Hedge", "Claim")},
    ),
    "parc": LabelConfig(
        xml="parc.xml",
        guidelines="parc.md",
        links={"attributed_to": ("Content", "Source"), "cued_by": ("Content", "Cue")},
    ),
    "minimal": LabelConfig(xml="minimal.xml", guidelines="minimal.md", links={}),
}


class Written(list[Path]):
    """The files that were written."""

    notes: tuple[str, ...] = ()
    """What to know of the labelling page, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labels:
    """What hangs on the labels in a new workspace."""

    files: Mapping[str, str]
    """Name → text: the labelling config, then the guidelines."""
    labels: tuple[str, ...]
    links: str
    infer_links: bool
    title: str
    notes: tuple[str, ...] = ()


def init_workspace(
    directory: Path,
    *,
    project: str | None = None,
    articles: str = "articles",
    label_config: str = "claims",
    extra: str = "",
) -> Written:
    """Write what is missing and return it; files that exist are left alone.

    `label_config` is one of `LABEL_CONFIGS`, the file of another one, or labels with commas between
    them; `extra` is appended to annotate.yaml. Raises `UsageError` where the directory is a file or
    the config unknown, `LabelConfigError` where it cannot be served, and `WorkspaceError` where the
    settings would be refused.
    """
    shipped = LABEL_CONFIGS.get(label_config)
    config = _own(label_config) if shipped is None else _of_shipped(shipped)
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory}: is a file; a workspace is a directory")
    xml, guidelines = config.files
    parts = {
        "@PROJECT@": json.dumps(project or _title(directory, config.title)),
        "@ARTICLES@": json.dumps(articles),
        "@LABEL_CONFIG@": xml,
        "@GUIDELINES@": guidelines,
        "@LINKS@": config.links,
        "@INFER_LINKS@": str(config.infer_links).lower(),
        "@WEIGHTS@": weights_text(config.labels),
    }
    settings = re.sub(r"@[A-Z_]+@", lambda found: parts[found[0]], _template(CONFIG_NAME))
    wanted: dict[Path, str] = {
        directory / CONFIG_NAME: settings + extra,
        directory / ".gitignore": "/.annotate/\n/models/\n",
        # Parts of versions are checked by their hashes: other line ends would damage them.
        directory / ".gitattributes": "/exports/** -text\n",
        directory / "articles" / ".gitkeep": "",
    }
    for name, text in config.files.items():
        wanted[directory / "label_configs" / name] = text
    written = Written(path for path in wanted if not path.exists())
    for path in written:
        write_atomic(path, wanted[path])
    load_workspace(directory)
    written.notes = config.notes
    return written


def _of_shipped(config: LabelConfig) -> _Labels:
    return _Labels(
        files={name: label_config_template(name) for name in (config.xml, config.guidelines)},
        labels=parse_label_config(label_config_template(config.xml)).span_labels,
        links=links_text((), config.links),
        infer_links=True,
        title="News claims",
    )


def _own(wanted: str) -> _Labels:
    """Return what follows from a labelling config of one's own; raises as `own_labels` does."""
    found = own_labels(wanted, template=_template("labelling.xml"), known=LABEL_CONFIGS)
    scheme = found.scheme
    ends = {
        kind: pair
        for config in LABEL_CONFIGS.values()
        for kind, pair in config.links.items()
        if kind in scheme.link_labels and set(pair) <= set(scheme.span_labels)
    }
    return _Labels(
        files={f"{found.name}.xml": found.page, f"{found.name}.md": found.guidelines},
        labels=scheme.span_labels,
        links=links_text(scheme.link_labels, ends),
        infer_links=bool(ends),
        title="News articles",
        notes=found.notes,
    )


def _template(name: str) -> str:
    return (_PACKAGE / "templates" / name).read_text(encoding="utf-8")


def label_config_template(name: str) -> str:
    """Return one of the shipped files of label_configs/."""
    return _shipped(name).read_text(encoding="utf-8")


def shipped_workspace(root: Path) -> Workspace:
    """Return a directory as a workspace with the shipped labels and no file of its own.

    For verbs that write nothing into a workspace.
    """
    config = LABEL_CONFIGS["claims"]
    links = {name: list(ends) for name, ends in config.links.items()}
    return Workspace(
        root=root,
        settings=Settings(label_config=str(_shipped(config.xml)), guidelines=None, links=links),
    )


def _shipped(name: str) -> Path:
    packaged = _PACKAGE / "label_configs" / name
    return packaged if packaged.exists() else _PACKAGE.parent / "label_configs" / name


def _title(directory: Path, otherwise: str) -> str:
    name = directory.resolve().name.replace("-", " ").replace("_", " ").strip()
    return name[:50] if len(name) >= 3 else otherwise

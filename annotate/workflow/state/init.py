"""A new workspace: annotate.yaml, the labelling config, the guidelines, a place for articles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import UsageError
from annotate.files import write_atomic
from annotate.workspace import CONFIG_NAME, Settings, Workspace, load_workspace

_PACKAGE = Path(__file__).parents[2]
_NO_LINKS = "links: {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelConfig:
    """A labelling config that is shipped: its files in label_configs/, and what links join."""

    xml: str
    guidelines: str
    links: Mapping[str, tuple[str, str]]

    def links_yaml(self) -> str:
        """Return the setting `links` for annotate.yaml."""
        lines = [f"  {name}: [{head}, {tail}]" for name, (head, tail) in self.links.items()]
        return "\n".join(["links:", *lines]) if lines else _NO_LINKS


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


def init_workspace(
    directory: Path,
    *,
    project: str | None = None,
    articles: str = "articles",
    label_config: str = "claims",
    extra: str = "",
) -> list[Path]:
    """Write what is missing and return it; files that exist are left alone.

    `label_config` is one of `LABEL_CONFIGS`; `extra` is appended to annotate.yaml. Raises
    `UsageError` where the directory is a file or the config unknown, and `WorkspaceError` where the
    settings would be refused.
    """
    config = LABEL_CONFIGS.get(label_config)
    if config is None:
        raise UsageError(
            f"no labelling config is called {label_config!r}; there are: "
            f"{', '.join(LABEL_CONFIGS)}",
            hint="another one goes into label_configs/, and its name into annotate.yaml",
        )
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory}: is a file; a workspace is a directory")
    title = project or _title(directory)
    wanted: dict[Path, str] = {
        directory / CONFIG_NAME: (_PACKAGE / "templates" / CONFIG_NAME)
        .read_text(encoding="utf-8")
        .replace("@PROJECT@", json.dumps(title))
        .replace("@ARTICLES@", json.dumps(articles))
        .replace("@LABEL_CONFIG@", config.xml)
        .replace("@GUIDELINES@", config.guidelines)
        .replace("@LINKS@", config.links_yaml())
        + extra,
        directory / ".gitignore": "/.annotate/\n/models/\n",
        # Parts of versions are checked by their hashes: other line ends would damage them.
        directory / ".gitattributes": "/exports/** -text\n",
        directory / "articles" / ".gitkeep": "",
    }
    for name in (config.xml, config.guidelines):
        wanted[directory / "label_configs" / name] = label_config_template(name)
    written = [path for path in wanted if not path.exists()]
    for path in written:
        write_atomic(path, wanted[path])
    load_workspace(directory)
    return written


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


def _title(directory: Path) -> str:
    name = directory.resolve().name.replace("-", " ").replace("_", " ").strip()
    return name[:50] if len(name) >= 3 else "News claims"

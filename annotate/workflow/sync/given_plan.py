"""What files of predictions would do in a push or a sync, version by version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.errors import UsageError
from annotate.workflow.mirror.site import Site
from annotate.workflow.state.context import Context
from annotate.workflow.sync.given import Given, GivenVersion, read_given
from annotate.workflow.sync.push_plan import PushPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReport:
    """What becomes of one file's lines."""

    version: str
    shown: bool
    lines: int
    spans: int
    fresh: int
    """Articles that are pushed with it."""
    open: int
    """Open tasks that are there already and get it; a push gives them nothing."""
    unfit: Mapping[str, int]
    """What the labelling config cannot hold, by name."""
    twice: tuple[str, ...]
    """Articles with several lines, of which the first counts."""
    unknown: tuple[str, ...]
    """Articles that are neither among those of the run nor on the server."""
    other_text: tuple[str, ...]
    """Articles that have another text here."""
    blind: tuple[str, ...]
    """Test articles: nobody is shown predictions of them."""
    without: tuple[str, ...]
    """Articles that are pushed, or stand open, for which the file has no line."""

    def warnings(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return what is to be told of lines and articles, each with the articles' names."""
        said = {
            "have several lines; the first one counts": self.twice,
            "are not known here, and passed over": self.unknown,
            "have another text here, and are passed over": self.other_text,
            "are test articles: their lines are not sent": self.blind,
            "have no line: nothing is predicted there": self.without,
        }
        return [(what, names) for what, names in said.items() if names]

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON."""
        return {
            "model_version": self.version,
            "shown": self.shown,
            "lines": self.lines,
            "spans": self.spans,
            "pushed_with": self.fresh,
            "open_tasks": self.open,
            "left_out": dict(self.unfit),
            "twice": list(self.twice),
            "unknown": list(self.unknown),
            "other_text": list(self.other_text),
            "blind": list(self.blind),
            "without": list(self.without),
        }


def given_of(
    context: Context, paths: Sequence[Path] | None, *, show: str | None, model: str | None = None
) -> Given | None:
    """Return the files of a run, checked; `None` where there are none.

    Raises `UsageError` for what cannot go together, and what `read_given` raises.
    """
    if not paths:
        if show is not None:
            raise UsageError(
                "--show names one of several --predictions, and there are none",
                hint="for a model: annotate models use NAME, then annotate sync",
            )
        return None
    if model is not None:
        raise UsageError("give --predictions or --model, not both")
    return read_given(context, paths, show=show)


def report_given(
    site: Site, given: Given, plan: PushPlan, texts: Mapping[str, str], *, refresh: bool
) -> list[GivenReport]:
    """Compare the files with articles (`texts`: id → hash), the plan of a push and open tasks.

    `refresh` says whether tasks that are there already get predictions too.
    """
    return [
        _report(site, version, plan, texts, shown=version is given.shown, refresh=refresh)
        for version in given.versions
    ]


def _report(
    site: Site,
    given: GivenVersion,
    plan: PushPlan,
    texts: Mapping[str, str],
    *,
    shown: bool,
    refresh: bool,
) -> GivenReport:
    tasks = site.mirror.tasks
    named: dict[str, list[str]] = {what: [] for what in ("unknown", "other_text", "blind")}
    fresh: Counter[bool] = Counter()
    for key in given.places:
        if (placed := plan.to_send.get(key)) is not None:
            fresh[placed.blind] += 1
            if placed.blind:
                named["blind"].append(key.article_id)
        elif held := tasks.of(key):
            if any(task.split == "test" for task in held):
                named["blind"].append(key.article_id)
        elif texts.get(key.article_id) == key.text_sha256:
            continue  # the server has its text under another id: the push tells
        else:
            known = key.article_id in texts or tasks.of_article(key.article_id)
            named["other_text" if known else "unknown"].append(key.article_id)
    bare = [key for key, to in plan.to_send.items() if not to.blind and key not in given.places]
    takes = 0
    if refresh:
        for ids in tasks.lacking(given.version, without=()):
            keys = [task.key for i in ids if (task := tasks.get(i)) is not None and task.key]
            takes += sum(key in given.places for key in keys)
            bare += [key for key in keys if key not in given.places]
    return GivenReport(
        version=given.version,
        shown=shown,
        lines=len(given.places),
        spans=given.spans,
        fresh=fresh[False],
        open=takes,
        unfit=dict(given.unfit),
        twice=given.twice,
        without=tuple(key.article_id for key in bare),
        unknown=tuple(named["unknown"]),
        other_text=tuple(named["other_text"]),
        blind=tuple(named["blind"]),
    )

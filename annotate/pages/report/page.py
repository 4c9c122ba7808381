"""Sections as one page: no script, no network, light and dark, and as good on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate.colours import label_colours
from annotate.labels import LabelScheme
from annotate.pages.environment import render
from annotate.pages.report import charts
from annotate.pages.report.agreement import (
    agreement_section,
    differences_section,
    hardest_section,
)
from annotate.pages.report.corrections import (
    bias_section,
    calibration_section,
    corrections_section,
)
from annotate.pages.report.models import models_section
from annotate.pages.report.parts import Bars, Section
from annotate.pages.report.work import mix_section, people_section, progress_section
from annotate.workflow.learning.report import WorkReport


def report_page(found: WorkReport, scheme: LabelScheme, *, title: str) -> tuple[list[Section], str]:
    """Return the sections of a report, and the page that they make."""
    labels = scheme.span_labels
    sections = [
        progress_section(found),
        people_section(found),
        agreement_section(found.agreement),
        differences_section(found.differences, labels),
        mix_section(found, labels),
        corrections_section(found.corrections),
        calibration_section(found.corrections),
        bias_section(found.bias),
        models_section(found),
        hardest_section(found.hardest),
    ]
    there = [section for section in sections if section is not None]
    about = [f"{found.export}, made {found.created_at}"]
    page = sections_page(title, there, labels=labels, colours=scheme.colours, about=about)
    return there, page


def sections_page(
    title: str,
    sections: Sequence[Section],
    *,
    labels: Sequence[str],
    colours: Mapping[str, str],
    about: Sequence[str] = (),
) -> str:
    """Return the page; `colours` are the labelling config's, by label.

    `about` stands under the title: what it was made of.
    """
    return render(
        "report.html.j2",
        label_colours=list(label_colours(list(labels), colours).values()),
        places={label: number for number, label in enumerate(labels)},
        title=title,
        about=list(about),
        sections=list(sections),
        charts=charts,
        is_bars=lambda chart: isinstance(chart, Bars),
    )

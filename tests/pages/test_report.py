import csv
import re
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

import pytest
from export_lines import export_line
from typer import Exit

from annotate.cli.commands.agreement import agreement as agreement_command
from annotate.cli.commands.bias import bias as bias_command
from annotate.cli.commands.corrections import corrections as corrections_command
from annotate.cli.commands.report import report as report_command
from annotate.cli.commands.status import status as status_command
from annotate.errors import UsageError
from annotate.pages.report.charts import bars, dots, round_ticks
from annotate.pages.report.files import require_tables, write_tables
from annotate.pages.report.models import curve_section
from annotate.pages.report.page import report_page, sections_page
from annotate.pages.report.parts import Bars, Chart, Column, Passage, Point, Section, Table
from annotate.workflow.learning.curve import Point as Sized
from annotate.workflow.learning.report import report_work

TEXT = "Officials said the bridge may close. =SUM(A1) said nobody."
NAMES = ("Claim", "Source", "Hedge")


def _line(name, *people, **changes):
    """Return an article that people annotated: (pseudonym, spans), each on a day of its own."""
    line = export_line(name, TEXT, tasks=(7,))
    annotations = tuple(
        replace(
            export_line(name, TEXT, spans).annotations[0],
            annotator=who,
            annotation_id=str(number),
            labels=NAMES,
            prediction_shown=None,
            updated_at=f"2026-03-{number + 1:02}T10:00:00Z",
            lead_time=30.0 * (number + 1),
        )
        for number, (who, spans) in enumerate(people)
    )
    return replace(line, annotations=annotations, blind=True, **changes)


CLAIM, HEDGE = (15, 35, "Claim"), (26, 29, "Hedge")


@pytest.fixture
def report(context):
    """The report of a version with these lines."""

    def make(*lines):
        context.versions.write(list(lines), about={"id": 3, "title": "t", "created_at": "x"})
        return report_work(context)

    return make


def _page(context, found):
    return report_page(found, context.scheme, title="News")


def test_the_page_tells_how_the_work_stands(context, report):
    """Progress, people, agreement, differences, the mix and the hardest article; no network."""
    found = report(
        _line("a", ("ada", (CLAIM, HEDGE)), ("ben", ((15, 29, "Claim"), HEDGE))),
        _line("b", ("ada", (CLAIM,))),
        _line("c"),
    )
    assert (found.articles, found.annotated, found.splits) == (3, 2, {"train": (3, 2)})
    assert [day.done for day in found.progress.days] == [2, 3]
    assert found.decided == {"latest": 1}
    ada, ben = found.people
    assert (ada.annotations, ada.others, ben.median_seconds) == (2, 0.5, 60.0)
    sections, page = _page(context, found)
    assert [section.name for section in sections] == [
        *("progress", "people", "agreement", "differences", "mix", "corrections", "hardest"),
    ]
    for said in ("2 of 3 articles are annotated", "a row a person", "the bridge may", "task 7"):
        assert said in page
    assert not re.search(r"<script|https?://(?!www\.w3\.org)|@import|url\(", page)


def test_of_many_differences_the_first_are_shown_and_the_others_counted(context, report):
    """Nobody takes six marks for all of them; text runs as its script does."""
    many = [(n, n + 1, "Hedge") for n in range(20)]
    _, page = _page(context, report(_line("a", ("ada", many), ("ben", ()))))
    assert "a, 20 marks, the first 6 of them, task 7" in page
    assert page.count("<mark") == 6
    assert 'class="story" dir="auto"' in page


def test_two_runs_give_the_same_bytes(context, report):
    """The page hangs on the version alone."""
    found = report(_line("a", ("ada", (CLAIM,)), ("ben", (HEDGE,))))
    assert _page(context, found)[1] == _page(context, report_work(context))[1]


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (_line("a"),),
        (_line("a", ("ada", ())),),
        (_line("a", ("ada", ()), ("ben", ())), _line("b", ("ada", (CLAIM,)), ("ben", (CLAIM,)))),
        (_line("a", ("ada", [(n, n + 1, "Hedge") for n in range(50)])),),
    ],
)
def test_degenerate_work_has_a_page(context, report, lines):
    """Nothing, nobody, nothing marked, all alike: dashes and words, no error."""
    _, page = _page(context, report(*lines))
    assert "nan" not in re.sub(r"<style>.*</style>", "", page, flags=re.DOTALL).lower().split()


def test_text_of_articles_is_no_markup():
    """Passages, cells and titles are escaped; a label that nobody knows has no colour."""
    section = Section(
        name="s",
        title="<b>s</b>",
        tables=(
            Table(
                name="t", title="<i>t</i>", columns=(Column("a", "A"),), rows=(("<img src=x>",),)
            ),
        ),
        passages=(Passage(title="p", pieces=(("<script>", "Claim"), ("x", "Other"))),),
    )
    page = sections_page("t", [section], labels=["Claim"], colours={})
    assert "<script>" not in page
    assert "<img" not in page
    assert "&lt;img src=x&gt;" in page
    assert page.count("<mark") == 1


def test_every_table_is_a_file_and_the_next_run_replaces_them(context, report, tmp_path):
    """Also where columns have changed; what is no longer made goes; other files stop it."""
    found = report(_line("a", ("=ada", (CLAIM,)), ("ben", (CLAIM,))))
    sections, _ = _page(context, found)
    directory = tmp_path / "tables"
    tables = [table for section in sections for table in section.tables]
    assert write_tables(directory, tables) > 0
    with (directory / "people.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["annotator"] for row in rows] == ["'=ada", "ben"]
    write_tables(directory, [replace(tables[0], columns=(Column("x", "X"),), rows=((1,),))])
    assert {path.name for path in directory.iterdir()} == {
        "made-by-annotate.txt",
        f"{tables[0].name}.csv",
    }
    require_tables(directory, context.workspace, overwrite=False)
    (directory / "mine.csv").write_text("")
    with pytest.raises(UsageError, match=r"mine\.csv"):
        require_tables(directory, context.workspace, overwrite=False)


def test_the_command_writes_page_and_tables(context, report, monkeypatch, tmp_path, capsys):
    """Beside the page, under its name; a page of somebody else is not replaced."""
    report(_line("a", ("ada", (CLAIM,))))
    monkeypatch.chdir(context.workspace.root)
    out = tmp_path / "r.html"
    report_command(output=out)
    assert (tmp_path / "r-tables" / "people.csv").is_file()
    assert "wrote" in capsys.readouterr().out
    report_command(output=out)
    out.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        report_command(output=out)


def test_other_commands_write_their_findings_as_the_same_kind_of_page(
    context, report, monkeypatch, tmp_path
):
    """agreement, corrections and bias take --html; somebody else's file is not replaced."""
    report(_line("a", ("ada", (CLAIM,)), ("ben", (HEDGE,))))
    monkeypatch.chdir(context.workspace.root)
    for run, said in (
        (agreement_command, "exact F1 of two"),
        (corrections_command, "<h1>Corrections"),
        (bias_command, "Are people pulled"),
        (status_command, "annotate sync would stop: "),
    ):
        page = tmp_path / "page.html"
        with suppress(Exit):  # without a server a sync would stop
            run(html=page)
        assert said in page.read_text(encoding="utf-8")
        page.write_text("mine")
        with pytest.raises(UsageError, match="is there already"):
            run(html=page)
        page.unlink()


def test_a_learning_curve_is_a_chart_and_a_table():
    """Every size with the mean of its seeds; one without a score is in the table alone."""
    split = SimpleNamespace(test=[1, 2], version=SimpleNamespace(name="0001-a"))
    plan = SimpleNamespace(split=split, reason="only 2 articles give ground")
    sizes = [Sized(articles=0, scores=(0.5,)), Sized(articles=10, scores=(0.6, 0.8))]
    section = curve_section(plan, [*sizes, Sized(articles=20, scores=(None, None))])
    (chart,), (table,) = section.charts, section.tables
    assert [point.y for point in chart.points] == [0.5, 0.7]
    assert chart.points[1].low < 0.6
    assert chart.points[1].high > 0.8
    assert [row[0] for row in table.rows] == [0, 10, 20]
    assert "Only 2 articles give ground." in section.paragraphs


def test_points_and_bars_stand_where_they_belong():
    """The highest value on top, intervals around their point, one bar of full height."""
    chart = Chart(
        title="t",
        x=(0, 10),
        y=(0, 1),
        x_ticks=(),
        y_ticks=(),
        points=(Point(0, 0, "a"), Point(10, 1, "b", low=0.5, high=1.0)),
    )
    first, last = dots(chart)
    assert (first.x, first.y, last.x, last.y) == (0, 240, 560, 0)
    assert (last.low, last.high) == (120, 0)
    assert [bar.height for bar in bars(Bars(title="t", bars=(("a", 2), ("b", 1), ("c", 0))))] == [
        *(240, 120, 0)
    ]
    flat = replace(chart, x=(3, 3), points=(Point(3, 1, "a"),))
    assert dots(flat)[0].x == 0


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 17), (-0.031, 0.002), (0, 12345), (5, 5)])
def test_ticks_are_round_and_within(low, high):
    """A handful, in order."""
    ticks = round_ticks(low, high)
    assert ticks == sorted(ticks)
    assert 1 <= len(ticks) <= 8
    assert all(low <= tick <= high for tick in ticks)


def test_a_column_says_its_cells():
    """Shares as percent, differences with a sign, nothing as a dash among numbers."""
    assert Column("a", "A", "share").shown(0.123) == "12.3"
    assert Column("a", "A", "points").shown(-0.01) == "-1.0"
    assert Column("a", "A", "count").shown(None) == "–"
    assert Column("a", "A", "decimal").shown(1234.56) == "1,234.6"
    assert Column("a", "A").shown(None) == ""

"""What a restore says of what it leaves where it is."""

from types import SimpleNamespace

import pytest

from annotate.cli.output.care import show_restore_plan
from annotate.workflow.maintenance.restore import RestorePlan


@pytest.mark.parametrize(("adopted", "told"), [(0, False), (2, True)])
def test_work_read_from_files_is_told_to_stay(capsys, adopted, told):
    """Whoever restores such a version hears that no server gets these annotations."""
    plan = RestorePlan(
        version=SimpleNamespace(name="0001-abc"),
        title="claims",
        project=None,
        articles=3,
        annotations=4,
        adopted=adopted,
        absent=(),
    )
    show_restore_plan(plan, json_=False)
    out, err = capsys.readouterr()
    assert "would restore 3 articles with 4 annotations" in " ".join(out.split())
    assert ("2 annotations read from files" in " ".join(err.split())) is told

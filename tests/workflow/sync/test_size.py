from types import SimpleNamespace

import pytest

from annotate.errors import UsageError
from annotate.workflow.sync.push_plan import PushPlan
from annotate.workflow.sync.size import MANY_TASKS, MOST_TASKS, check_size


def _plan(present, unanswered, to_send):
    return PushPlan(
        project=None,
        title="archive",
        model=SimpleNamespace(version="rules"),
        to_send=range(to_send),
        present=present,
        unanswered=unanswered,
    )


def test_a_large_project_is_told_and_a_larger_one_refused():
    """By what it would have in the end; who pushes nothing is not bothered."""
    assert check_size(_plan(MANY_TASKS - 3, 1, 2), yes=False) is None
    assert check_size(_plan(10 * MOST_TASKS, 0, 0), yes=False) is None
    told = check_size(_plan(MANY_TASKS - 3, 1, 3), yes=False)
    assert told.startswith("archive: gets 50,001 tasks")
    assert check_size(_plan(MOST_TASKS - 1, 0, 1), yes=False) is not None
    with pytest.raises(UsageError, match="would have 100,001 tasks") as caught:
        check_size(_plan(MOST_TASKS - 1, 1, 1), yes=False)
    assert "--yes" in caught.value.hint
    assert check_size(_plan(MOST_TASKS, 0, 1), yes=True).startswith("archive: gets 100,001")

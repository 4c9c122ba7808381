"""The Data Manager's list of tasks: filters, order, pages, totals."""

import pytest

from contract.sides import task


@pytest.fixture
def filled(studio):
    """Return a project of six tasks, the third annotated and the fourth skipped, and their ids."""
    project = studio.project()
    ids = studio.put(
        project, *(task(n, queue=f"{9 - n:03d}", lane=f"({n % 2})", rank=n) for n in range(6))
    )
    studio.owner.client.annotate(ids[2], [])
    studio.owner.client.annotate(ids[3], [], cancelled=True)
    return project, ids


def _places(studio, project, ids, *items, **settings):
    status, answer = studio.listed(project, *items, **settings)
    assert status == 200, answer
    assert answer["total"] >= len(answer["tasks"])
    return [ids.index(found["id"]) for found in answer["tasks"]]


@pytest.mark.parametrize(
    ("field", "operator", "value", "places"),
    [
        ("id", "greater", 3, [4, 5]),
        ("id", "less", 2, [0, 1]),
        ("id", "greater_or_equal", 4, [4, 5]),
        ("id", "less_or_equal", 1, [0, 1]),
        ("id", "equal", 4, [4]),
        ("id", "not_equal", 4, [0, 1, 2, 3, 5]),
        ("id", "nonsense", 4, [4]),
    ],
)
def test_tasks_are_found_by_id(studio, filled, field, operator, value, places):
    """An operator that Label Studio does not know means `equal`."""
    project, ids = filled
    assert _places(studio, project, ids, (field, operator, ids[value])) == places


@pytest.mark.parametrize(
    ("item", "places"),
    [
        (("data.article_id", "equal", "a3"), [3]),
        (("data.article_id", "equal", "A3"), []),
        (("data.article_id", "not_equal", "a3"), [0, 1, 2, 4, 5]),
        (("data.article_id", "contains", "A"), [0, 1, 2, 3, 4, 5]),
        (("data.article_id", "not_contains", "a1"), [0, 2, 3, 4, 5]),
        (("data.article_id", "in_list", ["a1", "a5", "b"]), [1, 5]),
        (("data.article_id", "nonsense", "a3"), [3]),
        (("data.lane", "contains", "(1)"), [1, 3, 5]),
        (("data.nothing", "equal", "a3"), []),
        (("data.rank", "greater", 3), [4, 5]),
        (("data.rank", "equal", "3"), []),
        (("total_annotations", "greater", 0), [2]),
        (("cancelled_annotations", "greater", 0), [3]),
        (("is_labeled", "equal", True), [2]),
        (("draft_exists", "equal", True), []),
        (("draft_exists", "equal", False), [0, 1, 2, 3, 4, 5]),
    ],
)
def test_tasks_are_found_by_what_they_hold(studio, filled, item, places):
    """`equal` looks at case and type, `contains` at neither."""
    project, ids = filled
    assert _places(studio, project, ids, item) == places


def test_filters_are_joined(studio, filled):
    """Several filters hold together."""
    project, ids = filled
    items = [("id", "greater", ids[0]), ("id", "less", ids[4]), ("data.lane", "equal", "(1)")]
    assert _places(studio, project, ids, *items) == [1, 3]


def test_ids_are_found_in_a_list(studio, filled):
    """Ids that are not there are passed over, and an empty list finds nothing."""
    project, ids = filled
    assert _places(studio, project, ids, ("id", "in_list", [ids[4], 99_999_999, ids[1]])) == [1, 4]
    assert _places(studio, project, ids, ("id", "in_list", [])) == []


def test_stamps_are_compared_to_the_microsecond(studio, filled):
    """`greater_or_equal` has the task of that very stamp, `greater` and `less` have not."""
    project, ids = filled
    stamp = studio.task(ids[2])["updated_at"]
    for operator, places in (
        ("greater_or_equal", [2, 3]),
        ("greater", [3]),
        ("less", [0, 1, 4, 5]),
        ("less_or_equal", [0, 1, 2, 4, 5]),
    ):
        assert _places(studio, project, ids, ("updated_at", operator, stamp)) == places, operator


@pytest.mark.parametrize(
    "value", ["2026-01-01T00:00:00+00:00Z", "2026-01-01Z", "2026-01-01T00:00:00Z"]
)
def test_other_ways_to_write_a_time_are_an_error(studio, filled, value):
    """The fraction and the Z must be there."""
    status, answer = studio.listed(filled[0], ("updated_at", "greater", value))
    assert (status, "does not match format" in answer["detail"]) == (500, True)


@pytest.mark.parametrize("name", ["nonsense", "data"])
def test_a_field_that_is_not_there_is_an_error(studio, filled, name):
    """Neither a filter nor an ordering may name what tasks have not, but for their data."""
    if name == "data":
        assert studio.listed(filled[0], ordering=("tasks:data.nothing",))[0] == 200
        return
    assert studio.listed(filled[0], (name, "equal", 1))[0] == 500
    assert studio.listed(filled[0], ordering=(f"tasks:{name}",))[0] == 500


@pytest.mark.parametrize(
    ("ordering", "places"),
    [
        (("tasks:id",), [0, 1, 2, 3, 4, 5]),
        (("-tasks:id",), [5, 4, 3, 2, 1, 0]),
        (("tasks:data.queue",), [5, 4, 3, 2, 1, 0]),
        (("-tasks:data.queue",), [0, 1, 2, 3, 4, 5]),
        (("tasks:data.lane",), [0, 2, 4, 1, 3, 5]),
        (("tasks:data.lane", "-tasks:id"), [0, 2, 4, 1, 3, 5]),
        (("tasks:updated_at",), [0, 1, 4, 5, 2, 3]),
        (("tasks:completed_at",), [2, 0, 1, 3, 4, 5]),
        (("-tasks:total_annotations",), [2, 0, 1, 3, 4, 5]),
        ((), [0, 1, 2, 3, 4, 5]),
    ],
)
def test_the_first_ordering_counts(studio, filled, ordering, places):
    """What is alike stands by id; what has no value, last."""
    project, ids = filled
    assert _places(studio, project, ids, ordering=ordering) == places


def test_data_of_several_types_has_an_order(studio):
    """Numbers come first, then texts, with `null` and `true` among them, then what is lacking."""
    project = studio.project()
    values = [None, 1, "x", "Z", "a", True, 2.5, "10", "9"]
    ids = studio.put(project, *(task(n, mixed=v) for n, v in enumerate(values)), task(9))
    up = _places(studio, project, ids, ordering=("tasks:data.mixed",))
    assert up == [1, 6, 7, 8, 3, 4, 0, 5, 2, 9]
    down = _places(studio, project, ids, ordering=("-tasks:data.mixed",))
    assert down == [2, 5, 0, 4, 3, 8, 7, 6, 1, 9]


def test_a_page_past_the_end_is_not_found(studio, filled):
    """Only the first page may be empty; the total is that of all pages."""
    project, ids = filled
    assert _places(studio, project, ids, page=2, page_size=4) == [4, 5]
    status, answer = studio.listed(project, page=1, page_size=4)
    assert (status, answer["total"], len(answer["tasks"])) == (200, 6, 4)
    for page in (3, 0, "x"):
        status, answer = studio.listed(project, page=page, page_size=4)
        assert (status, answer["detail"]) == (404, "Invalid page.")
    none = ("id", "greater", 99_999_999)
    assert studio.listed(project, none)[1]["total"] == 0
    assert studio.listed(project, none, page=2)[0] == 404


@pytest.mark.parametrize("size", [-1, 0])
def test_a_senseless_page_size_means_a_hundred(studio, filled, size):
    """It is not everything, and no error."""
    project, _ = filled
    studio.put(project, *(task(n) for n in range(96)))
    answer = studio.listed(project, page_size=size)[1]
    assert (answer["total"], len(answer["tasks"])) == (102, 100)


def test_totals_count_what_the_filter_finds(studio, filled):
    """Skipped annotations are not among them."""
    project, ids = filled
    answer = studio.listed(project)[1]
    assert (answer["total"], answer["total_annotations"], answer["total_predictions"]) == (6, 1, 0)
    answer = studio.listed(project, ("id", "greater", ids[2]))[1]
    assert (answer["total"], answer["total_annotations"]) == (3, 0)


def test_a_list_names_authors_by_id_a_task_whole(studio, filled):
    """`completed_by` is a number in lists and a record in a single task."""
    project, ids = filled
    (listed,) = studio.owner.client.tasks_by_id(project, [ids[2]])
    by = listed["annotations"][0]["completed_by"]
    whole = studio.task(ids[2])["annotations"][0]["completed_by"]
    assert (whole["id"], whole["email"]) == (by, studio.owner.email)


def test_the_client_reads_every_task_once(studio):
    """Pages that begin after the last id of the one before have all tasks, whole, in order."""
    project = studio.project()
    ids = studio.put(project, *(task(n) for n in range(205)))
    client = studio.owner.client
    assert [found["id"] for found in client.tasks(project)] == ids
    assert [stamp.task_id for stamp in client.stamps(project)] == ids
    assert all(stamp.as_imported for stamp in client.stamps(project))
    wanted = [*ids[::7], 99_999_999]
    assert [found["id"] for found in client.tasks_by_id(project, wanted)] == ids[::7]
    assert [found["data"]["article_id"] for found in client.outlines(project)][:2] == ["a0", "a1"]

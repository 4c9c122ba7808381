"""Files of predictions in a push and a sync: what is sent, shown, told and refused."""

import json
from copy import deepcopy

import pytest
from comparer import check_all
from double.fixtures import MODEL
from double.trials import break_each_request, hurry, prepare
from stories import all_versions, mark, story, task_of, write_stories

from annotate.errors import InputError, UsageError
from annotate.workflow.sync.given import read_given
from annotate.workflow.sync.given_plan import given_of, report_given
from annotate.workflow.sync.given_push import push_others
from annotate.workflow.sync.push import apply_push, plan_push
from annotate.workflow.sync.sync import apply_sync, plan_sync

pytestmark = pytest.mark.usefixtures("trivial_models")

CLAIM = {"start": 0, "end": 7, "label": "Claim", "score": 0.5}


def _line(number, version, *, spans=(CLAIM,), text=None, **fields):
    article = {"article_id": f"n{number}", "text": text or story(number)}
    return {**article, "spans": list(spans), "model_version": version, **fields}


def write_predictions(site, version, numbers, **fields):
    """Write a file of predictions and return its path."""
    path = site.root / f"{version}.jsonl"
    lines = [line if isinstance(line, dict) else _line(line, version, **fields) for line in numbers]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def _predictions(site, number):
    """Return the predictions of a story's task, as the server's list has them."""
    tasks = [t for t in site.raw_tasks() if t["data"]["article_id"] == f"n{number}"]
    return tasks[-1]["predictions"]


def _push(site, *paths, show=None):
    given = read_given(site, paths, show=show)
    articles = site.articles()
    plan = plan_push(site, articles.articles, given.shown)
    (*_, report) = report_given(site, given, plan, articles.hashes, refresh=False)
    result = apply_push(site, plan, articles.articles)
    return result, report, push_others(site, given, plan)


def _sync(site, *paths, show=None, articles=None):
    given = read_given(site, paths, show=show)
    articles = site.articles()
    plan = plan_sync(site, articles.articles, given.shown, given=given)
    reports = report_given(site, given, plan.push, articles.hashes, refresh=True)
    return plan, reports, apply_sync(site, articles.articles, plan)


def _shown(site):
    return site.project().model_version


def test_a_push_sends_the_predictions_of_a_file(studio, site):
    """Articles with a line are pre-labelled by it, blind ones not, and others stand without."""
    write_stories(site, range(5))
    done, report, _ = _push(site, write_predictions(site, "gliner-1", [0, 1, 2, 3]))
    assert (done.pushed, done.blind, done.without, done.spans) == (5, 1, 1, 3)
    assert (done.shown, _shown(site)) == ("gliner-1", "gliner-1")
    assert [all_versions(site, i) for i in range(5)] == [
        ["gliner-1"],
        ["gliner-1"],
        [],
        ["gliner-1"],
        [],
    ]
    assert (report.blind, report.without) == (("n2",), ("n4",))
    assert task_of(site, 4)["data"]["prelabelled"] is False  # shown nothing, and not blind
    (prediction,) = _predictions(site, 0)
    assert prediction["score"] == 0.5
    site.pull()
    check_all(studio, site)


def test_several_files_are_several_predictions_of_which_one_is_shown(site):
    """The last file's is shown, or the one that is named; every task has all of them."""
    write_stories(site, range(4))
    one = write_predictions(site, "one", range(4))
    two = write_predictions(site, "two", [0, 1])
    done, _, others = _push(site, one, two, show="one")
    assert (done.shown, _shown(site)) == ("one", "one")
    assert [(other.model_version, other.refreshed) for other in others] == [("two", 2)]
    assert [all_versions(site, i) for i in range(4)] == [["one", "two"]] * 2 + [[], ["one"]]
    ids = {region["id"] for p in _predictions(site, 0) for region in p["result"]}
    assert len(ids) == 2  # a region tells whose prediction it came with
    assert read_given(site, [one, two]).shown.version == "two"


def test_an_annotation_knows_which_of_several_predictions_was_shown(site, person):
    """What a pull brings names the version that the person has corrected."""
    write_stories(site, range(2))
    paths = [write_predictions(site, version, range(2)) for version in ("one", "two")]
    _push(site, *paths)
    task = task_of(site, 0)
    shown = next(p for p in _predictions(site, 0) if p["model_version"] == "two")
    person("ada").annotate(task["id"], shown["result"], parent_prediction=shown["id"])
    version = site.pull().version
    (annotation,) = next(line for line in site.versions.load(version).values()).annotations
    assert annotation.prediction_shown == "two"


def test_a_sync_brings_them_to_open_tasks(site, person):
    """Tasks that nobody has touched get them; then annotators see the last file's."""
    write_stories(site, range(5))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [mark()])
    one, two = (write_predictions(site, v, [0, 1, 3, 4]) for v in ("one", "two"))
    plan, reports, done = _sync(site, one, two)
    assert (plan.lacking, plan.switch) == (6, True)
    assert [report.open for report in reports] == [3, 3]
    assert [(r.model_version, r.refreshed) for r in (*done.others, done.refresh)] == [
        ("one", 3),
        ("two", 3),
    ]
    assert (done.refresh.switched, done.refresh.before, _shown(site)) == (True, MODEL, "two")
    assert [all_versions(site, i) for i in (0, 1, 2)] == [[MODEL], [MODEL, "one", "two"], []]
    plan, _, done = _sync(site, one, two)
    assert (plan.lacking, plan.switch, done.refresh.refreshed) == (0, False, 0)
    # A sync without files is the model's again.
    assert site.sync().refresh.switched
    assert _shown(site) == MODEL


def test_a_first_sync_sends_all_files(site):
    """Where there is no project yet, new tasks get the predictions that are not shown as well."""
    write_stories(site, range(2))
    _, _, done = _sync(site, *(write_predictions(site, v, range(2)) for v in ("one", "two")))
    assert [other.refreshed for other in done.others] == [2]
    assert [all_versions(site, i) for i in range(2)] == [["two", "one"]] * 2
    assert _shown(site) == "two"


def test_what_a_file_lacks_keeps_the_version_that_is_shown(site):
    """Annotators would see nothing on those tasks: they do where the version is named."""
    write_stories(site, range(4))
    site.push()
    path = write_predictions(site, "one", [0, 1])
    plan, (report,), done = _sync(site, path)
    assert report.without == ("n3",)
    assert (plan.switch, done.refresh.switched, done.refresh.left) == (False, False, 1)
    assert _shown(site) == MODEL
    plan, _, done = _sync(site, path, show="one")
    assert (plan.switch, done.refresh.switched, _shown(site)) == (True, True, "one")


def test_lines_that_cannot_be_used_are_told_by_article(site):
    """Unknown articles, other texts and repeated lines are passed over, and the rest is sent."""
    write_stories(site, range(2))
    path = write_predictions(
        site, "one", [0, 0, 7, _line(1, "one", text="Another text altogether.")]
    )
    done, report, _ = _push(site, path)
    assert (done.pushed, done.without, done.spans) == (2, 1, 1)
    assert report.twice == ("n0",)
    assert report.unknown == ("n7",)
    assert report.other_text == ("n1",)
    assert report.without == ("n1",)
    assert [names for _, names in report.warnings()] == [("n0",), ("n7",), ("n1",), ("n1",)]


def test_what_the_labelling_config_cannot_hold_is_counted(site):
    """Labels, choices and links that it has not go; spans that repeat another are one."""
    write_stories(site, [0])
    spans = [
        {**CLAIM, "id": "a"},
        {**CLAIM, "id": "b"},
        {"start": 0, "end": 3, "label": "Person", "id": "c"},
        {"start": 8, "end": 12, "label": "Source", "id": "d", "attributes": {"mood": "low"}},
    ]
    links = [
        {"head": "a", "tail": "d", "label": "attributed_to"},
        {"head": "b", "tail": "d", "label": "attributed_to"},
        {"head": "a", "tail": "c", "label": "attributed_to"},
        {"head": "a", "tail": "d", "label": "blames"},
    ]
    done, report, _ = _push(site, write_predictions(site, "one", [0], spans=spans, links=links))
    assert done.spans == report.spans == 2
    assert (
        done.left_out
        == report.unfit
        == {
            "label Person": 1,
            "choice mood": 1,
            "Claim marked twice at one place": 1,
            "link attributed_to of a span that was left out": 1,
            "link blames": 1,
        }
    )
    result = _predictions(site, 0)[0]["result"]
    assert [item["type"] for item in result] == ["labels", "labels", "relation"]


def test_renamed_labels_are_read_under_their_names_of_now(site):
    """The workspace's aliases hold for files as for models."""
    site.configure("aliases: {Statement: Claim}\n")
    write_stories(site, [0])
    done, _, _ = _push(
        site, write_predictions(site, "one", [0], spans=[{**CLAIM, "label": "Statement"}])
    )
    assert (done.spans, done.left_out) == (1, {})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (_line(0, None), "line has no model_version"),
        (_line(0, "other"), "'other', and 'one' in lines before"),
        (_line(0, "one", spans=[{"start": 5, "end": 5000, "label": "Claim"}]), "5000"),
        (_line(0, "one", text_sha256="0" * 64), "the text was changed"),
    ],
)
def test_a_file_that_is_no_set_of_predictions_is_refused(site, line, said):
    """File and line are named: a missing or a second version, offsets and hashes that cannot be."""
    write_stories(site, [0, 1])
    path = write_predictions(site, "one", [1, line])
    with pytest.raises(InputError, match=rf"one\.jsonl:2: .*{said}"):
        read_given(site, [path])


def test_files_that_do_not_go_together_are_refused(site, tmp_path):
    """Two of one version, an empty one, one that is not there, an unknown --show, a model too."""
    write_stories(site, [0])
    one = write_predictions(site, "one", [0])
    again = tmp_path / "again.jsonl"
    again.write_text(one.read_text())
    with pytest.raises(InputError, match=r"again\.jsonl: model_version is 'one' in .*one\.jsonl"):
        read_given(site, [one, again])
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(InputError, match="holds no predictions"):
        read_given(site, [tmp_path / "empty.jsonl"])
    with pytest.raises(InputError, match="cannot be read"):
        read_given(site, [tmp_path / "none.jsonl"])
    with pytest.raises(UsageError, match="--show two: the files hold one"):
        read_given(site, [one], show="two")
    with pytest.raises(UsageError, match="not both"):
        given_of(site, [one], show=None, model="rules")
    with pytest.raises(UsageError, match="--show names one of several"):
        given_of(site, [], show="one")
    assert given_of(site, None, show=None) is None


def test_a_file_that_changes_meanwhile_stops_the_push(site):
    """What is sent is what was checked."""
    write_stories(site, [0])
    path = write_predictions(site, "one", [0])
    given = read_given(site, [path])
    path.write_text(path.read_text().replace("one", "two"))
    with pytest.raises(InputError, match="changed meanwhile"):
        list(given.shown.predict(site.articles().articles))


def test_a_plan_with_files_writes_nothing(studio, site):
    """A dry run tells what the sync then does."""
    write_stories(site, range(3))
    site.push()
    before = deepcopy(studio.state)
    given = read_given(site, [write_predictions(site, "one", range(3))])
    with site.tried() as tried:
        plan = plan_sync(tried, tried.articles().articles, given.shown, given=given)
    assert studio.state == before
    assert (plan.lacking, plan.switch) == (2, True)


def test_a_sync_with_files_that_breaks_anywhere_ends_alike(studio, site, person):
    """Broken at each request and run again: one prediction a version and task, the last one shown."""

    def build(studio, site, person):
        hurry(studio, site)
        write_stories(site, range(3))
        site.push()
        write_stories(site, range(4))
        for version in ("one", "two"):
            write_predictions(site, version, range(4))

    site = prepare(studio, site, build, person)
    paths = [site.root / "one.jsonl", site.root / "two.jsonl"]

    def look():
        assert _shown(site) == "two"
        found = [sorted(all_versions(site, number)) for number in range(4)]
        assert found == [["one", MODEL, "two"]] * 2 + [[], ["one", "two"]]

    break_each_request(studio, site, lambda: _sync(site, *paths), look)

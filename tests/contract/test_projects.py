"""Projects, model versions and labelling configs."""

import re

import pytest

from annotate.errors import StudioRefusedError
from contract.sides import CONFIG, choice, region, task

NO_HEDGE = CONFIG.replace('<Label value="Hedge"/>', "")
NOT_NAMED = CONFIG.replace('<Choice value="named"/>', "")
NO_CHOICES = re.sub("<Choices.*</Choices>", "", CONFIG)
NO_HEDGES = CONFIG.replace('<Relation value="hedges"/>', '<Relation value="doubts"/>')
RENAMED = CONFIG.replace('name="label"', 'name="other"')
OTHER_TEXT = CONFIG.replace('"text"', '"body"')
OTHER_KEY = CONFIG.replace("$text", "$body")
LINK = {"type": "relation", "from_id": "x", "to_id": "y", "labels": ["hedges"]}


def test_a_new_project_is_found_among_all(studio):
    """Newest first, over several pages, with what the client reads."""
    made = [studio.project(title=f"Contract {n}") for n in range(3)]
    found = [p.project_id for p in studio.owner.client.projects()]
    assert found[:3] == made[::-1]
    status, answer = studio.owner("GET", "/api/projects/", page=1, page_size=2)
    assert (status, len(answer["results"]), answer["count"]) == (200, 2, len(found))
    assert answer["next"]
    assert answer["previous"] is None
    assert studio.owner("GET", "/api/projects/", page=1000, page_size=2)[0] == 404


def test_only_a_version_with_predictions_can_be_shown(studio):
    """Until they are there the project refuses; a version whose last one is gone it keeps."""
    project, (number,) = studio.filled(1)
    client = studio.owner.client
    assert client.set_model_version(project, "m2") is False
    assert studio.numbers(project).model_version != "m2"
    client.import_predictions(project, [{"task": number, "model_version": "m2", "result": []}])
    assert client.set_model_version(project, "m2") is True
    assert studio.numbers(project).model_version == "m2"
    for prediction in studio.task(number)["predictions"]:
        client.delete_prediction(prediction["id"])
    assert studio.numbers(project).model_version == "m2"
    client.set_model_version(project, "m2")
    client.set_model_version(project, "")
    assert studio.numbers(project).model_version is None


def test_deleting_a_project_takes_everything(studio):
    """Its tasks are gone with it, and its number is not given again."""
    project, ids = studio.filled(2)
    assert studio.owner("DELETE", f"/api/projects/{project}/")[0] == 204
    assert studio.owner("GET", f"/api/tasks/{ids[0]}/")[0] == 404
    assert studio.owner("GET", f"/api/projects/{project}/")[0] == 404
    assert studio.project() > project


@pytest.fixture
def used(studio):
    """Return a project with two annotations that use everything."""
    project, ids = studio.filled(2)
    for number in ids:
        studio.owner.client.annotate(number, [region("Hedge"), choice(), LINK])
    return project


@pytest.mark.parametrize("config", [RENAMED, NO_CHOICES, OTHER_TEXT])
def test_a_config_without_a_used_control_is_refused(studio, used, config):
    """Both when it is asked about and when it is set."""
    client = studio.owner.client
    assert "are incompatible with" in client.refuse_label_config(used, config)
    with pytest.raises(StudioRefusedError, match="are incompatible with"):
        client.set_label_config(used, config)


@pytest.mark.parametrize("config", [NO_HEDGE, NOT_NAMED])
def test_labels_in_use_may_be_taken_away(studio, used, config):
    """Asked about, the server says that they are in use; set, it takes the config."""
    client = studio.owner.client
    assert "These labels still exist" in client.refuse_label_config(used, config)
    client.set_label_config(used, config)
    assert studio.numbers(used).label_config == config


@pytest.mark.parametrize("config", [CONFIG, NO_HEDGES, OTHER_KEY, "<View></View>"])
def test_a_config_that_loses_no_label_is_taken(studio, used, config):
    """Relations in use, the texts' key, and everything at once may go."""
    client = studio.owner.client
    assert client.refuse_label_config(used, config) is None
    client.set_label_config(used, config)


def test_broken_xml_is_refused(studio, used):
    """Nothing is changed."""
    for config in ("<View>", "nonsense"):
        with pytest.raises(StudioRefusedError, match="refused \\(400\\)"):
            studio.owner.client.set_label_config(used, config)
    assert studio.numbers(used).label_config == CONFIG


def test_drafts_count_and_predictions_do_not(studio):
    """A label that a draft has is in use; one that predictions alone have is not."""
    project = studio.project()
    (number,) = studio.put(project, task(0, predictions=[("m1", [region("Hedge")])]))
    studio.owner("POST", f"/api/tasks/{number}/drafts", {"result": [region("Claim")]})
    client = studio.owner.client
    assert client.refuse_label_config(project, NO_HEDGE) is None
    studio.owner("POST", f"/api/tasks/{number}/drafts", {"result": [region("Hedge")]})
    assert "Hedge (1 draft)" in client.refuse_label_config(project, NO_HEDGE)


def test_labels_of_skipped_annotations_count(studio):
    """A skip saves the predicted regions, and their labels are in use."""
    project, (number,) = studio.filled(1)
    studio.owner.client.annotate(number, [region("Hedge")], cancelled=True)
    reason = studio.owner.client.refuse_label_config(project, NO_HEDGE)
    assert "Hedge (1 annotation)" in reason


def test_labels_of_imported_annotations_are_not_seen(studio):
    """Until somebody touches one, the server would let its label go."""
    project = studio.project()
    work = {"result": [region("Hedge")]}
    number, _ = studio.put(project, task(0, annotations=[work]), task(1, annotations=[work]))
    client = studio.owner.client
    assert client.refuse_label_config(project, NO_HEDGE) is None
    (annotation,) = studio.task(number)["annotations"]
    studio.owner("PATCH", f"/api/annotations/{annotation['id']}/", {"lead_time": 2.0})
    assert "Hedge (1 annotation)" in client.refuse_label_config(project, NO_HEDGE)


def test_of_the_first_annotation_only_the_last_label_is_seen(studio):
    """A second annotation with the label is needed before the server knows of it."""
    project, (first, second) = studio.filled(2)
    client = studio.owner.client
    result = [region("Hedge"), region("Claim", number="y")]
    client.annotate(first, result)
    assert client.refuse_label_config(project, NO_HEDGE) is None
    client.annotate(second, result)
    assert "Hedge (1 annotation)" in client.refuse_label_config(project, NO_HEDGE)


def test_deleting_all_but_one_annotation_makes_the_server_forget(studio, used):
    """The label of the one that is left counts as unused."""
    numbers = [found["id"] for found in studio.listed(used)[1]["tasks"]]
    (annotation,) = studio.task(numbers[0])["annotations"]
    studio.owner("DELETE", f"/api/annotations/{annotation['id']}/")
    assert studio.owner.client.refuse_label_config(used, NO_HEDGE) is None


def test_the_export_has_what_people_worked_on(studio):
    """Tasks with annotations, skipped ones among them, whole; predictions by id; drafts too."""
    project, ids = studio.filled(3)
    studio.owner.client.annotate(ids[0], [region()])
    studio.other().client.annotate(ids[1], [], cancelled=True)
    studio.owner("POST", f"/api/tasks/{ids[2]}/drafts", {"result": []})
    path = f"/api/projects/{project}/export"
    exported = studio.owner("GET", path, exportType="JSON")[1]
    assert [found["id"] for found in exported] == ids[:2]
    assert exported[0]["annotations"][0]["result"] == [region()]
    assert exported[1]["annotations"][0]["was_cancelled"]
    everything = studio.owner("GET", path, exportType="JSON", download_all_tasks="true")[1]
    assert [len(found["drafts"]) for found in everything] == [0, 0, 1]
    if studio.name == "double":
        assert studio.studio.json_export(project) == exported

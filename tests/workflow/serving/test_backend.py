import json

import pytest
from stories import story

from annotate.errors import BackendError, WorkspaceError
from annotate.pipeline.prediction import load_rules
from annotate.records import Article
from annotate.studio.backend_requests import AskedTask
from annotate.workflow.serving.backend import _listen, backend_password, is_loopback, password_file
from annotate.workflow.serving.predictor import answer_tasks


def test_the_password_is_its_owners(workspace):
    """It is made once, random, in a file of mode 0600; the environment comes first."""
    made = backend_password(workspace, {})
    assert len(made) >= 20
    assert backend_password(workspace, {}) == made
    assert password_file(workspace).stat().st_mode & 0o777 == 0o600
    assert backend_password(workspace, {"ANNOTATE_SERVE_PASSWORD": "given"}) == "given"
    with pytest.raises(WorkspaceError, match="not printable ASCII"):
        backend_password(workspace, {"ANNOTATE_SERVE_PASSWORD": "gegëben"})


@pytest.mark.parametrize(("mode", "content"), [(0o644, "secret\n"), (0o600, " \n")])
def test_a_password_that_is_none_is_refused(workspace, mode, content):
    """A file that others may read, or that is empty, stops the start without showing itself."""
    path = password_file(workspace)
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    path.chmod(mode)
    with pytest.raises(WorkspaceError) as caught:
        backend_password(workspace, {})
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("host", False)],  # noqa: S104
)
def test_an_address_that_others_reach_is_known(host, loopback):
    """Only loopback addresses need no warning."""
    assert is_loopback(host) is loopback


def test_a_port_that_is_taken_is_told():
    """The address stands in the sentence."""
    with _listen("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BackendError, match=f"127.0.0.1:{port}: cannot listen"):
            _listen("127.0.0.1", port)


@pytest.fixture(scope="module")
def rules(scheme):
    """The rules, loaded once for all tests here."""
    return load_rules(scheme, "rules-1")


def test_each_task_gets_its_own_answer(context, rules):
    """Predictions and blind tasks keep their order, and only checked predictions leave."""
    asked = [
        AskedTask(task_id=str(n), article=Article(article_id="a", text=text), split=split)
        for n, (text, split) in enumerate(
            [("It may rain.", "train"), ("It may snow.", "test"), ("Hail is likely.", "none")]
        )
    ]
    answers = answer_tasks(context, rules, asked)
    assert [answer.outcome for answer in answers] == ["predicted", "blind", "predicted"]
    assert answers[0].prediction["model_version"] == "rules-1"
    assert '"text": "may"' in json.dumps(answers[0].prediction)


def test_the_register_decides_what_is_blind(context, rules):
    """A test article stays blind whatever its task says on the server now."""
    texts = {str(n): Article(article_id=str(n), text=story(n)) for n in range(12)}
    with context.register() as register:
        blind = {e.article_id for e in register.place(texts.values()) if e.blind}
        register.save()
    assert blind
    asked = [
        AskedTask(task_id=name, article=article, split="train") for name, article in texts.items()
    ]
    answers = answer_tasks(context, rules, asked)
    assert {a.task_id for a, b in zip(asked, answers, strict=True) if b.outcome == "blind"} == blind


def test_what_one_text_does_to_a_pipeline_costs_no_other(context, rules, monkeypatch):
    """Where the batch fails, the others are predicted and the one that fails says why, textless."""
    monkeypatch.setattr(rules.nlp, "max_length", 30)
    texts = ["It may rain.", "It may snow all day long in the north.", "It may hail."]
    asked = [
        AskedTask(task_id="1", article=Article(article_id="a", text=text), split="train")
        for text in texts
    ]
    answers = answer_tasks(context, rules, asked)
    assert [answer.outcome for answer in answers] == ["predicted", "refused", "predicted"]
    assert answers[1].reason == "the pipeline fails on it (ValueError)"

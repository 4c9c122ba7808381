"""The worker process behind the live backend: killed, hung, and replaced."""

import os
import signal
from contextlib import closing

import pytest
from chat_server import name_server

from annotate.errors import BackendRequestError, ModelError
from annotate.pipeline.training.loop import rules_pipeline
from annotate.records import Article
from annotate.studio.backend_requests import AskedTask
from annotate.workflow.serving import predictor as predictor_module
from annotate.workflow.serving.predictor import Predictor

pytestmark = pytest.mark.slow

ASKED = [
    AskedTask(task_id="1", article=Article(article_id="a", text="It may rain."), split="train")
]


def _keep(context, path):
    return context.models.store.keep(path, name="spans", lineage={})


def test_a_worker_that_was_killed_is_replaced(context):
    """The turn that it was killed in is refused with 503; the next one is answered."""
    with closing(Predictor(context, turn_seconds=30, workers=1)) as predictor:
        assert predictor.submit(ASKED).result()[0].outcome == "predicted"
        (first,) = (worker._process for worker in predictor._workers)
        os.kill(first.pid, signal.SIGKILL)
        first.join()
        with pytest.raises(BackendRequestError, match="ask again") as caught:
            predictor.submit(ASKED).result()
        assert caught.value.status == 503
        assert predictor.submit(ASKED).result()[0].outcome == "predicted"
    assert not any(worker._process.is_alive() for worker in predictor._workers)


def test_a_worker_that_hangs_is_ended(context):
    """A turn over its limit is refused with 504, and another worker takes its place."""
    with closing(Predictor(context, turn_seconds=2, workers=1)) as predictor:
        (hung,) = (worker._process for worker in predictor._workers)
        os.kill(hung.pid, signal.SIGSTOP)
        with pytest.raises(BackendRequestError, match="no prediction within 2 s") as caught:
            predictor.submit(ASKED).result()
        assert caught.value.status == 504
        assert not hung.is_alive()
        assert predictor.submit(ASKED).result()[0].outcome == "predicted"


def test_the_old_model_serves_until_the_new_one_is_loaded(context, tmp_path, caplog, monkeypatch):
    """A model that is put to use takes over; one that cannot be loaded is told once, and left."""
    monkeypatch.setattr(predictor_module, "_WATCH_SECONDS", 60)  # the test looks itself
    store = context.models.store
    nlp = rules_pipeline(spans_key="sc")
    nlp.to_disk(tmp_path / "good")
    nlp.to_disk(tmp_path / "broken")
    (tmp_path / "broken" / "config.cfg").write_text("[nlp]\nlang = 'xx")
    with closing(Predictor(context, turn_seconds=30, workers=2)) as predictor:
        rules = predictor.model_version
        store.use(_keep(context, tmp_path / "broken"))
        assert predictor.follow() is False
        assert predictor.follow() is False
        assert predictor.model_version == rules
        assert sum("goes on predicting" in r.getMessage() for r in caplog.records) == 1
        good = _keep(context, tmp_path / "good")
        store.use(good)
        assert predictor.follow() is True
        (answer,) = predictor.submit(ASKED).result()
        assert answer.prediction["model_version"] == good.version


def test_without_a_model_every_task_gets_nothing(context, monkeypatch):
    """No empty prediction either; a model that comes into use answers without a restart."""
    monkeypatch.setattr(predictor_module, "_WATCH_SECONDS", 60)  # the test looks itself
    context.models.store.use(context.models.choose("none"))
    with closing(Predictor(context, turn_seconds=30, workers=1)) as predictor:
        assert (predictor.model_version, predictor.predicts) == ("none", False)
        (answer,) = predictor.submit(ASKED).result()
        assert (answer.outcome, answer.to_json()) == ("no model", [])
        context.models.store.use(context.models.store.rules())
        assert predictor.follow() is True
        assert predictor.submit(ASKED).result()[0].outcome == "predicted"


def test_a_language_model_is_not_asked_while_somebody_waits(context, chat, monkeypatch, caplog):
    """It neither starts the backend nor takes over from the model that serves, and is told once."""
    monkeypatch.setattr(predictor_module, "_WATCH_SECONDS", 60)  # the test looks itself
    name_server(context.workspace.root, chat)
    context.reload()
    with pytest.raises(ModelError, match="too slow to be asked") as told:
        Predictor(context, turn_seconds=30, workers=1)
    assert "prelabeller.live: true" in told.value.hint
    context.models.use("rules")
    with closing(Predictor(context, turn_seconds=30, workers=1)) as predictor:
        rules = predictor.model_version
        context.models.use("prelabeller")
        assert predictor.follow() is False
        assert predictor.model_version == rules
        assert "too slow to be asked" in caplog.text
    assert chat.asked == []


def test_a_language_model_is_asked_live_where_that_is_meant(context, chat):
    """What it cannot answer is refused with the reason, and predicted when it is asked for again."""
    name_server(context.workspace.root, chat, live="true")
    context.reload()
    chat.faults = [500]
    with closing(Predictor(context, turn_seconds=30, workers=1)) as predictor:
        first, second = (predictor.submit(ASKED).result()[0] for _ in range(2))
        assert predictor.model_version.startswith("openai-tiny-")
    assert first.outcome == "refused"
    assert "answers 500" in first.reason
    assert (second.outcome, len(chat.asked)) == ("predicted", 2)

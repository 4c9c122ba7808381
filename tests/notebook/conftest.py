"""Predictions of the rules and a small workspace, made once."""

import pytest
from quay import quay_project

import annotate
from annotate.pipeline import prediction
from annotate.records import Annotation

TEXTS = ("A memo said the quay is reportedly unsafe.", "Officials said the bridge may close.")


LOADED = {}


@pytest.fixture(scope="module", autouse=True)
def _rules_once():
    """The rules are loaded once for each set of labels: they are the same for every test."""
    load, loaded = prediction.load_rules, LOADED

    def load_once(scheme, model_version, **settings):
        key = (scheme.fingerprint(), model_version, repr(settings))
        if key not in loaded:
            loaded[key] = load(scheme, model_version, **settings)
        return loaded[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prediction, "load_rules", load_once)
        yield


@pytest.fixture(scope="session")
def texts():
    """Two sentences."""
    return TEXTS


@pytest.fixture(scope="session")
def predictions():
    """What the rules find in them."""
    return annotate.prelabel(TEXTS)


@pytest.fixture(scope="session")
def gold(predictions):
    """The same as a person's work."""
    return [
        (
            text,
            Annotation(
                article_id=found.article_id,
                text_sha256=found.text_sha256,
                spans=found.spans,
                links=found.links,
                labels=annotate.label_scheme().all_names,
                annotator="annotator-x",
                annotation_id="1",
            ),
        )
        for text, found in zip(TEXTS, predictions, strict=True)
    ]


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """A workspace with one annotated article; tests only read it."""
    return quay_project(tmp_path_factory.mktemp("projects") / "my-project")

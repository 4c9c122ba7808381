"""A scripted server, and pre-labellers that ask it."""

from dataclasses import replace

import pytest

from annotate.prelabellers.client import ChatClient
from annotate.prelabellers.openai import LanguageModel
from annotate.prelabellers.protocol import ExampleGold, Surroundings
from annotate.prelabellers.settings import OpenAiSettings


@pytest.fixture
def server(chat):
    """Return the scripted server."""
    return chat


@pytest.fixture
def surroundings(tmp_path, scheme):
    """Return the surroundings of a workspace without gold."""
    return Surroundings(
        scheme=scheme,
        guidelines="Mark what is claimed.",
        language="en",
        root=tmp_path,
        state=tmp_path / ".annotate",
        environment={},
        gold=lambda wanted: ExampleGold(version=wanted, name=wanted),
    )


@pytest.fixture
def settings(server):
    """Return `settings(**changes)`: those of a model on the scripted server."""

    def make(*, timeout=5.0, **changes):
        made = OpenAiSettings(kind="openai", url=server.url, model="tiny", **changes)
        return made.model_copy(update={"timeout": timeout})  # seconds that no file may name

    return make


@pytest.fixture
def client(settings):
    """Return `client(**settings)`: a client that notes in `waited` what it would wait."""

    def make(key=None, **changes):
        waited = []
        client = ChatClient(settings(**changes), key, wait=waited.append)
        client.waited = waited
        return client

    return make


@pytest.fixture
def model(settings, surroundings, client):
    """Return `model(**settings)`: a pre-labeller that waits for nothing between tries."""

    def make(*, gold=None, guidelines="Mark what is claimed.", **changes):
        where = replace(surroundings, guidelines=guidelines)
        if gold is not None:
            where = replace(where, gold=lambda _: gold)
        return LanguageModel(settings(**changes), where, client=client(**changes))

    return make

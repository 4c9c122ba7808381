"""Kinds that installed packages offer."""

from importlib.metadata import EntryPoint

import pytest

from annotate.errors import PrelabellerError
from annotate.prelabellers import discovery
from annotate.prelabellers.discovery import GROUP, make_prelabeller
from annotate.prelabellers.openai import LanguageModel


def no_version(options, where):
    """Make something that is no pre-labeller."""
    return object()


def broken(options, where):
    """Fail as a package may."""
    raise RuntimeError("no weights")


@pytest.fixture
def offered(monkeypatch):
    """Return `offered(name, value)`: a package that offers one more kind."""
    known = list(discovery.entry_points(group=GROUP))

    def find(*, group, name=None):
        return [e for e in known if e.group == group and name in (None, e.name)]

    monkeypatch.setattr(discovery, "entry_points", find)
    return lambda name, value: known.append(EntryPoint(name, f"{__name__}:{value}", GROUP))


def test_the_language_model_is_offered_as_any_other(settings, surroundings):
    """`openai` is an entry point of annotate's own."""
    made = make_prelabeller("openai", settings().model_dump(), surroundings)
    assert isinstance(made, LanguageModel)


def test_an_unknown_kind_names_those_that_there_are(surroundings):
    """What is installed is listed, and how a package offers one."""
    with pytest.raises(PrelabellerError, match="there are: .*openai") as told:
        make_prelabeller("gliner", {}, surroundings)
    assert GROUP in told.value.hint


@pytest.mark.parametrize(("value", "said"), [("no_version", "AttributeError"), ("broken", "no weights"), ("absent", "AttributeError")])  # fmt: skip
def test_a_package_that_fails_is_named(offered, surroundings, value, said):
    """Whatever a package raises when it makes its pre-labeller is one error with its name."""
    offered("theirs", value)
    with pytest.raises(PrelabellerError, match=f"'theirs' .*{value}.*{said}"):
        make_prelabeller("theirs", {}, surroundings)


def test_two_packages_of_one_kind_are_refused(offered, surroundings):
    """Which of them was meant is not guessed."""
    offered("openai", "broken")
    with pytest.raises(PrelabellerError, match="several packages offer 'openai'"):
        make_prelabeller("openai", {}, surroundings)

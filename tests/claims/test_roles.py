from dataclasses import replace

import pytest
from retold import SCHEME, told

from annotate.claims.roles import Roles, find_roles, recast, recast_marks
from annotate.errors import UsageError
from annotate.quality.mentions import mentions

OWN = replace(
    SCHEME,
    span_labels=("Statement", "Voice", "Doubt"),
    link_labels=("from", "about"),
    link_ends={"from": ("Statement", "Voice"), "about": ("Doubt", "Statement")},
)


def test_the_links_say_which_label_is_what():
    """The head of attributed_to is a claim, its tail a source, the head of hedges a hedge."""
    assert find_roles(SCHEME) == Roles(
        claim="Claim", source="Source", hedge="Hedge", attributes="attributed_to", hedges="hedges"
    )


def test_labels_and_links_of_ones_own_are_found_by_naming():
    """Naming the labels is enough: what joins them is known."""
    roles = find_roles(OWN, claim="Statement", hedge="Doubt")
    assert roles == Roles(
        claim="Statement", source="Voice", hedge="Doubt", attributes="from", hedges="about"
    )


def test_a_workspace_without_such_links_says_what_there_is():
    """The labels are listed, and the option that helps."""
    with pytest.raises(UsageError, match="Statement, Voice, Doubt") as error:
        find_roles(OWN)
    assert "--claim" in error.value.hint


def test_a_label_that_is_not_there_is_named():
    """With the option that named it, and those that there are."""
    with pytest.raises(UsageError, match="--source Speaker: no such label; there are: Claim"):
        find_roles(SCHEME, source="Speaker")


def test_links_of_other_names_are_read_like_the_usual_ones():
    """Sources and hedges of a claim come out whatever the links are called."""
    item = told("the bridge may close", name="a", source="Officials said", hedge="may")
    names = {"attributed_to": "from", "hedges": "about"}
    marks = replace(
        item.marks,
        links=tuple(replace(link, label=names[link.label]) for link in item.marks.links),
        labels=("Claim", "Source", "Hedge", "from", "about"),
    )
    scheme = replace(
        SCHEME,
        link_labels=("from", "about"),
        link_ends={"from": ("Claim", "Source"), "about": ("Hedge", "Claim")},
    )
    roles = find_roles(scheme, claim="Claim", hedge="Hedge")
    renamed = recast_marks(replace(item, marks=marks), roles)
    (row,) = mentions([renamed], recast(scheme, roles), label="Claim")
    assert (row["sources"], row["hedges"]) == (["Officials said"], ["may"])


def test_without_a_link_that_joins_them_sources_are_not_known():
    """A label alone does not tell whose claim it is: unknown, not none."""
    scheme = replace(SCHEME, link_labels=(), link_ends={})
    roles = find_roles(scheme, claim="Claim")
    item = told("the bridge may close", name="a", source="Officials said")
    (row,) = mentions([recast_marks(item, roles)], recast(scheme, roles), label="Claim")
    assert row["sources"] is None
    assert row["hedged"] is None


def test_a_link_that_was_drawn_was_annotated():
    """An annotation that names only the labels of its spans has sources all the same."""
    item = told("the bridge may close", name="a", source="Officials said", hedge="may")
    item = replace(item, marks=replace(item.marks, labels=("Claim", "Source", "Hedge")))
    (row,) = mentions([recast_marks(item, find_roles(SCHEME))], SCHEME, label="Claim")
    assert (row["sources"], row["hedges"]) == (["Officials said"], ["may"])

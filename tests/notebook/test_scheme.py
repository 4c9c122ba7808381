import pytest

import annotate
from annotate.errors import LabelConfigError, SchemeMismatchError, UsageError
from annotate.workflow.state.init import label_config_template


@pytest.mark.parametrize("name", ["claims", "parc", "minimal"])
def test_shipped_configs_are_known_by_name(name):
    """A shipped config brings its labels, colours and links."""
    scheme = annotate.label_scheme(name)
    assert set(scheme.link_ends) == set(scheme.link_labels)
    assert set(scheme.colours) == set(scheme.span_labels)


def test_a_config_of_ones_own_is_read_from_a_file(tmp_path):
    """A path works as well as a name, with links that say what they join."""
    path = tmp_path / "own.xml"
    path.write_text(label_config_template("claims.xml"))
    assert annotate.label_scheme(path).link_ends == {}
    links = {"hedges": ("Hedge", "Claim")}
    assert annotate.label_scheme(str(path), links=links).link_ends == links
    with pytest.raises(SchemeMismatchError):
        annotate.label_scheme(path, links={"hedges": ("Hedge", "Nothing")})


def test_a_config_that_is_not_there_is_named(tmp_path):
    """A wrong name lists the right ones; a broken file is named."""
    with pytest.raises(UsageError, match="claims, parc, minimal"):
        annotate.label_scheme("clams")
    (tmp_path / "bad.xml").write_bytes(b"\xff")
    with pytest.raises(LabelConfigError, match=r"bad\.xml: cannot be read: not UTF-8"):
        annotate.label_scheme(tmp_path / "bad.xml")

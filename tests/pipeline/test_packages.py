import pytest

from annotate.pipeline.packages import error_hint, package_hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("curated_transformer", "[transformers]"),
        ("spacy-curated-transformers.BertTransformer.v1", "[transformers]"),
        ("spacy-transformers.TransformerModel.v3", "pip install spacy-transformers"),
    ],
)
def test_a_name_that_is_not_registered_tells_what_brings_it(name, hint):
    """The extra of annotate, or the package, whether a config or a trained pipeline names it."""
    assert hint in package_hint(name)
    assert hint in error_hint(ValueError(f"[E002] Can't find factory for '{name}' for language"))
    assert hint in error_hint(ValueError(f"[E893] Could not find function '{name}' in function"))


def test_other_names_and_errors_have_no_hint():
    """A guess would lead astray."""
    assert package_hint("mine.Network.v1") is None
    assert error_hint(ValueError("no file at '/transformer'")) is None


def test_a_network_of_other_code_is_trained_anew():
    """Thinc says only that the structure is another one."""
    found = error_hint(ValueError("Cannot deserialize model: mismatched structure"))
    assert "annotate retrain" in found

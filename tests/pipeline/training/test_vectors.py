import pytest
import spacy

from annotate.pipeline.training.vectors import can_learn_vectors, write_vectors

pytestmark = pytest.mark.slow  # gensim takes its time to load

TEXTS = [f"The mayor said the bridge may close on day {n}.\n\nOfficials deny it." for n in range(6)]


def test_vectors_are_learned_from_texts_and_are_the_same_again(tmp_path):
    """Words seen often enough get a vector; a seed gives the same ones again."""
    assert can_learn_vectors()
    count = write_vectors(TEXTS, tmp_path / "one")
    write_vectors(TEXTS, tmp_path / "two")
    one, two = (spacy.load(tmp_path / name) for name in ("one", "two"))
    assert count == one.vocab.vectors.n_keys > 5
    assert one.vocab["mayor"].has_vector
    assert not one.vocab["3"].has_vector
    assert (one.vocab.vectors.data == two.vocab.vectors.data).all()


def test_texts_without_frequent_words_give_none(tmp_path):
    """A pool that is too small leaves an empty table, not an error."""
    assert write_vectors(["One word."], tmp_path / "none") == 0

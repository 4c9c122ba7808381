from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.reference import reference_annotation
from annotate.quality.splits import split_of
from annotate.records import Annotation


def test_a_split_never_changes():
    """These were decided once and for all."""
    found = [split_of(f"article-{i}", dev=0.2, test=0.3) for i in range(8)]
    assert found == ["dev", "test", "train", "train", "test", "dev", "train", "train"]


@given(st.text(), st.floats(0, 0.4), st.floats(0, 0.4))
def test_more_test_articles_only_come_from_elsewhere(group, dev, test):
    """Raising the share of test never turns a test article into something else."""
    if split_of(group, dev=dev, test=test) == "test":
        assert split_of(group, dev=dev, test=test + 0.1) == "test"


def test_shares_are_what_was_asked_for():
    """Over many articles the shares are met."""
    counts = Counter(split_of(str(i), dev=0.15, test=0.25) for i in range(5000))
    assert abs(counts["test"] / 5000 - 0.25) < 0.02
    assert abs(counts["dev"] / 5000 - 0.15) < 0.02


def _annotation(annotation_id, **changes):
    return Annotation(
        article_id="a",
        text_sha256="x",
        spans=(),
        labels=(),
        annotator="p",
        annotation_id=annotation_id,
        **changes,
    )


def test_the_ground_truth_counts_else_the_latest_change():
    """Of several annotations the reviewed one is gold, else the one changed last."""
    old, new = _annotation("1", updated_at="2024-01-01"), _annotation("2", updated_at="2024-02-01")
    truth = _annotation("3", updated_at="2023-01-01", ground_truth=True)
    assert reference_annotation([new, old]) is new
    assert reference_annotation([old, truth, new]) is truth
    assert reference_annotation([]) is None

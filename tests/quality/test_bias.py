import pytest

from annotate.quality.bias import AuditedWork, audit_bias


def _work(number, *, blind, found, claims=6, sources=4, predicted=10, lead_time=60.0, words=200):
    return AuditedWork(
        article_id=f"{'b' if blind else 'c'}{number}",
        annotator="annotator-1",
        blind=blind,
        words=words,
        spans={"Claim": claims, "Source": sources},
        found=found,
        predicted=predicted,
        lead_time=lead_time,
    )


def _side(blind, found, **settings):
    """Twenty articles in which agreement varies around `found` of ten spans."""
    return [_work(n, blind=blind, found=found + n % 3 - 1, **settings) for n in range(20)]


def test_people_who_agree_more_where_they_see_the_marks_seem_to_accept_them():
    """All measures are those counted by hand, and the interval lies around the difference."""
    corrected = _side(False, 9, claims=8, sources=2, lead_time=30.0)
    found = audit_bias([*_side(True, 5), *corrected])
    assert found.verdict == "accepting"
    assert "seem to accept" in found.reason
    assert found.agreement.corrected == pytest.approx(sum(w.found for w in corrected) / 200)
    assert 0 < found.agreement.low < found.agreement.difference < found.agreement.high
    assert (found.density.blind, found.density.corrected) == (5.0, 5.0)
    assert found.labels["Claim"].blind == pytest.approx(0.6)
    assert found.labels["Claim"].corrected == pytest.approx(0.8)
    assert (found.time.blind, found.time.corrected) == (30.0, 15.0)


def test_equal_agreement_is_no_sign_and_wide_intervals_are_unclear():
    """The same agreement with little spread, then with so much that nothing can be told."""
    calm = audit_bias([*_side(True, 7), *_side(False, 7)])
    assert calm.verdict == "no sign"
    assert calm.agreement.low <= 0 <= calm.agreement.high
    wild = [_work(n, blind=blind, found=10 * (n % 2)) for blind in (True, False) for n in range(10)]
    assert audit_bias(wild).verdict == "unclear"


def test_too_few_articles_are_refused():
    """Ten of each kind are needed; several annotations of one article are one article."""
    few = [_work(0, blind=True, found=5)] * 12 + _side(False, 9)
    found = audit_bias(few)
    assert (found.verdict, found.blind_articles, found.agreement) == ("too few", 1, None)
    assert "1 blind and 20 corrected" in found.reason


def test_unknown_times_are_left_out():
    """Work from files has no times; the rest of the audit stands."""
    assert audit_bias([*_side(True, 7, lead_time=None), *_side(False, 7)]).time is None
    some = [_work(30, blind=True, found=7, lead_time=None), *_side(True, 7), *_side(False, 7)]
    assert audit_bias(some).time.blind == 30.0


def test_a_measure_that_rests_on_few_articles_has_no_interval():
    """One timed article of a kind gives its time and no interval; no span at all gives no share."""
    timed = [_work(30, blind=True, found=7), *_side(True, 7, lead_time=None)]
    found = audit_bias([*timed, *_side(False, 7)])
    assert (found.time.blind, found.time.low, found.time.high) == (30.0, None, None)
    assert found.time.reason == "only 1 article gives ground; an interval needs 5"
    assert found.agreement.low is not None
    blank = _side(True, 1, claims=0, sources=0, predicted=0)
    nothing = audit_bias([*blank, *_side(False, 7)])
    assert nothing.verdict == "too few"
    assert (nothing.agreement.blind, nothing.agreement.difference) == (None, None)
    assert nothing.labels["Claim"].blind is None

"""Sending: what stands in the journal, when it is struck, and how long it is waited for."""

from functools import partial

import pytest
from double.trials import hurry, prepare
from stories import write_stories

from annotate.errors import (
    StudioAnswerError,
    StudioNotSentError,
    StudioRefusedError,
    StudioUnreachableError,
)
from annotate.records import ArticleKey, text_hash
from annotate.workflow.mirror.sending import send, settle, wait_for

pytestmark = pytest.mark.usefixtures("trivial_models")

KEY = ArticleKey("n9", text_hash("n9"))


@pytest.fixture
def pushed(studio, site):
    """Return a site with two stories on the server, for which what is lost is waited 20 s."""
    return prepare(studio, site, _build)


def _build(studio, site):
    hurry(studio, site)
    write_stories(site, range(2))
    site.push()


def _raise(error):
    raise error


def _sent(site):
    return [batch.keys for batch in site.mirror.journal.batches("tasks")]


def test_a_batch_stands_in_the_journal_while_it_is_sent(pushed):
    """It is struck together with what the answer says."""
    during = []

    def request():
        during.append(_sent(pushed))
        return 7

    taken = []
    assert send(pushed, "tasks", request, keys=[KEY], record=taken.append) == 7
    assert (during, taken, _sent(pushed)) == ([[(KEY,)]], [7], [])


def test_what_cannot_be_recorded_stays_in_doubt(pushed):
    """The server has it, and nobody knows of it: it is looked for."""
    with pytest.raises(RuntimeError):
        send(pushed, "tasks", lambda: 7, keys=[KEY], record=lambda _: _raise(RuntimeError()))
    assert _sent(pushed) == [(KEY,)]


def test_only_what_surely_did_not_arrive_is_struck(pushed):
    """Whatever else happens, the batch stays; the error is the request's."""
    for error, stay in (
        (StudioRefusedError("refused"), 0),
        (StudioNotSentError("not sent"), 0),
        (StudioUnreachableError("no answer"), 1),
        (StudioAnswerError("half an answer"), 2),
        (KeyboardInterrupt(), 3),
    ):
        with pytest.raises(type(error)):
            send(pushed, "tasks", partial(_raise, error), keys=[KEY])
        assert len(_sent(pushed)) == stay


def test_a_batch_is_settled_when_it_arrived_or_its_time_is_over(studio, pushed):
    """By the server's clock; the seconds left are those of the youngest."""
    journal = pushed.mirror.journal
    held = pushed.mirror.tasks.get(1).key
    journal.open("tasks", pushed.client.clock, keys=[held])
    journal.open("tasks", pushed.client.clock, keys=[held, KEY])
    assert settle(pushed) == 20
    assert _sent(pushed) == [(held, KEY)]
    studio.advance(15)
    pushed.client.users()
    journal.open("tasks", pushed.client.clock, keys=[KEY])
    assert settle(pushed) == 20
    studio.advance(6)
    pushed.client.users()
    assert settle(pushed) < 20
    assert _sent(pushed) == [(KEY,)]


def test_what_never_comes_is_told_when_its_time_is_over(studio, pushed):
    """Not before: until then it is asked again and again, without a word to the server's users."""
    pushed.mirror.journal.open("tasks", pushed.client.clock, keys=[KEY])
    begun, left = studio.now, []
    assert wait_for(pushed, pushed.project(), {KEY}, left.append) == {KEY}
    assert 19 <= (studio.now - begun).total_seconds() <= 23
    assert left == sorted(left, reverse=True)
    assert _sent(pushed) == []
    assert wait_for(pushed, pushed.project(), set(), left.append) == set()

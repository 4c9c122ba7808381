"""Predictors that are loaded in other processes."""

import os
import signal
import threading
from collections import Counter
from contextlib import nullcontext
from functools import partial

from annotate.errors import ModelError
from annotate.records import Prediction, Span


class Echo:
    """Says which process predicted, and leaves something out for every article."""

    def __init__(self, *, dies_at=None, fails_at=None):
        self.left_out = Counter()
        self._dies_at, self._fails_at = dies_at, fails_at

    def predict(self, articles):
        for article in articles:
            if article.article_id == self._dies_at:
                os._exit(9)
            if article.article_id == self._fails_at:
                raise ModelError(f"{article.article_id}: cannot be predicted")
            self.left_out["label Thing"] += 1
            yield Prediction(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                spans=(),
                links=(),
                scores={},
                model_version=f"echo-{os.getpid()}",
            )


def echo(**settings):
    return partial(Echo, **settings)


def unloadable():
    raise ModelError("the pipeline cannot be loaded")


class Marker:
    """Marks the first letter of every text; some texts kill it, or are refused.

    `slow` waits a moment at every article, so that somebody else can kill it meanwhile; at a text
    that `hangs` it waits for ever.
    """

    def __init__(self, *, kills=(), refuses=(), hangs=(), slow=0.0):
        self.left_out = Counter()
        self._kills, self._refuses, self._hangs, self._slow = kills, refuses, hangs, slow

    def predict(self, articles):
        for article in articles:
            if article.article_id in self._kills:
                os.kill(os.getpid(), signal.SIGKILL)
            if article.article_id in self._refuses:
                raise ModelError(f"{article.article_id}: cannot be predicted")
            if article.article_id in self._hangs:
                threading.Event().wait()
            if self._slow:
                threading.Event().wait(self._slow)
            self.left_out["label Thing"] += 1
            yield Prediction(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                spans=(Span(id="s0", start=0, end=1, label="Claim"),),
                links=(),
                scores={"s0": 0.5},
                model_version="marker",
            )

    def zone(self):
        return nullcontext()


def marker(**settings):
    return partial(Marker, **settings)

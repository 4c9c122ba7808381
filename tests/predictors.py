"""Predictors that are loaded in other processes."""

import os
from collections import Counter
from functools import partial

from annotate.errors import ModelError
from annotate.records import Prediction


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

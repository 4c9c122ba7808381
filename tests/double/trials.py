"""Breaking a verb at each of its requests, and a pipeline that costs nothing."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from annotate.errors import StudioError
from annotate.records import Article, Prediction, Span
from double.transport import FAULTS, INTERRUPTIONS

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
_EVERY = 24 if os.environ.get("HYPOTHESIS_PROFILE") == "quick" else 12

_BREAKS = tuple(fault for fault in FAULTS if fault != "slow") + INTERRUPTIONS


class TrivialPipeline:
    """Marks the first word of every article as a claim."""

    def __init__(self, model_version):
        self.model_version = model_version
        self.left_out = Counter()

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction]:
        for article in articles:
            end = len(article.text.split()[0])
            yield Prediction(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                spans=(Span(id="p", start=0, end=end, label="Claim"),),
                model_version=self.model_version,
            )


class Moment:
    """What a double and a workspace hold; these or others can be brought to it."""

    def __init__(self, studio, site):
        site.close()
        self._server, self._now = studio.snapshot(), studio.now
        self._late = studio.commit_seconds
        self._settings, self._scheme = site.settings, site.scheme
        self._files = {
            path.relative_to(site.root): path.read_bytes()
            for path in site.root.rglob("*")
            if path.is_file()
        }
        site.use()

    def bring_back(self, studio, site, *, identity=None):
        """Bring both to it; the client is a new one, as that of another run is."""
        site.close()
        site.client.close()
        for name in (".annotate", "exports"):
            shutil.rmtree(site.root / name, ignore_errors=True)
        for path, content in self._files.items():
            there = site.root / path
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(content)
        studio.put_back(self._server)
        studio.now, studio.commit_seconds = self._now, self._late
        studio.asked.clear()
        studio.happened.clear()
        site.workspace = replace(site.workspace, settings=self._settings)
        for part in ("versions", "models", "people"):
            site.__dict__.pop(part, None)
        site.__dict__["scheme"] = self._scheme
        site.use(client=studio.client(identity=identity))


_prepared: dict[str, Moment] = {}


def prepare(studio, site, build, *people):
    """Bring a fresh double and workspace to where `build(studio, site, *people)` brings them.

    It is run once; the other tests that need the same get a copy.
    """
    name = f"{build.__module__}.{build.__qualname__}"
    if name in _prepared:
        _prepared[name].bring_back(studio, site)
        site.client.users()  # from the first answer on it knows the time
    else:
        build(studio, site, *people)
        _prepared[name] = Moment(studio, site)
    return site


def hurry(studio, site):
    """Let what is not answered be waited for for seconds, not for a quarter of an hour."""
    config = site.root / "annotate.yaml"
    config.write_text(config.read_text().replace("studio: {", "studio: {commit_wait: 20, "))
    site.reload()
    studio.commit_seconds = 8.0


def break_each_request(
    studio, site, run, look, *, again: Callable[[], object] | None = None, identity=None
):
    """Run a verb unbroken, then once for each of its requests, at which the way breaks.

    From there on nothing arrives any more. The way mended, the verb (or `again`) is run twice, with
    the time between in which the server may still commit what it did not answer; then `look` is
    called. Without HYPOTHESIS_PROFILE=thorough that is every POST, and a twelfth of the others,
    in one way each.
    """
    start = Moment(studio, site)
    studio.asked.clear()
    run()
    requests = list(studio.asked)
    look()
    for number in range(len(requests)):
        for fault in _faults(number, *requests[number]):
            start.bring_back(studio, site, identity=identity)
            try:
                _break(studio, run, number, fault)
                (again or run)()
                studio.advance(site.settings.studio.commit_wait + 2)
                if any(site.mirror.journal.batches(kind) for kind in ("tasks", "predictions")):
                    (again or run)()
                look()
            except Exception as error:
                error.add_note(f"broken at request {number}: {requests[number]}, {fault}")
                raise


def _faults(number, method, path):
    late = ("zombie",) if "/import" in path else ()
    if THOROUGH:
        return (*_BREAKS, *late)
    if method == "POST":
        return late or ("interrupt after",)
    return (
        (_BREAKS[number % len(_BREAKS)],)
        if number % _EVERY == (1 if method == "GET" else 8)
        else ()
    )


def _break(studio, run, number, fault):
    first = len(studio.asked)

    def decide(method, path):
        at = len(studio.asked) - 1 - first
        if at < number:
            return None
        return fault if at == number else "drop before"

    studio.decide = decide
    try:
        run()
    except (StudioError, KeyboardInterrupt):
        pass
    finally:
        studio.decide = lambda method, path: None
    if not studio.happened:
        raise AssertionError("nothing broke")

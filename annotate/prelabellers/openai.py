"""The pre-labeller that asks a language model: one paragraph a request, quotes for offsets."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from annotate.errors import PrelabellerError, PrelabellerReplyError
from annotate.files import slug
from annotate.installation import install_hint
from annotate.prelabellers.cache import ReplyCache
from annotate.prelabellers.client import ChatClient
from annotate.prelabellers.examples import Chosen, choose_examples
from annotate.prelabellers.key import read_key
from annotate.prelabellers.marks import Mark, Placed, place_marks
from annotate.prelabellers.paragraphs import paragraphs_of
from annotate.prelabellers.prompt import Prompt, build_prompt
from annotate.prelabellers.protocol import AskPlan, ExampleGold, Surroundings
from annotate.prelabellers.replies import read_inline, read_json
from annotate.prelabellers.settings import OpenAiSettings
from annotate.records import Article, ArticleKey, Link, Prediction, Span, text_hash

CACHE_FILE = "prelabeller.sqlite3"
BYTES_A_TOKEN = 4
"""Tokens are estimated as one for four bytes of UTF-8: nobody knows the model's tokenizer."""

_TRIES = 2  # of a paragraph whose reply cannot be used
_IN_A_ROW = 5  # articles that fail one after the other before the run ends
_READERS = ("folding", "fuzzy", "grounding", "marks", "paragraphs", "replies", "scripts")


class LanguageModel:
    """A language model behind an address. Nothing is asked before `predict` needs it.

    `version` is a hash of everything that is sent but the paragraph (address, model, prompt with
    labels, guidelines, schema and examples, settings) and of the code that reads replies. Replies
    are cached under the former alone, so that other code reads them anew without asking.
    """

    def __init__(
        self, settings: OpenAiSettings, where: Surroundings, *, client: ChatClient | None = None
    ) -> None:
        _check_extra()
        gold, chosen = _examples(settings, where)
        self.host = settings.host
        self.failed: dict[ArticleKey, str] = {}
        self.counts: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.on_reply: Callable[[], None] | None = None
        self._settings = settings
        self._scheme = where.scheme
        self._prompt: Prompt = build_prompt(
            where.scheme,
            form=settings.reply,
            guidelines=where.guidelines if settings.guidelines else None,
            examples=chosen.examples,
        )
        self._asked = _hash(
            settings.url,
            settings.model,
            self._prompt.messages,
            self._prompt.response_format,
            (settings.reply, settings.temperature, settings.seed, settings.max_tokens),
        )
        digest = _hash(self._asked, _code())[:12]
        self.version = f"openai-{slug(settings.model)[:32].rstrip('-')}-{digest}"
        key_file = None if settings.api_key_file is None else where.root / settings.api_key_file
        self._client = client or ChatClient(settings, read_key(key_file, where.environment))
        self._cache = ReplyCache(where.state / CACHE_FILE)
        self._row = 0
        self._counted: set[ArticleKey] = set()
        self.lineage: Mapping[str, Any] = {
            "kind": "openai",
            "model": settings.model,
            "url": settings.url,
            "examples": len(chosen.examples),
            "examples_refused": chosen.refused,
            "texts": {"train": sorted({each.article_sha256 for each in chosen.examples})},
            **({} if gold is None else {"export": {"id": gold.version, "name": gold.name}}),
        }

    @property
    def max_requests(self) -> int | None:
        """Requests that may be sent until this object is made anew."""
        return self._client.max_requests

    @max_requests.setter
    def max_requests(self, most: int | None) -> None:
        self._client.max_requests = most

    def forget_failures(self) -> None:
        """Let articles that have failed be tried anew."""
        self.failed.clear()
        self._row = 0

    def plan(self, articles: Iterable[Article]) -> AskPlan:
        """Return how much predicting these articles would ask; nothing is asked or written."""
        told = "".join(message["content"] for message in self._prompt.messages)
        frame = len(told.encode()) + len(json.dumps(self._prompt.response_format).encode())
        sizes: dict[str, int] = {}
        count = paragraphs = 0
        for article in articles:
            count += 1
            texts = [text for _, text in paragraphs_of(article.text)]
            paragraphs += len(texts)
            new = {text_hash(text): len(text.encode()) for text in texts}
            known = self._cache.known(self._asked, new)
            sizes |= {sha: size for sha, size in new.items() if sha not in known}
        return AskPlan(
            host=self.host,
            remote=self._settings.remote,
            articles=count,
            paragraphs=paragraphs,
            answered=paragraphs - len(sizes),
            requests=len(sizes),
            prompt_tokens=sum(-(-(frame + size) // BYTES_A_TOKEN) for size in sizes.values()),
            reply_tokens=len(sizes) * self._settings.max_tokens,
        )

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction | None]:
        """Yield a prediction an article; `None` where a paragraph got no usable reply.

        Why stands in `failed`, and such an article is not asked again by this object. Raises
        `PrelabellerError` where the next article would fare no better: nobody answers, or the
        server fails on several articles in a row, or so does a model that never answered well.
        """
        for article in articles:
            if article.key in self.failed:
                yield None
                continue
            try:
                prediction = self._prediction(article)
            except PrelabellerReplyError as error:
                self.failed[article.key] = error.message
                # Paragraphs that are too much for a model may stand in a row; a server that fails,
                # or a model that has never answered well, fares no better with the next article.
                hopeless = error.server or not self._cache.holds(self._asked)
                self._row = self._row + 1 if hopeless else 0
                if self._row >= _IN_A_ROW:
                    raise PrelabellerError(
                        f"{self._row} articles in a row got no usable reply; the last, "
                        f"{article.article_id}: {error.message}",
                        hint="look at the server and at prelabeller in annotate.yaml, then run the "
                        "same command again: what was answered is kept",
                    ) from None
                yield None
                continue
            self._row = 0
            yield prediction

    def _prediction(self, article: Article) -> Prediction:
        found = list(paragraphs_of(article.text))
        known = self._cache.known(self._asked, {text_hash(text) for _, text in found})
        spans: list[Span] = []
        links: list[Link] = []
        counts: Counter[str] = Counter()
        left_out: Counter[str] = Counter()
        for offset, text in found:
            marks, broken = self._marks(text, known)
            placed = place_marks(text, marks, self._scheme)
            counts += placed.counts
            counts["malformed"] += broken
            left_out += placed.left_out
            here = list(self._spans(article, offset, placed))
            spans += here
            links += [
                Link(head_id=here[head].id, tail_id=here[tail].id, label=label)
                for head, tail, label in placed.links
            ]
        if article.key not in self._counted:  # predicting an article again says nothing new
            self._counted.add(article.key)
            self.counts += counts
            self.left_out += left_out
        return Prediction(
            article_id=article.article_id,
            text_sha256=article.text_sha256,
            spans=tuple(spans),
            links=tuple(links),
            scores={},
            model_version=self.version,
        )

    def _marks(self, text: str, known: dict[str, str]) -> tuple[list[Mark], int]:
        """Return what the model marks in a paragraph, asked for only where it is not known.

        A kept reply that the code of now cannot read is asked for again.
        """
        sha = text_hash(text)
        if sha in known:
            with suppress(PrelabellerReplyError):
                return self._read(known[sha])
        known[sha] = self._ask(text, sha)
        return self._read(known[sha])

    def _spans(self, article: Article, offset: int, placed: Placed) -> Iterator[Span]:
        for start, end, label, choices in placed.spans:
            place = (
                f"{self.version}\0{article.article_id}\0{offset + start}\0{offset + end}\0{label}"
            )
            yield Span(
                id=hashlib.sha256(place.encode()).hexdigest()[:10],
                start=offset + start,
                end=offset + end,
                label=label,
                attributes=choices,
            )

    def _ask(self, text: str, sha: str) -> str:
        """Ask about one paragraph, twice where the reply cannot be used, and keep the reply."""
        for again in reversed(range(_TRIES)):
            sent = self._client.requests
            try:
                answer = self._client.ask(self._prompt.about(text), self._prompt.response_format)
            finally:
                self.counts["requests"] += self._client.requests - sent
            self.counts["prompt tokens"] += answer.prompt_tokens
            self.counts["reply tokens"] += answer.reply_tokens
            try:
                if answer.finish == "length":
                    raise PrelabellerReplyError(  # noqa: TRY301 - unusable as the others are
                        "the reply was cut at max_tokens: raise prelabeller.max_tokens "
                        f"({self._settings.max_tokens}) in annotate.yaml"
                    )
                self._read(answer.content)
            except PrelabellerReplyError:
                if not again:
                    raise
                continue
            self._cache.keep(self._asked, sha, answer.content)
            if self.on_reply is not None:
                self.on_reply()
            return answer.content
        raise PrelabellerError("nobody was asked")  # pragma: no cover - the loop ends in one way

    def _read(self, content: str) -> tuple[list[Mark], int]:
        if self._settings.reply == "marks":
            return read_inline(content, self._scheme.span_labels)
        return read_json(content)


def make_language_model(options: Mapping[str, Any], where: Surroundings) -> LanguageModel:
    """Return the pre-labeller of a section of annotate.yaml (entry point `openai`)."""
    return LanguageModel(OpenAiSettings.model_validate(dict(options)), where)


def _examples(settings: OpenAiSettings, where: Surroundings) -> tuple[ExampleGold | None, Chosen]:
    if settings.examples_from is None or not settings.examples:
        return None, Chosen(examples=(), refused=0)
    gold = where.gold(str(settings.examples_from))
    return gold, choose_examples(gold, where.scheme, settings.examples)


def _check_extra() -> None:
    try:
        import rapidfuzz  # noqa: F401 - asked for before anything is sent
    except ImportError:
        raise PrelabellerError(
            "a language model's quotes are looked for with rapidfuzz, which is not installed",
            hint=install_hint("llm"),
        ) from None


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@cache
def _code() -> str:
    """Return the hash of the code that makes spans of replies."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in _READERS:
        digest.update((here / f"{name}.py").read_bytes())
    return digest.hexdigest()

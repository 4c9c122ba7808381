"""Articles → predictions: loading a pipeline, running it, and keeping to the label scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

from annotate.errors import ModelError
from annotate.labels import LabelScheme
from annotate.pipeline.docs import read_doc
from annotate.pipeline.fitting import fit
from annotate.pipeline.languages import blank
from annotate.pipeline.packages import error_hint
from annotate.pipeline.reading import Reading, import_code, makes_links, read_reading
from annotate.pipeline.registry import NONE, check_pipeline
from annotate.pipeline.rule_labels import ENGLISH, PART_LABELS, PARTS_KEY, RULE_LABELS, weak_group
from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.loop import rules_pipeline
from annotate.pipeline.workers import predict_in_processes
from annotate.records import Article, Link, Prediction, Span

BATCH_ARTICLES = 16


@dataclass(slots=True)
class Pipeline:
    """A loaded pipeline and the version that its predictions carry.

    `aliases` maps labels that the pipeline knows to what they are called now. `left_out` counts
    what it found and the scheme cannot hold, by name.
    """

    nlp: Language
    model_version: str
    scheme: LabelScheme
    aliases: Mapping[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    spans_key: str = SPANS_KEY
    reading: Reading | None = None
    """What is read of a pipeline that was not made here."""
    load: Callable[[], Pipeline] | None = None
    """Loads the same pipeline in another process; `None` where it cannot be loaded again."""

    def predict(self, articles: Iterable[Article], *, processes: int = 1) -> Iterator[Prediction]:
        """Yield a prediction an article, in order; memory holds a few batches at a time.

        Raises `ModelError` where a process died.
        """
        if processes > 1 and self.load is not None:
            yield from predict_in_processes(
                self.load, articles, processes=processes, left_out=self.left_out
            )
            return
        pairs = ((article.text, article) for article in articles)
        docs = self.nlp.pipe(pairs, as_tuples=True, batch_size=BATCH_ARTICLES)
        for doc, article in docs:
            yield self.prediction_of(doc, article)

    def zone(self) -> AbstractContextManager[object]:
        """Open a zone of memory: with its end the words are forgotten that its texts brought.

        No document of the zone may be used afterwards.
        """
        return self.nlp.memory_zone()

    def prediction_of(self, doc: Doc, article: Article) -> Prediction:
        """Return what stands in an article's document; raises `ModelError` for another text's."""
        # spaCy's own tokenizer keeps every character; putting a text together takes a twentieth of
        # what the rules take.
        if type(self.nlp.tokenizer) is not Tokenizer and doc.text != article.text:
            raise ModelError(f"{article.article_id}: the pipeline's tokenizer changes the text")
        spans, links, scores = self._read(doc, article.article_id)
        kept, fitting = fit(spans, links, self.scheme, aliases=self.aliases, left_out=self.left_out)
        ids = {span.id for span in kept}
        return Prediction(
            article_id=article.article_id,
            text_sha256=article.text_sha256,
            spans=kept,
            links=fitting,
            scores={span_id: score for span_id, score in scores.items() if span_id in ids},
            model_version=self.model_version,
        )

    def _read(
        self, doc: Doc, article_id: str
    ) -> tuple[tuple[Span, ...], tuple[Link, ...], dict[str, float]]:
        if self.reading is None:
            return read_doc(doc, key=self.spans_key, article_id=article_id)
        return self.reading.read(doc, article_id=article_id, links=makes_links(self.nlp))


def load_rules(
    scheme: LabelScheme,
    model_version: str,
    *,
    lexicons: Sequence[Path] = (),
    aliases: Mapping[str, str] | None = None,
    language: str = ENGLISH,
) -> Pipeline:
    """Return the rule pre-labeller: no training, useful from the first article on.

    They give Claim, Source and Hedge, or, where the scheme has Cue or Content, the Source, Cue and
    Content of attribution research. Raises `ModelError` where it has none of these labels, and for
    another language than English.
    """
    if language != ENGLISH:
        raise ModelError(
            f"the rules are written for English, and language in annotate.yaml is {language}",
            hint="do without predictions (annotate models use none), or train: annotate retrain",
        )
    names = aliases or {}
    former = {now: was for was, now in names.items()}
    key, known = weak_group([former.get(label, label) for label in scheme.span_labels])
    if not known:
        raise ModelError(
            f"the rules find {', '.join(RULE_LABELS)}, or {', '.join(PART_LABELS)}; the labelling "
            f"config has none of them ({', '.join(scheme.span_labels)})",
            hint="do without predictions (annotate models use none), or train: annotate retrain",
        )
    if key == PARTS_KEY:
        nlp = rules_pipeline(lexicons)
    else:
        key = SPANS_KEY
        nlp = rules_pipeline(lexicons, spans_key=SPANS_KEY)
    nlp.add_pipe("attribution_links", config={"spans_key": key})
    nlp.add_pipe("span_choices", config={"spans_key": key})
    load = partial(load_rules, scheme, model_version, lexicons=lexicons, aliases=names)
    return Pipeline(
        nlp=nlp,
        model_version=model_version,
        scheme=scheme,
        aliases=names,
        spans_key=key,
        load=load,
    )


def load_none(scheme: LabelScheme) -> Pipeline:
    """Return the pipeline that marks nothing, for workspaces in which no model is in use."""
    return Pipeline(nlp=blank(), model_version=NONE, scheme=scheme, load=partial(load_none, scheme))


def load_trained(
    path: Path,
    scheme: LabelScheme,
    model_version: str,
    *,
    aliases: Mapping[str, str] | None = None,
) -> Pipeline:
    """Return a pipeline from a directory.

    One that was added is read as its `annotate.json` says. Raises `ModelError` where there is
    none, or where it was trained for other labels.
    """
    check_pipeline(path)
    reading = read_reading(path)
    import_code(reading)
    nlp = load_spacy(path)
    names = aliases or {}
    if reading is not None:
        reading.check(path, nlp, scheme, names)
    labels = trained_labels(nlp) if reading is None else ()
    missing = [label for label in labels if names.get(label, label) not in scheme.span_labels]
    if missing:
        raise ModelError(
            f"{path}: the pipeline was trained for other labels: {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not in the labelling config, which has "
            f"{', '.join(scheme.span_labels)}",
            hint="if a label was renamed, name it under aliases in annotate.yaml",
        )
    return Pipeline(
        nlp=nlp,
        model_version=model_version,
        scheme=scheme,
        aliases=names,
        reading=reading,
        load=partial(load_trained, path, scheme, model_version, aliases=names),
    )


def load_spacy(wanted: str | Path) -> Language:
    """Return spaCy's pipeline from a directory or an installed package; raises `ModelError`."""
    try:
        return spacy.load(wanted)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(
            f"{wanted}: the pipeline cannot be loaded: {_short(error)}", hint=error_hint(error)
        ) from error


def trained_labels(nlp: Language) -> tuple[str, ...]:
    """Return the labels of the components that give spans."""
    found: dict[str, None] = {}
    for _, component in nlp.pipeline:
        found.update(dict.fromkeys(getattr(component, "labels", ())))
    return tuple(found)


def _short(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0][:200]

"""The lexicon the rules work with: words by class, verb forms, cue phrases."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from annotate.errors import LexiconError
from annotate.pipeline.rules.inflection import VerbForms, inflect
from annotate.pipeline.rules.lexicon_files import builtin_entries, merge_all, parse_lexicon

Phrases = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases as tuples of lower-case words, longest first, by their first word."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One form of a reporting verb.

    `forms` names the forms that the word can be: base, third, past, participle, ing. The other
    fields are those of the group in `reporting_verbs.yaml`.
    """

    lemma: str
    forms: frozenset[str]
    content: str
    postposed: bool
    noun: bool
    lone: bool
    particles: frozenset[str]
    infinitive: bool
    addressed: bool


@dataclass(frozen=True, slots=True)
class FunctionWords:
    """Closed classes of words, in lower case; see `function_words.yaml`."""

    determiners: frozenset[str]
    subject_pronouns: frozenset[str]
    relative_pronouns: frozenset[str]
    prepositions: frozenset[str]
    subordinators: frozenset[str]
    conjunctions: frozenset[str]
    auxiliaries: frozenset[str]
    finite_auxiliaries: frozenset[str]
    be_forms: frozenset[str]
    base_contexts: frozenset[str]
    verb_particles: frozenset[str]
    catenatives: frozenset[str]
    time_words: frozenset[str]
    venue_nouns: frozenset[str]
    discourse: frozenset[str]
    not_adverbs: frozenset[str]
    finite_verbs: frozenset[str]
    interjections: frozenset[str]
    fillers: frozenset[str]


@dataclass(frozen=True, slots=True)
class HedgeCues:
    """Hedge cues by class; see `hedge_cues.yaml`."""

    modals: frozenset[str]
    conditional_modals: frozenset[str]
    adverbs: frozenset[str]
    adjectives: frozenset[str]
    appearance: frozenset[str]
    appearance_after: frozenset[str]
    indication: frozenset[str]
    evidence: frozenset[str]
    phrases: Phrases
    singles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that the rules know about words. Build it with `load_lexicon`."""

    words: FunctionWords
    verbs: Mapping[str, Verb]
    cue_phrases: Phrases
    according: Phrases
    adjectives: frozenset[str]
    citing: frozenset[str]
    nouns: frozenset[str]
    clausal_nouns: frozenset[str]
    light_verbs: frozenset[str]
    announcing: frozenset[str]
    heading_sources: frozenset[str]
    cue_openers: frozenset[str]
    hedges: HedgeCues
    paired_quotes: Mapping[str, frozenset[str]]
    plain_quotes: frozenset[str]
    closing_quotes: frozenset[str]
    boilerplate: re.Pattern[str]
    source_types: Mapping[str, frozenset[str]]


def load_lexicon(extra_paths: Sequence[Path] = ()) -> Lexicon:
    """Load the lexicon of the package with extra files merged on top.

    An extra file has the shape of a file in `lexicons/` and names that file (without ".yaml")
    under the key `extends`; its words are added. Raises LexiconError where a file cannot be read
    or is invalid.
    """
    return lexicon_from_texts(read_texts(extra_paths))


def read_texts(paths: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    """Read extra lexicon files: (path, text) of each. Raises LexiconError if one is unreadable."""
    texts = []
    for path in paths:
        try:
            texts.append((str(path), Path(path).read_text("utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise LexiconError(f"{path}: cannot read this lexicon file: {error}") from error
    return tuple(texts)


@cache
def lexicon_from_texts(texts: tuple[tuple[str, str], ...] = ()) -> Lexicon:
    """Return the lexicon of the package with the texts of extra files, (file, YAML), on top.

    Raises LexiconError where a text is invalid.
    """
    extras = [parse_lexicon(text, file=file) for file, text in texts]
    return _build(merge_all(builtin_entries(), extras))


def _build(entries: Mapping[str, Any]) -> Lexicon:
    cues, nouns = entries["cue_phrases"], entries["reporting_nouns"]
    words, quotes = entries["function_words"], entries["quotation_marks"]
    light_verbs = frozenset(
        form for verb in nouns["light_verbs"] for form in _light_forms(verb, entries)
    )
    verbs = _build_verbs(entries["reporting_verbs"])
    phrases, according = _build_phrases(cues["verbs"]), _build_phrases(cues["according"])
    return Lexicon(
        words=FunctionWords(**{f.name: frozenset(words[f.name]) for f in fields(FunctionWords)}),
        verbs=verbs,
        cue_phrases=phrases,
        according=according,
        adjectives=frozenset(cues["adjectives"]),
        citing=frozenset(cues["citing"]),
        nouns=_with_plurals(nouns["nouns"]),
        clausal_nouns=_with_plurals(nouns["clausal"]),
        light_verbs=light_verbs,
        cue_openers=frozenset([*light_verbs, *verbs, *phrases, *according, *cues["adjectives"]]),
        announcing=frozenset(
            form
            for verb in entries["reporting_verbs"]["announcing"]
            for form in _light_forms(verb, entries)
        ),
        heading_sources=frozenset(nouns["heading_sources"]),
        hedges=_build_hedges(entries["hedge_cues"]),
        paired_quotes={mark: frozenset(ends) for mark, ends in quotes["paired"].items()},
        plain_quotes=frozenset(quotes["plain"]),
        closing_quotes=frozenset(quotes["closing"]),
        boilerplate=_build_boilerplate(entries["boilerplate"]),
        source_types={kind: frozenset(v) for kind, v in entries["source_types"].items()},
    )


def _build_verbs(entries: Mapping[str, Any]) -> dict[str, Verb]:
    verbs: dict[str, Verb] = {}
    doubled = frozenset(entries["doubled"])
    for group in entries["groups"]:
        for lemma in group["verbs"]:
            forms = _forms(lemma, entries["irregular"], doubled)
            kinds: dict[str, set[str]] = {}
            for kind, form in forms._asdict().items():
                kinds.setdefault(form, set()).add(kind)
            for form, names in kinds.items():
                if form in verbs:
                    continue
                verbs[form] = Verb(
                    lemma=lemma,
                    forms=frozenset(names),
                    content=group["content"],
                    postposed=group["postposed"],
                    noun=group["noun"],
                    lone=group["lone"],
                    particles=frozenset(entries["particles"].get(lemma, ())),
                    infinitive=lemma in entries["infinitive"],
                    addressed=lemma in entries["addressed"],
                )
    return verbs


def _forms(lemma: str, irregular: Mapping[str, list[str]], doubled: frozenset[str]) -> VerbForms:
    given = irregular.get(lemma)
    if given is None:
        return inflect(lemma, doubled=lemma in doubled)
    if len(given) != 4:
        raise LexiconError(
            f"irregular.{lemma}: give four forms: third person, past, past participle, -ing."
        )
    return VerbForms(lemma, *given)


def _light_forms(verb: str, entries: Mapping[str, Any]) -> VerbForms:
    verbs = entries["reporting_verbs"]
    return _forms(verb, verbs["irregular"], frozenset(verbs["doubled"]))


def _with_plurals(nouns: Iterable[str]) -> frozenset[str]:
    return frozenset(form for noun in nouns for form in (noun, inflect(noun).third))


def _build_phrases(phrases: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(phrase.lower().split())
        by_first.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(set(p), key=len, reverse=True)) for first, p in by_first.items()}


def _build_hedges(entries: Mapping[str, Any]) -> HedgeCues:
    appearance, indication = entries["appearance"], entries["indication"]
    classes = ("modals", "conditional_modals", "adverbs", "adjectives")
    singles = [*appearance["forms"], *indication["forms"]]
    return HedgeCues(
        modals=frozenset(entries["modals"]),
        conditional_modals=frozenset(entries["conditional_modals"]),
        adverbs=frozenset(entries["adverbs"]),
        adjectives=frozenset(entries["adjectives"]),
        appearance=frozenset(appearance["forms"]),
        appearance_after=frozenset(appearance["after"]),
        indication=frozenset(indication["forms"]),
        evidence=frozenset(indication["after"]),
        phrases=_build_phrases([*entries["nouns"], *entries["phrases"]]),
        singles=frozenset([*singles, *(word for key in classes for word in entries[key])]),
    )


def _build_boilerplate(entries: Mapping[str, Any]) -> re.Pattern[str]:
    starts = "|".join(entries["start"])
    wholes = "|".join(entries["whole"])
    try:
        return re.compile(rf"\s*(?:{starts})|\s*(?:{wholes})\s*$", re.IGNORECASE)
    except re.error as error:
        raise LexiconError(f"boilerplate: invalid regular expression: {error}") from error

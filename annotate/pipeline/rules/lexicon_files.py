"""Lexicon files: YAML text to checked entries, and how files are merged."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from annotate.errors import LexiconError
from annotate.plain_yaml import parse_yaml

Entries = Mapping[str, Any]
"""The entries of one lexicon, by key, of the shapes that `_SHAPES` names."""

# What a key holds: words (a list of strings), lists (words by a name), a single mapping of the
# appearance verbs, or groups of verbs.
_SHAPES: Mapping[str, Mapping[str, str]] = {
    "reporting_verbs": {
        "groups": "groups",
        "irregular": "lists",
        "doubled": "words",
        "particles": "lists",
        "infinitive": "words",
        "addressed": "words",
        "announcing": "words",
    },
    "cue_phrases": {
        "according": "words",
        "verbs": "words",
        "adjectives": "words",
        "citing": "words",
    },
    "reporting_nouns": {
        "nouns": "words",
        "clausal": "words",
        "light_verbs": "words",
        "heading_sources": "words",
    },
    "quotation_marks": {"paired": "lists", "plain": "words", "closing": "words"},
    "boilerplate": {"start": "words", "whole": "words"},
    "source_types": {
        "document": "words",
        "outlet": "words",
        "unnamed": "words",
        "pronouns": "words",
    },
    "hedge_cues": {
        "modals": "words",
        "conditional_modals": "words",
        "adverbs": "words",
        "adjectives": "words",
        "appearance": "lists",
        "indication": "lists",
        "nouns": "words",
        "phrases": "words",
    },
    "function_words": {
        "determiners": "words",
        "subject_pronouns": "words",
        "relative_pronouns": "words",
        "prepositions": "words",
        "subordinators": "words",
        "conjunctions": "words",
        "auxiliaries": "words",
        "finite_auxiliaries": "words",
        "be_forms": "words",
        "base_contexts": "words",
        "verb_particles": "words",
        "catenatives": "words",
        "time_words": "words",
        "venue_nouns": "words",
        "discourse": "words",
        "not_adverbs": "words",
        "finite_verbs": "words",
        "interjections": "words",
        "fillers": "words",
    },
}
_PROVENANCE = ("origin", "licence")
_GROUP_FLAGS = ("postposed", "noun", "lone")
_CONTENTS = ("clause", "object", "both", "that")


def parse_lexicon(text: str, *, file: str, name: str | None = None) -> tuple[str, Entries]:
    """Read the YAML text of a lexicon file and check it.

    `file` is what errors call the file. `name` is the lexicon the entries belong to; an extra
    file leaves it out and names it under `extends`. Returns that name and the entries.

    Raises LexiconError where the text is no YAML, a key is unknown or missing, or a value has the
    wrong shape.
    """
    try:
        _, loaded = parse_yaml(text)
    except yaml.YAMLError as error:
        raise LexiconError(f"{file}: this is not valid YAML: {error}") from error
    if not isinstance(loaded, dict):
        raise LexiconError(f"{file}: expected a mapping of keys at the top of the file.")
    entries = dict(loaded)
    if name is None:
        name = entries.pop("extends", None)
        if not isinstance(name, str) or name not in _SHAPES:
            known = ", ".join(sorted(_SHAPES))
            raise LexiconError(
                f"{file}: `extends` has to name the lexicon that this file adds to, one of: {known}"
            )
    for key in _PROVENANCE:
        if not isinstance(entries.pop(key, None), str):
            raise LexiconError(f"{file}: `{key}` is missing; say where the words are from.")
    shapes = _SHAPES[name]
    for key, value in entries.items():
        if key not in shapes:
            known = ", ".join(sorted(shapes))
            raise LexiconError(f"{file}: unknown key {key!r}; a {name} lexicon knows: {known}")
        _check_shape(value, shapes[key], where=f"{file}: {key}")
    return name, entries


def merge_entries(base: Entries, extra: Entries) -> Entries:
    """Return the entries of `base` with those of `extra` added to them, key by key."""
    merged = dict(base)
    for key, value in extra.items():
        old = merged.get(key)
        if old is None:
            merged[key] = value
        elif isinstance(value, dict):
            merged[key] = {**old, **{k: [*old.get(k, ()), *v] for k, v in value.items()}}
        else:
            merged[key] = [*old, *value]
    return merged


@cache
def builtin_entries() -> Mapping[str, Entries]:
    """Return the entries of the lexicons that come with the package, by lexicon name.

    Raises LexiconError where a file is invalid or lacks a key.
    """
    folder = resources.files(__package__) / "lexicons"
    lexicons: dict[str, Entries] = {}
    for name, shapes in _SHAPES.items():
        file = f"{name}.yaml"
        _, entries = parse_lexicon((folder / file).read_text("utf-8"), file=file, name=name)
        missing = sorted(set(shapes) - set(entries))
        if missing:
            raise LexiconError(f"{file}: missing keys: {', '.join(missing)}")
        lexicons[name] = entries
    return lexicons


def _check_shape(value: object, shape: str, *, where: str) -> None:
    if shape == "words":
        _check_words(value, where=where)
    elif shape == "lists":
        if not isinstance(value, dict):
            raise LexiconError(f"{where}: expected a mapping of names to lists of words.")
        for key, words in value.items():
            _check_word(key, where=where)
            _check_words(words, where=f"{where}.{key}")
    elif not isinstance(value, list):
        raise LexiconError(f"{where}: expected a list of groups of verbs.")
    else:
        for index, group in enumerate(value):
            _check_group(group, where=f"{where}[{index}]")


def _check_group(group: object, *, where: str) -> None:
    if not isinstance(group, dict):
        raise LexiconError(f"{where}: expected a mapping.")
    expected = {"content", "verbs", *_GROUP_FLAGS}
    for key in sorted(expected ^ set(group), key=str):
        problem = "is missing" if key in expected else "is unknown"
        raise LexiconError(f"{where}: key {key!r} {problem}.")
    if group["content"] not in _CONTENTS:
        raise LexiconError(f"{where}: content has to be one of {', '.join(_CONTENTS)}.")
    for flag in _GROUP_FLAGS:
        if not isinstance(group[flag], bool):
            raise LexiconError(f"{where}: {flag} has to be true or false.")
    _check_words(group["verbs"], where=f"{where}.verbs")


def _check_words(words: object, *, where: str) -> None:
    if not isinstance(words, list):
        raise LexiconError(f"{where}: expected a list of words.")
    for word in words:
        _check_word(word, where=where)


def _check_word(word: object, *, where: str) -> None:
    if not isinstance(word, str):
        raise LexiconError(f"{where}: {word!r} is not a word; put quotation marks around it.")
    if not word or word != word.strip():
        raise LexiconError(f"{where}: {word!r} is empty or has white space around it.")


def merge_all(base: Mapping[str, Entries], extras: Iterable[tuple[str, Entries]]) -> dict[str, Any]:
    """Return the lexicons of `base` with the extra files, (name, entries), merged on top."""
    merged = dict(base)
    for name, entries in extras:
        merged[name] = merge_entries(merged[name], entries)
    return merged

import pytest

from annotate.errors import LexiconError
from annotate.pipeline.rules.lexicon import lexicon_from_texts, load_lexicon
from annotate.pipeline.rules.lexicon_files import builtin_entries, parse_lexicon

HEAD = "origin: own compilation\nlicence: MIT\n"


def test_the_lexicon_knows_regular_and_irregular_forms(lexicon):
    """Forms of regular and irregular verbs lead to their verb."""
    assert lexicon.verbs["denied"].lemma == "deny"
    assert lexicon.verbs["said"].forms == {"past", "participle"}
    assert "sayed" not in lexicon.verbs


def test_the_lexicon_is_loaded_once():
    """Asking twice for the same lexicon gives the same object."""
    assert load_lexicon() is load_lexicon()


def test_every_word_is_looked_up_in_lower_case():
    """Every word of the word lists is in lower case: that is how tokens are looked up."""
    for name in ("function_words", "hedge_cues", "reporting_nouns", "source_types"):
        for key, value in builtin_entries()[name].items():
            words = value if isinstance(value, list) else [w for ws in value.values() for w in ws]
            assert [w for w in words if w != w.lower()] == [], f"{name}.{key}"


def test_every_verb_stands_in_one_group():
    """No verb of the package stands in two groups, where the first would hide the second."""
    verbs = [
        verb for group in builtin_entries()["reporting_verbs"]["groups"] for verb in group["verbs"]
    ]

    assert sorted(verbs) == sorted(set(verbs))


def test_extra_files_are_merged_on_top(tmp_path):
    """Words of an extra file are added to those of the package."""
    extra = tmp_path / "harbour.yaml"
    extra.write_text(f"{HEAD}extends: hedge_cues\nadverbs: [mayhap]\n", "utf-8")

    adverbs = load_lexicon([extra]).hedges.adverbs

    assert {"mayhap", "reportedly"} <= adverbs
    assert "mayhap" not in load_lexicon().hedges.adverbs


def test_extra_verbs_are_inflected():
    """A verb of an extra file is inflected like the others."""
    text = (
        f"{HEAD}extends: reporting_verbs\n"
        "groups:\n"
        "  - {content: clause, postposed: true, noun: false, lone: true, verbs: [foghorn]}\n"
        "particles: {foghorn: [about]}\n"
    )

    verb = lexicon_from_texts((("harbour.yaml", text),)).verbs["foghorned"]

    assert verb.lemma == "foghorn"
    assert verb.particles == {"about"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("adverbs: [", "not valid YAML"),
        ("- a", "expected a mapping of keys"),
        (f"{HEAD}adverbs: [mayhap]", "`extends`"),
        (f"{HEAD}extends: tides\nadverbs: [mayhap]", "`extends`"),
        ("extends: hedge_cues\nlicence: MIT", "`origin` is missing"),
        (f"{HEAD}extends: hedge_cues\nadverb: [mayhap]", "unknown key 'adverb'"),
        (f"{HEAD}extends: hedge_cues\nadverbs: mayhap", "expected a list of words"),
        (f"{HEAD}extends: hedge_cues\nadverbs: [no]", "False is not a word"),
        (f"{HEAD}extends: hedge_cues\nadverbs: [' mayhap']", "white space around it"),
        (f"{HEAD}extends: hedge_cues\nappearance: [seem]", "expected a mapping of names"),
        (f"{HEAD}extends: reporting_verbs\ngroups: {{}}", "expected a list of groups"),
        (f"{HEAD}extends: reporting_verbs\ngroups: [a]", "expected a mapping"),
        (f"{HEAD}extends: reporting_verbs\ngroups: [{{verbs: [a]}}]", "'content' is missing"),
        (
            (
                f"{HEAD}extends: reporting_verbs\ngroups:\n"
                "  - {content: all, postposed: true, noun: true, lone: true, verbs: [a]}"
            ),
            "content has to be one of",
        ),
        (
            (
                f"{HEAD}extends: reporting_verbs\ngroups:\n"
                "  - {content: both, postposed: 1, noun: true, lone: true, verbs: [a]}"
            ),
            "postposed has to be true or false",
        ),
    ],
)
def test_invalid_files_are_refused_with_file_and_reason(text, reason):
    """An invalid file is refused with its name and the reason."""
    with pytest.raises(LexiconError) as caught:
        parse_lexicon(text, file="harbour.yaml")

    assert "harbour.yaml" in str(caught.value)
    assert reason in str(caught.value)


def test_irregular_verbs_need_all_forms():
    """An irregular verb with a form missing is refused."""
    text = (
        f"{HEAD}extends: reporting_verbs\n"
        "groups:\n"
        "  - {content: clause, postposed: true, noun: false, lone: true, verbs: [bespeak]}\n"
        "irregular: {bespeak: [bespeaks, bespoke]}\n"
    )

    with pytest.raises(LexiconError, match="bespeak: give four forms"):
        lexicon_from_texts((("harbour.yaml", text),))


def test_invalid_patterns_are_refused():
    """A boilerplate pattern that is no regular expression is refused."""
    text = f"{HEAD}extends: boilerplate\nstart: ['(']\n"

    with pytest.raises(LexiconError, match="invalid regular expression"):
        lexicon_from_texts((("harbour.yaml", text),))


def test_unreadable_files_are_refused(tmp_path):
    """A file that is not there is refused with its path."""
    with pytest.raises(LexiconError, match=r"absent\.yaml"):
        load_lexicon([tmp_path / "absent.yaml"])

import base64
import hashlib

import pytest

from annotate.articles.duplicates import (
    THRESHOLD,
    NearDuplicates,
    band_keys,
    signature,
    similarity,
)

WIRE = " ".join(
    f"Sentence {i} tells what the harbour board decided about quay number {i * 7}."
    for i in range(20)
)
OTHER = " ".join(
    f"Paragraph {i} describes how the mountain rescue team trained on slope {i * 3}."
    for i in range(20)
)


KEPT = base64.b85decode(  # of WIRE, as a register from the time of datasketch holds it
    "mPHZ+bnj&WbzLO_h?lnm!vNv}cAQ}Wd_Fh@yKc__Z=R$8v|cg*^VmZG<Vd0bC_EJatBlA3f9FmB40eM6pZiGw)HX{3"
    "W4dGkV5q?W=NLl(G6#17Z!YKo#-k<zCst+zT+MF;a*vMyERz)geQMtTmYE0uPn@;`22HU5+>`GC(QFX|jg(9QG`_I{"
    "AkM=8<J@}zIB$so0AfD@pfQ*LS~Cd&a1uWNR`!knuVFg^(9|^qV(}OOt-o3TmE@fPab~LkZ}?{b5E94%#!dGEY`+=="
    "5et<7rhbwDP($nl?sC)w+YulED9|zi8ahw_v}wEqxJ^R{s{LUCyCAXvNgAdErh`rZii*(y1cO`wg^HpB!ve(tYXU(5"
    "9S0%+dI_%rSk!m|&3mE&;K<Yf4zjWY^NJ<_#*4WF#=M~cD0fi-uX5uDZf|@6H&8SInLQ%_-#{Y)yT}6pFkBP?!>2U`"
    "RF5nG;HMe{Ki~`koQ1goTtpiH%0ngqF#Zw%2B^*fQL(oGM_MNYE0|3Hh8y|>h;ax2ZH!9*^%brGE^uG~G(GnK%A5ND"
    "g)PVd!^uSgMb{+-&4^b67;|0#TTGM$cMrG#K%G_rCy9>$m?_HzJtngNu-|L~*mpt!;99H!+|i2xQ{4UooPM$Zm^O?7"
    "Ezd>*8OHGe"
)


def _share(one, other):
    return set(band_keys(signature(one))) & set(band_keys(signature(other)))


def test_a_reprint_is_near_and_another_story_is_not():
    """A text with another lead and byline is a near-duplicate; a different one is not."""
    reprint = "From our desk.\n\n" + WIRE.upper()
    assert similarity(signature(WIRE), signature(reprint)) >= THRESHOLD
    assert _share(WIRE, reprint)
    assert similarity(signature(WIRE), signature(OTHER)) < THRESHOLD
    assert not _share(WIRE, OTHER)


def test_signatures_do_not_change():
    """A kept signature and its keys mean the same for ever: their hashes were written down once."""
    kept = signature("The mayor said the bridge may close.")
    keys = ",".join(map(str, band_keys(kept)))
    assert hashlib.sha256(kept).hexdigest()[:16] == "a1a421cade27322c"
    assert hashlib.sha256(keys.encode()).hexdigest()[:16] == "059c0506342c650a"


def test_signatures_of_older_registers_stay_comparable():
    """A signature that was kept years ago is that of the same text, and near a reprint's."""
    assert signature(WIRE) == KEPT
    assert similarity(signature("By our reporter. " + WIRE), KEPT) >= THRESHOLD
    assert similarity(signature(OTHER), KEPT) < THRESHOLD


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("", "9f56cda75fefeab9"),
        ("Hi", "7b5bbbf636090d55"),
        ("👩‍👩‍👧 Straße", "8de18709db454951"),
        (" ".join(f"word{i}" for i in range(5000)), "63a07060c0ec1dc7"),
    ],
)
def test_signatures_of_short_and_long_texts_do_not_change(text, digest):
    """Nothing, fewer words than a shingle, and more shingles than are taken at a time."""
    assert hashlib.sha256(signature(text)).hexdigest()[:16] == digest


def test_short_texts_have_signatures_too():
    """A text shorter than a shingle can be compared all the same."""
    assert similarity(signature("Hi there"), signature("hi THERE")) == 1.0
    assert len(signature("")) == len(signature(WIRE))


def test_texts_in_memory_are_asked_for_near_duplicates():
    """The first text that is nearly repeated is named; another story is not found."""
    said = " ".join(f"Sentence {i} tells what the board decided about {i * 7}." for i in range(20))
    known = NearDuplicates([("a", said), ("b", said + " More."), ("c", "It may rain.")])
    assert known.find(said + " ") == "a"
    assert known.find("By us.\n" + said) == "a"
    assert known.find("Nothing of the kind happened in the town that day.") is None
    assert NearDuplicates([]).find(said) is None

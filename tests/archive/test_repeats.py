import random

from annotate.archive.repeats import open_repeats
from annotate.articles.duplicates import NearDuplicates

WORDS = [f"word{n}" for n in range(400)]


def _text(rng):
    return " ".join(rng.choices(WORDS, k=120))


def test_it_finds_what_memory_would_find():
    """Copies, and copies with a few words changed; nothing that only shares words."""
    rng = random.Random(3)  # noqa: S311
    texts = []
    for _ in range(150):
        text = _text(rng)
        texts.append(text)
        if rng.random() < 0.4:
            words = text.split()
            words[rng.randrange(len(words))] = "changed"
            texts.append(" ".join(words))
    rng.shuffle(texts)
    with open_repeats() as met:
        found = [met.first_of(str(number), text) for number, text in enumerate(texts)]
    kept = []
    expected = []
    for number, text in enumerate(texts):
        first = NearDuplicates(kept).find(text)
        expected.append(first or str(number))
        if first is None:
            kept.append((str(number), text))
    assert found == expected
    assert 0 < len(kept) < len(texts)


def test_a_text_repeats_itself():
    """However short it is, and empty ones are alike."""
    with open_repeats() as met:
        named = zip("12345", ("A", "B", "A", "", "!"), strict=True)
        assert [met.first_of(name, text) for name, text in named] == ["1", "2", "1", "4", "4"]

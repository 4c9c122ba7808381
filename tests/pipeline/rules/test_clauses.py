import pytest

from annotate.pipeline.rules.clauses import find_clauses


@pytest.fixture
def clauses(context):
    """Cut a content into claims: the text of each."""

    def cut(text):
        ctx = context(text)
        found = find_clauses(0, len(ctx.tokens), ctx)
        return [
            "".join(
                ctx.tokens.texts[index] + " " * ctx.tokens.spaces[index]
                for index in range(start, end)
            ).strip()
            for start, end in found
        ]

    return cut


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The pier leaks, and they have known it for years.",
            ["The pier leaks", "they have known it for years"],
        ),
        (
            "the crew had left, but the harbour master was still there",
            ["the crew had left", "the harbour master was still there"],
        ),
        (
            "The pier is closed; the ferries will stop on Friday.",
            ["The pier is closed", "the ferries will stop on Friday"],
        ),
        ("We have ferries and we have docks.", ["We have ferries", "we have docks"]),
        (
            "he had seen the leak and that he had told Tiel",
            ["he had seen the leak", "he had told Tiel"],
        ),
        ("They build, we pay.", ["They build", "we pay"]),
    ],
)
def test_a_clause_with_its_own_subject_is_a_claim(clauses, text, expected):
    """Coordinate clauses with a new subject are claims of their own, without the conjunction."""
    assert clauses(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the crew left the harbour and sailed to Morland",
        "the dam was old and was never repaired",
        "Mayor Vahl and the harbour board have agreed on a price",
        "When they came back, they found the pier closed",
        "If the pumps fail and the water rises, we will leave",
        "they left because the pier leaked and the crane was broken",
        "on Friday, they will sail",
    ],
)
def test_what_is_one_proposition_stays_one(clauses, text):
    """Coordinated verbs, coordinated subjects and conditions do not make a new claim."""
    assert clauses(text) == [text]


def test_sentences_of_a_quotation_are_claims_each(clauses):
    """Each sentence of a quotation that asserts something is a claim; questions are none."""
    assert clauses("“We checked it. Why would we lie? Nothing at all. And it was safe.”") == [
        "We checked it",
        "it was safe",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("But the dam will hold.", "the dam will hold"),
        ("Oh, I mean, the dam will hold.", "the dam will hold"),
        ("Still, the dam will hold.", "the dam will hold"),
    ],
)
def test_openers_stay_outside(clauses, text, expected):
    """Conjunctions, interjections and discourse adverbs before a claim are no part of it."""
    assert clauses(text) == [expected]


def test_a_closing_mark_after_final_punctuation_stays_outside(clauses):
    """A claim that ends within a quotation ends before the full stop and the mark."""
    assert clauses("the plan “is a gift to the board.”") == ["the plan “is a gift to the board"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("with the pier closed, the ferry will stop", ["the ferry will stop"]),
        ("despite the rain, they will sail", ["they will sail"]),
        (
            "while the pier is closed, the ferry will sail",
            ["the pier is closed", "the ferry will sail"],
        ),
    ],
)
def test_a_setting_is_no_part_of_a_claim(clauses, text, expected):
    """An opening "with" or "despite" phrase stays outside; a "while" clause is a claim itself."""
    assert clauses(text) == expected


def test_an_inserted_clause_is_a_claim_within_a_claim(clauses):
    """A non-restrictive clause between two commas is a claim inside the one around it."""
    assert clauses("the plan, which the board has read, is sound") == [
        "the plan, which the board has read, is sound",
        "which the board has read",
    ]

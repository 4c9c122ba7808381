import pytest


@pytest.mark.parametrize(
    ("text", "source", "claim"),
    [
        (
            "Mayor Ines Vahl insisted that the ferry is safe.",
            "Mayor Ines Vahl insisted",
            "the ferry is safe",
        ),
        ("“The ferry is safe,” Ines Vahl said.", "Ines Vahl said", "The ferry is safe"),
        ("“The ferry is safe,” said Ines Vahl.", "said Ines Vahl", "The ferry is safe"),
        (
            "According to the Harbour Gazette, the ferry is safe.",
            "According to the Harbour Gazette",
            "the ferry is safe",
        ),
        (
            "The ferry is safe, according to a memo published by the Harbour Gazette.",
            "according to a memo published by the Harbour Gazette",
            "The ferry is safe",
        ),
        ("The ferry is safe, the memo said.", "the memo said", "The ferry is safe"),
        (
            "Jon Tiel, a spokesman for the board, said on Monday that the ferry is safe.",
            "Jon Tiel, a spokesman for the board, said",
            "the ferry is safe",
        ),
        ("She told reporters that the ferry is safe.", "She told reporters", "the ferry is safe"),
    ],
)
def test_a_source_and_its_claim_are_found(label, text, source, claim):
    """A source is found with its cue, and the claim without "that", marks and full stop."""
    found = label(text)

    assert ("Source", source) in found
    assert ("Claim", claim) in found


def test_a_participle_without_a_subject_is_a_source_of_its_own(label):
    """A cue whose subject is left out is a Source by itself."""
    found = label("Ines Vahl said the ferry is safe, adding that it was checked twice.")

    assert found == [
        ("Source", "Ines Vahl said"),
        ("Claim", "the ferry is safe"),
        ("Source", "adding"),
        ("Claim", "it was checked twice"),
    ]


def test_a_quotation_that_goes_on_is_a_claim(label):
    """A quotation after an attributed one is a Claim without a Source of its own."""
    found = label("“The ferry is safe,” Vahl said. “We checked it twice and found no leak.”")

    assert found[-1] == ("Claim", "We checked it twice and found no leak")


def test_plain_statements_are_unmarked(label):
    """What the writer states without Source or Hedge is background."""
    assert label("The ferry crosses the sound twice a day. It carries forty cars.") == []


@pytest.mark.parametrize("text", ["The report was long.", "A claim by the union failed in court."])
def test_nouns_that_look_like_verbs_are_no_cues(label, text):
    """Nouns that look like reporting verbs are not taken for verbs."""
    assert label(text) == []


def test_a_source_that_cites_another_one_makes_two(label):
    """A source quoted by another source is a Source of its own."""
    assert label("Citing port officials, the paper says the dam will hold.") == [
        ("Source", "Citing port officials"),
        ("Source", "the paper says"),
        ("Claim", "the dam will hold"),
    ]


def test_a_document_named_first_belongs_to_the_source(label):
    """An opening phrase that names the document belongs to the Source."""
    found = label("In its statement, the union made it clear that nobody will work on Sunday.")

    assert found[0] == ("Source", "In its statement, the union made it clear")


def test_a_speech_act_and_its_participle_are_one_source(label):
    """A warning that is issued and the participle that gives its content are one Source."""
    found = label("The rebels issued a warning to the fleet, stating that ships will burn.")

    assert found == [
        ("Source", "The rebels issued a warning to the fleet, stating"),
        ("Claim", "ships will burn"),
    ]


def test_an_attribution_within_a_claim_is_nested(label):
    """A claim that reports another attribution holds its Source and its Claim."""
    assert label("The memo said engineers believe the dam will hold.") == [
        ("Source", "The memo said"),
        ("Claim", "engineers believe the dam will hold"),
        ("Source", "engineers believe"),
        ("Claim", "the dam will hold"),
    ]


def test_a_hedged_attribution_is_a_claim_itself(label):
    """Where the writer hedges the attribution, the whole of it is a Claim."""
    assert label("Lowhaven has reportedly warned Morland that it could close the port.") == [
        ("Claim", "Lowhaven has reportedly warned Morland that it could close the port"),
        ("Source", "Lowhaven has reportedly warned Morland"),
        ("Hedge", "reportedly"),
        ("Claim", "it could close the port"),
        ("Hedge", "could"),
    ]


def test_an_attribution_in_a_report_is_within_its_claim(label):
    """Where a report gives an attribution, the claim of the report holds it."""
    found = label("Officials have found signs that the dam leaks, according to the Gazette.")

    assert ("Claim", "Officials have found signs that the dam leaks") in found
    assert ("Claim", "the dam leaks") in found
    assert ("Source", "according to the Gazette") in found


def test_an_interrupted_claim_leaves_its_bare_subject_out(label):
    """Of a claim that its source interrupts, a bare subject is left out."""
    assert label("The dam, the memo said, will hold for ten years.") == [
        ("Source", "the memo said"),
        ("Claim", "will hold for ten years"),
    ]


def test_non_restrictive_clauses_are_claims_of_their_own(label):
    """A non-restrictive clause and a reported "while" clause are claims of their own."""
    claims = [
        text
        for kind, text in label(
            "Vahl said the dam had cracks, which grew in May, and Tiel said the pier leaks, "
            "while the ferry is safe."
        )
        if kind == "Claim"
    ]

    assert claims == [
        "the dam had cracks",
        "which grew in May",
        "the pier leaks",
        "the ferry is safe",
    ]


def test_evidence_hedges_and_people_vouch(label):
    """With evidence as its subject a verb of indication is a Hedge, else it makes a Source."""
    assert ("Hedge", "suggest") in label("Fresh tracks suggest that the thieves came by boat.")
    assert ("Source", "Intercepted letters indicate") in label(
        "Intercepted letters indicate that the thieves came by boat."
    )


def test_declining_to_comment_vouches_for_nothing(label):
    """Somebody who declines to comment is no source, and there is no claim."""
    assert label("The harbour board declined to comment on Monday.") == []


@pytest.mark.parametrize(
    "text",
    ["Vahl praised the new harbour board.", "The union criticised the mayor's budget on Monday."],
)
def test_praise_and_blame_without_content_are_no_source(label, text):
    """A verb of judgement whose object is only a thing vouches for nothing."""
    assert label(text) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (
            "“The ferry is safe,” Vahl told the Harbour Gazette on Monday.",
            "Vahl told the Harbour Gazette",
        ),
        ("“The ferry is safe,” she told reporters.", "she told reporters"),
        ("Tiel told Vahl, that “the ferry is safe now.”", "Tiel told Vahl"),
    ],
)
def test_the_person_spoken_to_belongs_to_the_source(label, text, source):
    """Who is told something belongs to the Source, before and after the content."""
    assert ("Source", source) in label(text)


@pytest.mark.parametrize("verb", ["warned", "promised", "told"])
def test_that_after_a_cue_is_nobody_who_is_spoken_to(label, verb):
    """The complementiser stays outside the Source, whoever may be spoken to with that verb."""
    assert label(f"The union {verb} that the quay is closed.") == [
        ("Source", f"The union {verb}"),
        ("Claim", "the quay is closed"),
    ]


def test_a_participle_joins_the_verb_that_announces_it(label):
    """What announces speech and the participle that gives it are one Source."""
    assert label("The union responded on Friday, saying the ferry is safe.") == [
        ("Source", "The union responded on Friday, saying"),
        ("Claim", "the ferry is safe"),
    ]


@pytest.mark.parametrize(
    "text",
    ["Vahl asked Tiel if the ferry was safe.", "“Is the ferry safe?” Vahl asked."],
)
def test_questions_have_neither_claim_nor_source(label, text):
    """A question asserts nothing, so there is no Claim and nobody to vouch for it."""
    assert label(text) == []


@pytest.mark.parametrize(
    ("text", "source", "claim"),
    [
        (
            "A poll released on Friday found 60 percent of voters oppose the plan.",
            "A poll released on Friday found",
            "60 percent of voters oppose the plan",
        ),
        (
            "A new survey shows 60% of sailors want it.",
            "A new survey shows",
            "60% of sailors want it",
        ),
    ],
)
def test_polls_find_shares(label, text, source, claim):
    """A share of people opens what a poll reports, and a participle belongs to the document."""
    assert label(text) == [("Source", source), ("Claim", claim)]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Vahl said the ferry was late — no surprise to sailors.", "the ferry was late"),
        (
            "Vahl said half the ferries were late, compared to a third in May.",
            "half the ferries were late",
        ),
        ("Vahl admitted as part of the deal that the ferry was late.", "the ferry was late"),
        ("“The ferry is late!” Ines Vahl, a pilot, said on Monday.", "The ferry is late"),
    ],
)
def test_asides_and_adverbials_are_no_part_of_a_claim(label, text, claim):
    """The writer's aside, a comparison and what stands between cue and clause stay outside."""
    assert [span for kind, span in label(text) if kind == "Claim"] == [claim]


@pytest.mark.parametrize(
    ("text", "source", "claim"),
    [
        ("Republicans say divers are looking for one thing: the wall.", "Republicans say",
         "divers are looking for one thing: the wall"),
        ("The harbour legend said people misunderstand Vahl.", "The harbour legend said",
         "people misunderstand Vahl"),
        ("Vahl said on “Morning News” that he would go.", "Vahl said", "he would go"),
        ("Vahl has said for weeks he’s ready.", "Vahl has said", "he’s ready"),
        ("The paper reported at least six divers filled the boat.", "The paper reported",
         "at least six divers filled the boat"),
        ("In the end, Mr. Jolly said, union voters almost always come home.", "Mr. Jolly said",
         "union voters almost always come home"),
        ("Senator Jon Will, the No. 2 diver on the board, said the wall will hold.",
         "Senator Jon Will, the No. 2 diver on the board, said", "the wall will hold"),
        ("Vahl said down-river towns can also help.", "Vahl said", "down-river towns can also help"),
        ("Half of all five say they want the wall.", "Half of all five say",
         "they want the wall"),
        ("But few believe their wall can ever hold.", "few believe", "their wall can ever hold"),
        ("Data show that the wall is higher now.", "Data show", "the wall is higher now"),
        ("The wall fell, although history says there can be new ones.", "history says",
         "there can be new ones"),
        ("Economists believe this provides work.", "Economists believe", "this provides work"),
        ("The pilots whose boats have been sold say the trade is over.",
         "The pilots whose boats have been sold say", "the trade is over"),
        ("Tiel and others who want to dive said the water is clean.",
         "Tiel and others who want to dive said", "the water is clean"),
        ("Divers trying to keep the wall in November say they are ready.",
         "Divers trying to keep the wall in November say", "they are ready"),
        ("A person familiar with the planning for Monday’s vote says the board will split.",
         "A person familiar with the planning for Monday’s vote says", "the board will split"),
        ("One of the authors of that 2013 report, Jon Tiel, said the wall will hold.",
         "One of the authors of that 2013 report, Jon Tiel, said", "the wall will hold"),
        ("Sen. Jon Tiel (R-Maine), said after a lunch on Monday that he will go.",
         "Sen. Jon Tiel (R-Maine), said", "he will go"),
        ("A harbour survey this week found that the wall is safe.",
         "A harbour survey this week found", "the wall is safe"),
        ("“It was the first time,” Radio This Morning host Jon Tiel said.",
         "Radio This Morning host Jon Tiel said", "It was the first time"),
        ("“It was the first time,” she and another diver said.", "she and another diver said",
         "It was the first time"),
        ("As Vahl told the Harbour Gazette, the wall is built for the town.",
         "Vahl told the Harbour Gazette", "the wall is built for the town"),
        ("The numbers fell over the summer, as Tiel has acknowledged.",
         "Tiel has acknowledged", "The numbers fell over the summer"),
        ("Tiel, a creative writing professor, said he holds the rope.",
         "Tiel, a creative writing professor, said", "he holds the rope"),
        ("Tiel, a pilot who advises the board, said his maps show a leak.",
         "Tiel, a pilot who advises the board, said", "his maps show a leak"),
        ("Tiel, an engineer who has embraced Vahl, acknowledged that the wall fell.",
         "Tiel, an engineer who has embraced Vahl, acknowledged", "the wall fell"),
        ("''They call it 'old-school,''' said Tiel.", "said Tiel", "They call it 'old-school"),
        ("The court ruled that the wall was illegal.", "The court ruled", "the wall was illegal"),
    ],
)  # fmt: skip
def test_ordinary_sentences_of_news_are_understood(label, text, source, claim):
    """Subjects, adverbials and clauses as newspapers write them, each in a sentence of its own."""
    found = label(text)

    assert ("Source", source) in found
    assert ("Claim", claim) in found


@pytest.mark.parametrize(
    "text",
    ["He said yes to the plan.", "She said nothing.", "He said the same thing.",
     "“Is it safe?” he asked, looking at the wall.", "It rained, as they say."],
)  # fmt: skip
def test_what_is_no_clause_is_no_claim(label, text):
    """Somebody who only says yes, or asks, vouches for nothing."""
    assert label(text) == []


def test_who_asks_and_goes_on_vouches_for_what_follows(label):
    """A question asserts nothing, but the quotation that goes on after it has a source."""
    found = label("“Is it safe?” she wrote. “The wall has held for forty years.”")

    assert ("Source", "she wrote") in found
    assert ("Claim", "The wall has held for forty years") in found
    assert label("“Is it safe?” she wrote. The wall has held for forty years.") == []


@pytest.mark.parametrize(
    "text",
    ["Vahl talked about the wall at the harbour.", "The union did not respond to three calls.",
     "The board focused on the new wall."],
)  # fmt: skip
def test_what_is_only_talked_about_is_no_claim(label, text):
    """A thing that somebody speaks of is vouched for by nobody."""
    assert label(text) == []

from spacy import displacy

import annotate


def test_displacy_draws_in_the_colours_of_the_config(texts, predictions, scheme):
    """Each label has its colour, and its name is white or black on it, whichever can be read."""
    docs = annotate.docs(zip(texts, predictions, strict=True), spans_key="marks")
    options = annotate.displacy_options(spans_key="marks")
    html = displacy.render(docs, style="span", options=options)
    for label, colour in scheme.colours.items():
        assert f"background: {colour}" in html
        assert f"lch(from {colour} calc((55 - l) * infinity) 0 0)" in html
        assert label in html


def test_another_scheme_has_its_own_colours():
    """The colours are those of the scheme that is given."""
    parc = annotate.label_scheme("parc")
    assert annotate.displacy_options(parc)["colors"] == parc.colours

from retold import SCHEME, told

from annotate.cli.output.marked import show_left_out
from annotate.workflow.show.claims import MarkedArticles


def test_what_was_not_looked_at_is_told(capsys):
    """Articles without marks, further annotators, and labels that the scheme has not."""
    item = told("the bridge may close", name="a", hedge="may")
    held = MarkedArticles(name="x", reference=(item,), others=(), several=2, unmarked=1)
    strange = held.strange_labels(SCHEME)
    assert strange == {}
    show_left_out(held, {"PERSON": 3}, all_annotators=False)
    told_ = capsys.readouterr().err
    assert "left out: 1 article that nobody has annotated" in told_
    assert "articles with several annotations: 2" in told_
    assert "not in the labelling config: PERSON 3" in told_
    show_left_out(held, strange, all_annotators=True)
    assert "several" not in capsys.readouterr().err

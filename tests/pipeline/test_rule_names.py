import pytest

from annotate.labels import parse_label_config
from annotate.pipeline.prediction import load_rules
from annotate.pipeline.rule_names import name_rules, predict_by_rules
from annotate.pipeline.rules.scores import rule_scores
from annotate.records import Article
from annotate.workflow.state.init import label_config_template

ARTICLES = [
    Article(article_id="a", text="Officials said the bridge may close."),
    Article(article_id="b", text="“It is shut,” the mayor told us. Nobody else said anything."),
    Article(article_id="c", text="Nothing."),
]


@pytest.mark.parametrize("config", ["claims.xml", "parc.xml"])
def test_every_span_of_the_rules_has_a_name(config):
    """What the rules say is what they say to everybody, and each place has the rule that marks it."""
    scheme = parse_label_config(label_config_template(config))
    found = list(predict_by_rules(ARTICLES, scheme=scheme, version="rules-1", aliases={}))
    assert [said for said, _ in found] == list(load_rules(scheme, "rules-1").predict(ARTICLES))
    for said, names in found:
        assert set(names) == {(span.start, span.end, span.label) for span in said.spans}
    assert any(names for _, names in found)
    if config == "claims.xml":
        assert {rule for _, names in found for rule in names.values()} <= set(rule_scores())


def test_names_alone_are_the_same_under_the_labels_of_now():
    """Without choices and links the names are no others, and a renamed label has its name of now."""
    config = label_config_template("claims.xml").replace('"Claim"', '"Statement"')
    scheme = parse_label_config(config)
    about = {"scheme": scheme, "version": "rules-1", "aliases": {"Claim": "Statement"}}
    alone = list(name_rules(ARTICLES, **about))
    assert alone == [names for _, names in predict_by_rules(ARTICLES, **about)]
    assert alone[0][15, 35, "Statement"] == "claim_clause_after"

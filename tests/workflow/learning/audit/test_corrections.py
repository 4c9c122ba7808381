from dataclasses import replace

import pytest

from annotate.errors import UnknownExportError
from annotate.exports.lines import ExportedArticle
from annotate.records import Annotation, Article, Prediction, Span
from annotate.studio.simulated import annotate_from_gold
from annotate.workflow.learning.audit.corrections import report_corrections
from annotate.workflow.learning.audit.shown import (
    BLIND,
    FORGOTTEN,
    FROM_FILES,
    GONE,
    UNFIT,
    UNNAMED,
)

TEXT = "Officials said the bridge may close."
CLAIM = Span(id="c", start=15, end=35, label="Claim")


def _line(name, *annotations, **changes):
    article = Article(article_id=name, text=TEXT)
    return ExportedArticle(
        article=article,
        annotations=tuple(
            Annotation(
                article_id=name,
                text_sha256=article.text_sha256,
                spans=spans,
                labels=("Claim", "Source", "Hedge"),
                annotator=f"annotator-{number}",
                annotation_id=f"{prefix}{number}",
                prediction_shown=shown,
            )
            for number, (shown, spans, prefix) in enumerate(annotations)
        ),
        group=name,
        split="train",
        blind=False,
        **changes,
    )


def _write(context, *lines):
    context.versions.write(sorted(lines, key=lambda line: line.key), about={})


def _keep(context, line, *spans, version="old-1"):
    prediction = Prediction(
        article_id=line.article.article_id,
        text_sha256=line.article.text_sha256,
        spans=spans,
        model_version=version,
    )
    with context.seen() as seen:
        seen.put([prediction])


@pytest.fixture
def no_rules(monkeypatch):
    """Ask no rules for names: loading them takes a moment."""
    monkeypatch.setattr("annotate.workflow.learning.audit.corrections._rules", lambda _: None)


@pytest.mark.usefixtures("no_rules")
def test_what_was_kept_is_compared_and_all_else_is_counted(context):
    """A kept prediction needs no model; what nobody can say any more is left out, with its reason."""
    kept = _line("a", ("old-1", (CLAIM,), ""), ("old-1", (), ""))
    other = _line(
        "b",
        ("old-2", (), ""),
        (None, (CLAIM,), ""),
        ("unknown", (), ""),
        (None, (CLAIM,), "file-"),
        ("old-1", (CLAIM,), "review-"),
    )
    _write(context, kept, other)
    _keep(context, kept, CLAIM)
    found = report_corrections(context)
    assert (found.articles, found.kept, found.asked) == (1, {"old-1": 2}, {})
    assert found.left_out == {GONE: 1, UNNAMED: 1, FORGOTTEN: 1, FROM_FILES: 2}
    assert dict(found.tally.all.fates) == {"accepted": 1, "deleted": 1}


def test_the_same_version_is_asked_again_and_rules_are_named(context):
    """What was not kept is asked of the very version that was shown; its rules are named."""
    rules = context.models.store.rules().version
    _write(context, _line("a", (rules, (), "")))
    works = []
    found = report_corrections(context, on_work=works.append)
    assert (found.kept, found.asked, found.rules) == ({}, {rules: 1}, rules)
    (work,) = works
    assert set(work.rules.values()) == {"source_subject", "claim_clause_after", "hedge_modal"}
    assert {rule.rule for rule in found.tally.deleted_rules()} == set(work.rules.values())


@pytest.mark.usefixtures("no_rules")
def test_what_was_kept_under_a_former_label_has_the_label_of_now(context, monkeypatch):
    """After a rename nothing seems relabelled; what has no label any more is left out and counted."""
    kept = _line("a", ("old-1", (CLAIM,), ""))
    _write(context, kept)
    former = replace(CLAIM, label="Statement")
    _keep(context, kept, former, Span(id="p", start=0, end=9, label="Person"))
    monkeypatch.setattr(
        type(context),
        "settings",
        context.settings.model_copy(update={"aliases": {"Statement": "Claim"}}),
    )
    found = report_corrections(context)
    assert dict(found.tally.all.fates) == {"accepted": 1}
    assert found.left_out == {UNFIT: 1}


def test_no_export_at_all_is_an_error(context):
    """Without a version there is nothing to look at, and the next step is named."""
    with pytest.raises(UnknownExportError):
        report_corrections(context)


@pytest.mark.usefixtures("no_rules")
def test_a_version_without_work_says_so(context):
    """Nobody has annotated: nothing is counted, nothing fails."""
    _write(context, replace(_line("a"), skipped=1))
    found = report_corrections(context)
    assert (found.articles, found.tally.annotations, found.patterns) == (0, 0, ())


@pytest.mark.usefixtures("no_rules")
def test_two_runs_say_the_same(context):
    """Whatever the order of sets and files, two reports of one version are equal."""
    lines = [_line(f"a{n}", ("old-1", (CLAIM,) * (n % 2), "")) for n in range(6)]
    _write(context, *lines)
    for line in lines:
        _keep(context, line, CLAIM, Span(id="h", start=26, end=29, label="Hedge"))
    one, two = (report_corrections(context) for _ in range(2))
    assert (one.patterns, one.tally.by("label")) == (two.patterns, two.tally.by("label"))


@pytest.mark.usefixtures("trivial_models", "no_rules")
def test_a_pull_keeps_what_people_were_shown(site):
    """Predictions that annotations began with are kept by the pull, blind work has none."""
    gold = site.add_samples(6)
    pushed = site.push()
    annotate_from_gold(site.client, pushed.project_id, site.scheme, gold)
    site.pull()
    found = report_corrections(site)
    assert found.kept == {pushed.model_version: 6 - pushed.blind}
    assert found.left_out.get(BLIND, 0) == pushed.blind
    assert found.tally.all.predicted == 6 - pushed.blind

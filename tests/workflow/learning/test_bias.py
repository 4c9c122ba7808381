from dataclasses import replace

from annotate.exports.lines import ExportedArticle
from annotate.pipeline.prediction import load_rules
from annotate.pipeline.registry import Model
from annotate.records import Annotation, Article
from annotate.workflow.learning import bias


def _line(number, said, *, shown, spans, annotation_id=None):
    article = said[0]
    annotation = Annotation(
        article_id=f"{number}",
        text_sha256=article.text_sha256,
        spans=spans,
        labels=("Claim", "Source", "Hedge"),
        annotator=f"annotator-{number % 2}",
        annotation_id=annotation_id or f"{number}",
        lead_time=20.0,
        prediction_shown=shown,
    )
    return ExportedArticle(
        article=Article(article_id=f"{number}", text=article.text),
        annotations=(annotation,),
        group=f"{number}",
        split="test" if shown is None else "train",
        blind=shown is None,
    )


def test_models_that_other_code_runs_are_asked_and_told(context, monkeypatch, tmp_path):
    """What people saw came from the model by other code: it is asked again, and counted."""
    rules = context.models.choose("rules")
    pipeline = load_rules(context.scheme, rules.version)
    monkeypatch.setattr(context.models, "load", lambda _: pipeline)
    name = "spans-000000000000"
    now = Model(version=f"{name}-code-1", path=tmp_path, lineage={})
    monkeypatch.setattr(type(context.models.store), "models", lambda _: [now])
    article = Article(article_id="x", text="Officials said the bridge may close.")
    said = (article, None)
    shown = [name, f"{name}-code-0", f"{name}-code-1"]
    lines = [_line(n, said, shown=version, spans=()) for n, version in enumerate(shown)]
    context.versions.write(sorted(lines, key=lambda line: line.key), about={})
    found = bias.report_bias(context)
    assert (found.models, found.substituted, found.other_code) == ({now.version: 3}, 0, 2)


def test_the_audit_asks_the_models_that_people_saw(context, monkeypatch):
    """A model that is gone is told; blind work is held against the one shown most; files stay out."""
    rules = context.models.choose("rules").version
    article = Article(article_id="x", text="Officials said the bridge may close.")
    pipeline = load_rules(context.scheme, rules)
    monkeypatch.setattr(context.models, "load", lambda _: pipeline)  # loaded once
    prediction = next(pipeline.predict([article]))
    said = (article, prediction)
    spans = tuple(sorted(prediction.spans, key=lambda span: span.id))
    lines = [_line(n, said, shown=rules, spans=spans) for n in range(11)]
    lines += [_line(11, said, shown="spans-000000000000", spans=spans)]
    lines += [_line(n, said, shown=None, spans=spans[: n % 2]) for n in range(12, 24)]
    lines += [replace(_line(25, said, shown=None, spans=spans), blind=False)]
    lines += [_line(24, said, shown=None, spans=(), annotation_id="file-abc")]
    context.versions.write(sorted(lines, key=lambda line: line.key), about={})
    found = bias.report_bias(context)
    assert (found.models, found.substituted, found.left_out) == ({rules: 24}, 1, 1)
    everybody = found.everybody
    assert (everybody.blind_articles, everybody.corrected_articles) == (12, 12)
    assert everybody.verdict == "accepting"
    assert everybody.agreement.corrected == 1.0
    assert everybody.agreement.blind < 0.5
    assert {audit.verdict for audit in found.by_annotator.values()} == {"too few"}


def test_work_without_a_model_is_neither_corrected_nor_blind(context):
    """No hash chose these articles: they are left out and counted, and no model is asked."""
    context.models.store.use(context.models.choose("none"))
    article = Article(article_id="x", text="Officials said the bridge may close.")
    lines = [_line(n, (article, None), shown=None, spans=()) for n in range(3)]
    lines += [replace(_line(n, (article, None), shown=None, spans=()), blind=False) for n in (3, 4)]
    context.versions.write(sorted(lines, key=lambda line: line.key), about={})
    found = bias.report_bias(context)
    assert (found.left_out, found.models, found.model) == (2, {}, None)
    assert (found.everybody.blind_articles, found.everybody.corrected_articles) == (3, 0)

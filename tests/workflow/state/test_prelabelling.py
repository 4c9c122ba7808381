"""The pre-labeller of annotate.yaml as a model: chosen, used, bounded, and its examples from gold."""

from dataclasses import replace

import pytest
from chat_server import name_server
from export_lines import export_line

from annotate.errors import (
    LabelConfigError,
    ModelError,
    PrelabellerError,
    UnknownModelError,
    UsageError,
)
from annotate.records import Article
from annotate.workflow.state.models import predict_all
from annotate.workflow.state.prelabelling import example_gold

LONG = "Police said that it may rain for many days {} in the hills."
ALL = ("Claim", "Source", "Hedge", "source_type", "attributed_to", "hedges")


@pytest.fixture
def named(context, chat):
    """Return `named(**settings)`: the context of a workspace that names the scripted server."""

    def make(**changes):
        name_server(context.workspace.root, chat, **changes)
        context.reload()
        return context

    return make


def _gold(context, *names, split="train", **changes):
    lines = []
    for name in names:
        text = LONG.format(f"{name} " * 9)
        line = export_line(name, text=text, spans=((0, 11, "Source"),), **changes)
        (annotation,) = line.annotations
        annotation = replace(annotation, labels=ALL, extra=())
        lines.append(replace(line, split=split, annotations=(annotation,)))
    return lines


def test_it_is_in_use_until_another_model_is_chosen(named):
    """Naming it is enough; `annotate models use` goes before, and back by its name."""
    context = named()
    models = context.models
    made = models.in_use()
    assert made.configured
    assert made.version.startswith("openai-tiny-")
    for name in ("prelabeller", made.version, made.version[:10]):
        assert models.choose(name) == made
    assert models.store.untrained()[0] == made
    models.use("rules")
    assert models.in_use().version.startswith("rules-")
    assert models.use("prelabeller") == made
    assert (context.workspace.models / "in-use").read_text() == "prelabeller\n"
    assert models.in_use() == made


def test_what_is_no_longer_named_is_gone(named):
    """Where annotate.yaml forgets it, the next step is told; other models are found as ever."""
    context = named()
    context.models.use("prelabeller")
    path = context.workspace.root / "annotate.yaml"
    path.write_text(path.read_text().replace("prelabeller:", "aliases: {} #"))
    context.reload()
    with pytest.raises(UnknownModelError, match="'prelabeller', is gone") as told:
        context.models.in_use()
    assert "annotate models use" in told.value.hint
    assert context.models.choose("rules").version.startswith("rules-")


def test_nobody_is_asked_before_something_is_predicted(named, chat):
    """Choosing, loading and showing a model sends nothing."""
    models = named().models
    model = models.in_use()
    loaded = models.load(model)
    assert (chat.asked, model.asks) == ([], chat.url.removeprefix("http://").removesuffix("/v1"))
    (prediction,) = predict_all(loaded, [Article(article_id="a", text="It may rain.")])
    assert (len(chat.asked), prediction.model_version) == (1, model.version)
    assert models.load(model) is loaded


def test_who_needs_every_prediction_is_told_which_one_is_missing(named, chat):
    """A comparison does not go on without an article; its name and the reason are told."""
    chat.faults = [500]
    loaded = named().models.load(named().models.in_use())
    with pytest.raises(ModelError, match=r"^a: no prediction of openai-tiny-\w+: 127.* 500"):
        list(predict_all(loaded, [Article(article_id="a", text="It may rain.")]))


def test_a_run_has_its_own_bound(named, chat):
    """What a run allows goes before what the settings say."""
    models = named(max_requests=9).models
    models.limit_requests(1)
    articles = [Article(article_id=str(n), text=f"It may rain {n}.") for n in range(3)]
    with pytest.raises(PrelabellerError, match="asked 1 times"):
        list(predict_all(models.load(models.in_use()), articles))
    assert len(chat.asked) == 1


def test_a_bound_needs_somebody_who_is_asked(context):
    """Without a prelabeller a bound on requests is a mistake, and told."""
    with pytest.raises(UsageError, match="names no prelabeller"):
        context.models.limit_requests(3)
    context.models.limit_requests(None)


def test_guidelines_that_are_missing_are_told(named):
    """They are part of the prompt, and so of the version."""
    context = named()
    (context.workspace.root / "label_configs" / "guidelines.md").unlink()
    with pytest.raises(LabelConfigError, match=r"guidelines\.md"):
        context.models.in_use()


def test_other_guidelines_are_another_version(named):
    """What annotators are told is told to the model."""
    context = named()
    before = context.models.in_use().version
    (context.workspace.root / "label_configs" / "guidelines.md").write_text("Mark nothing.")
    context.reload()
    assert context.models.in_use().version != before


def test_examples_are_of_training_articles_alone(named):
    """Neither test nor development articles, nor what nearly repeats a test article."""
    context = named()
    lines = [
        *_gold(context, "kept"),
        *_gold(context, "tested", split="test"),
        *_gold(context, "develops", split="dev"),
        *_gold(context, "between", split="none"),
        *_gold(context, "foreign", corpus="other"),
    ]
    near = _gold(context, "near")[0]
    text = lines[1].article.text + " Too."
    article = Article(article_id="near", text=text)
    (annotation,) = near.annotations
    annotation = replace(annotation, text_sha256=article.text_sha256)
    lines.append(replace(near, article=article, annotations=(annotation,)))
    version = context.versions.write(sorted(lines, key=lambda line: line.key), about={})
    gold = example_gold(context.workspace, context.versions, str(version.number))
    assert [article.article_id for article, _ in gold.articles] == ["kept"]
    assert gold.barred == {lines[1].article.text}


def test_an_article_that_became_a_test_article_is_no_example(named):
    """The register is asked too: a version may be older than the place of an article."""
    context = named()
    lines = _gold(context, *(f"story{number}" for number in range(12)))
    version = context.versions.write(sorted(lines, key=lambda line: line.key), about={})
    with context.register() as register:
        blind = {e.article_id for e in register.place([x.article for x in lines]) if e.blind}
        register.save()
    assert blind
    gold = example_gold(context.workspace, context.versions, version.name)
    assert not blind & {article.article_id for article, _ in gold.articles}
    assert gold.articles


def test_a_newer_version_changes_nothing_until_it_is_named(named, chat):
    """Examples hang on the version that is named: a pull alone makes no other model."""
    context = named()
    context.versions.write(_gold(context, "kept"), about={})
    context = named(examples_from=1)
    before = context.models.in_use()
    assert before.lineage["examples"] == 1
    context.versions.write(_gold(context, "later"), about={})
    context.reload()
    assert context.models.in_use() == before
    assert named(examples_from=2).models.in_use().version != before.version
    list(
        predict_all(
            context.models.load(context.models.in_use()),
            [Article(article_id="a", text="It may rain.")],
        )
    )
    assert [m["role"] for m in chat.asked[0]["messages"]].count("assistant") >= 1

"""A push and a sync whose model is a language model: asked first, and a version like any other."""

import sys
from dataclasses import replace

import pytest
from chat_server import keyword_reply, name_server
from double.trials import TrivialPipeline
from stories import all_versions, mark, story, task_of, write_stories

from annotate.cli import context as cli_context
from annotate.cli.main import main
from annotate.errors import PrelabellerError
from annotate.prelabellers import discovery
from annotate.records import Link, Prediction, Span
from annotate.workflow.mirror import site as site_module
from annotate.workflow.state.models import Models
from annotate.workflow.state.prelabelling import ask
from annotate.workflow.sync.asking import to_predict
from annotate.workflow.sync.sync import apply_sync, plan_sync


def configure(site, chat, **changes):
    """Let annotate.yaml name the scripted server."""
    name_server(site.root, chat, **changes)
    site.reload()


@pytest.fixture
def trivial_rules(monkeypatch):
    """Let the rules be a trivial pipeline; what annotate.yaml names is the real one."""
    load = Models.load
    monkeypatch.setattr(
        Models,
        "load",
        lambda self, model: (
            load(self, model) if model.configured else TrivialPipeline(model.version)
        ),
    )


def sync(site, **settings):
    """Do what the command does: plan, ask, apply; return the plan of asking and the result."""
    articles = site.articles().articles
    plan = plan_sync(site, articles, site.models.in_use(), **settings)
    loaded = site.models.configured
    wanted = list(to_predict(site, plan.push, articles, refresh=True))
    asks = loaded.asking.plan(wanted)
    ask(loaded, wanted, on_reply=lambda: None)
    return asks, apply_sync(site, articles, plan)


def test_a_sync_pushes_what_the_model_marks(studio, site, chat):
    """Its version stands on every task but blind ones, which nobody is asked about."""
    write_stories(site, range(5))
    configure(site, chat)
    asks, done = sync(site)
    version = site.models.in_use().version
    assert version.startswith("openai-tiny-")
    assert (done.push.pushed, done.push.blind, done.push.spans) == (5, 1, 8)
    assert (asks.articles, asks.requests, len(chat.asked)) == (4, 4, 4)
    assert story(2) not in chat.paragraphs  # n2 is a test article
    assert [all_versions(site, i) for i in range(5)] == [
        [version],
        [version],
        [],
        [version],
        [version],
    ]
    assert site.project().model_version == version
    (task,) = [task for task in site.raw_tasks() if task["data"]["article_id"] == "n0"]
    (prediction,) = task["predictions"]
    found = {
        (r["value"]["start"], r["value"]["end"], *r["value"]["labels"])
        for r in prediction["result"]
    }
    text = story(0)
    assert found == {(0, 12, "Source"), (text.index("may"), text.index("may") + 3, "Hedge")}
    asks, done = sync(site)
    assert (asks.requests, done.push.pushed, done.refresh.refreshed, len(chat.asked)) == (
        0,
        0,
        0,
        4,
    )


@pytest.mark.usefixtures("trivial_rules")
def test_a_model_that_is_named_later_refreshes_open_tasks(studio, site, chat):
    """Tasks that the rules have pre-labelled get its predictions, and people see them."""
    write_stories(site, range(4))
    site.push()
    before = site.project().model_version
    configure(site, chat)
    asks, done = sync(site)
    assert (asks.articles, done.refresh.refreshed, done.refresh.switched) == (3, 3, True)
    assert (done.refresh.before, site.project().model_version) == (
        before,
        site.models.in_use().version,
    )
    assert [len(all_versions(site, i)) for i in range(4)] == [2, 2, 0, 2]


def test_a_failing_article_is_pushed_without_and_asked_again_next_time(studio, site, chat):
    """The rest goes on; the next sync asks about that article alone and brings what it lacks."""
    write_stories(site, range(5))
    configure(site, chat)
    chat.faults = [keyword_reply, 500]
    _, done = sync(site)
    version = site.models.in_use().version
    assert (done.push.pushed, done.push.without) == (5, 1)
    assert [key.article_id for key in site.models.configured.failed] == ["n1"]
    assert all_versions(site, 1) == []
    site.reload()
    asks, done = sync(site)
    assert (asks.requests, done.refresh.refreshed, done.refresh.left) == (1, 1, 0)
    assert all_versions(site, 1) == [version]
    assert len(chat.asked) == 5


@pytest.mark.usefixtures("trivial_rules")
def test_an_article_that_always_fails_keeps_the_old_predictions_in_sight(studio, site, chat):
    """On its task people would see nothing; where that is meant, the new ones are shown."""
    write_stories(site, range(4))
    site.push()
    before = site.project().model_version
    configure(site, chat)
    chat.reply = lambda p: "no" if p == story(1) else keyword_reply(p)
    _, done = sync(site)
    version = site.models.in_use().version
    assert (done.refresh.refreshed, done.refresh.left, done.refresh.switched) == (2, 1, False)
    assert site.project().model_version == before
    site.reload()
    _, done = sync(site, force=True)
    assert (done.refresh.left, done.refresh.switched) == (1, True)
    assert site.project().model_version == version


def test_a_server_that_goes_away_stops_before_anything_is_pushed(studio, site, chat):
    """Asked first, pushed then: what was answered is kept, and the next run goes on from there."""
    write_stories(site, range(5))
    configure(site, chat)
    chat.faults = [keyword_reply, keyword_reply, 401]
    with pytest.raises(PrelabellerError, match="401"):
        sync(site)
    assert site.project() is None
    site.reload()
    _, done = sync(site)
    assert (done.push.pushed, done.push.spans, len(chat.asked)) == (5, 8, 5)


def test_other_labels_have_a_prompt_of_their_own(studio, site, chat):
    """A labelling config with other labels asks for those, without a word of the shipped ones."""
    (site.root / "label_configs" / "claims.xml").write_text(
        '<View><Text name="text" value="$text"/><Labels name="label" toName="text">'
        '<Label value="PERSON"/><Label value="Source"/></Labels></View>'
    )
    path = site.root / "annotate.yaml"
    path.write_text(
        path.read_text().replace(
            "links:\n  attributed_to: [Claim, Source]\n  hedges: [Hedge, Claim]\n", ""
        )
    )
    write_stories(site, range(3))
    configure(site, chat)
    _, done = sync(site)
    schema = chat.asked[0]["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["marks"]["items"]["properties"]["label"]["enum"] == [
        "PERSON",
        "Source",
    ]
    assert done.push.spans == 2
    assert site.models.configured.left_out == {"label Hedge": 2}


class _Theirs:
    """A pre-labeller that a package might offer."""

    version = "theirs-1"

    def __init__(self, options, where):
        self.word, self.labels = options["word"], where.scheme.span_labels

    def predict(self, articles):
        for article in articles:
            at = article.text.find(self.word)
            if at < 0:
                yield None
                continue
            spans = tuple(
                Span(id=str(i), start=at, end=at + len(self.word), label=label)
                for i, label in enumerate(["Hedge", "Rumour"])
            )
            yield Prediction(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                spans=spans,
                links=(Link(head_id="0", tail_id="1", label="hedges"),),
                scores={"0": 0.5, "1": 0.5},
                model_version=self.version,
            )


@pytest.fixture
def package(monkeypatch):
    """Let an installed package offer the kind `theirs`."""
    entry = discovery.EntryPoint("theirs", f"{__name__}:_Theirs", discovery.GROUP)
    monkeypatch.setattr(discovery.EntryPoint, "load", lambda _: _Theirs)
    monkeypatch.setattr(discovery, "entry_points", lambda **_: [entry])


@pytest.mark.usefixtures("package")
def test_a_package_offers_its_own_pre_labeller(studio, site):
    """Its predictions are pushed under its version, less what the labelling config has not."""
    write_stories(site, range(5))
    site.configure("prelabeller: {kind: theirs, options: {word: may}}\n")
    done = site.sync()
    assert (done.push.pushed, done.push.spans, done.push.model_version) == (5, 4, "theirs-1")
    assert dict(done.push.left_out) == {
        "label Rumour": 4,
        "link hedges of a span that was left out": 4,
    }


@pytest.mark.usefixtures("package")
def test_a_package_may_have_nothing_to_say_of_an_article(studio, site):
    """It is pushed without predictions."""
    write_stories(site, range(5))
    word = story(0).split()[-3]
    site.configure(f"prelabeller: {{kind: theirs, options: {{word: '{word} may'}}}}\n")
    done = site.sync()
    assert (done.push.pushed, done.push.without, done.push.spans) == (5, 3, 1)


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text_sha256": "0" * 64}, "belong to another text"),
        ({"model_version": "other-1"}, "is of 'other-1'"),
        ({"article_id": "n9"}, "for 'n9'"),
    ],
)
def test_a_prediction_for_something_else_is_refused(studio, site, monkeypatch, change, said):
    """Spans of another text, another version or another article never reach a task."""
    predict = _Theirs.predict
    monkeypatch.setattr(
        _Theirs, "predict", lambda self, a: (replace(p, **change) for p in predict(self, a))
    )
    write_stories(site, range(2))
    site.configure("prelabeller: {kind: theirs, options: {word: may}}\n")
    with pytest.raises(PrelabellerError, match=said):
        site.sync()


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("version", ["rules-1", "none", "prelabeller", "x-code-1"])
def test_a_version_that_means_something_else_is_refused(site, monkeypatch, version):
    """Nobody's predictions pass for the rules'."""
    monkeypatch.setattr(_Theirs, "version", version)
    site.configure("prelabeller: {kind: theirs, options: {word: may}}\n")
    with pytest.raises(PrelabellerError, match="means something else"):
        site.models.in_use()


@pytest.mark.usefixtures("trivial_rules")
def test_work_comes_home_where_nobody_answers(studio, site, chat, person, monkeypatch, capsys):
    """A sync writes the version, then asks; the error says what was pulled, and nothing is pushed."""
    write_stories(site, range(2))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [mark()])
    write_stories(site, range(4))
    configure(site, chat, url="http://127.0.0.1:9/v1")
    monkeypatch.chdir(site.root)
    monkeypatch.setattr(site_module, "connect", lambda *_, **__: studio.client())
    monkeypatch.setattr(sys, "argv", ["annotate", "sync"])
    cli_context.choose(workspace=None, debug=False)
    with site.left_alone(), pytest.raises(SystemExit) as end:
        main()
    site.reload()
    version = site.versions.latest()
    assert version.counts["annotations"] == 1
    said = " ".join(capsys.readouterr().err.split())
    assert end.value.code == 4
    assert "127.0.0.1:9 does not answer" in said
    assert f"what people did was pulled before (version {version.name})" in said
    assert len(site.raw_tasks()) == 2

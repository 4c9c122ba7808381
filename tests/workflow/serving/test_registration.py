"""Connecting a live backend: registered once, its webhook on or off."""

import pytest
from double.trials import break_each_request, prepare
from stories import write_stories

from annotate.errors import SchemeMismatchError, StudioError
from annotate.workflow.serving.registration import apply_connect, plan_connect

pytestmark = pytest.mark.usefixtures("trivial_models")

URL = "http://127.0.0.1:9090"


@pytest.fixture
def pushed(studio, site):
    """Return a site with a project, and a backend that answers."""
    studio.backends[URL] = lambda path, body: {"status": "UP", "model_version": "m9"}
    return prepare(studio, site, _build)


def _build(studio, site):
    write_stories(site, range(2))
    site.push()


def _connect(site, *, webhook=True, seconds=20.0):
    plan = plan_connect(site, url=URL)
    return apply_connect(site, plan, password="secret", seconds=seconds, webhook=webhook)


def test_a_backend_is_registered_once(studio, pushed):
    """With its password; the second time it is updated."""
    plan = plan_connect(pushed, url=URL)
    assert (plan.known, plan.first, studio.state.backends) == (None, None, {})
    done = apply_connect(pushed, plan, password="secret", seconds=20, webhook=True)
    (backend,) = studio.state.backends.values()
    assert (backend["id"], backend["url"], backend["timeout"]) == (done.backend_id, URL, 20)
    assert (backend["auth_method"], backend["basic_auth_pass_is_set"]) == ("BASIC_AUTH", True)
    again = _connect(pushed, seconds=30)
    assert (again.backend_id, again.plan.known.backend_id) == (done.backend_id, done.backend_id)
    (backend,) = studio.state.backends.values()
    assert backend["timeout"] == 30


@pytest.mark.parametrize("webhook", [True, False])
def test_its_webhook_sends_bare_hints_or_nothing(studio, pushed, webhook):
    """The one that Label Studio made with it, changed; never a second one, never whole work."""
    for _ in range(2):
        assert _connect(pushed, webhook=webhook).webhook == ("on" if webhook else "off")
    (hook,) = studio.state.webhooks.values()
    assert (hook["url"], hook["is_active"]) == (f"{URL}/webhook", webhook)
    assert (hook["send_payload"], hook["send_for_all_actions"]) == (False, False)
    assert hook["headers"]["Authorization"].startswith("Bearer ")
    assert "secret" not in str(hook)


def test_another_backend_that_was_there_first_is_told(studio, pushed):
    """Label Studio would ask that one alone."""
    other = "http://127.0.0.1:9999"
    studio.backends[other] = studio.backends[URL]
    apply_connect(pushed, plan_connect(pushed, url=other), password="x", seconds=20, webhook=False)
    plan = plan_connect(pushed, url=URL)
    assert (plan.known, plan.first.url) == (None, other)
    done = apply_connect(pushed, plan, password="secret", seconds=20, webhook=True)
    again = plan_connect(pushed, url=URL)
    assert (again.known.backend_id, again.first.url) == (done.backend_id, other)


def test_what_cannot_be_connected_is_refused(studio, site):
    """No project, another config, a backend that does not answer."""
    with pytest.raises(StudioError, match="no project is called"):
        plan_connect(site, url=URL)
    write_stories(site, range(1))
    project = site.push().project_id
    with pytest.raises(StudioError, match="health check failed"):
        _connect(site)
    assert studio.state.backends == {}
    config = site.workspace.label_config()
    site.client.set_label_config(project, config.replace('"Source"', '"Witness"'))
    with pytest.raises(SchemeMismatchError):
        plan_connect(site, url=URL)


def test_a_connect_that_breaks_goes_on_from_there(studio, pushed):
    """At whichever request: one backend, one webhook, as they were to be."""

    def look():
        (backend,) = studio.state.backends.values()
        (hook,) = studio.state.webhooks.values()
        assert (backend["timeout"], hook["send_payload"]) == (20.0, False)

    break_each_request(studio, pushed, lambda: _connect(pushed), look)

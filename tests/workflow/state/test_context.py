import pickle
from datetime import UTC

import pytest

from annotate.errors import LabelConfigError, WorkspaceLockedError
from annotate.workflow.state.context import Context, open_context


def test_nothing_is_read_before_it_is_asked_for(workspace):
    """A broken labelling config hinders nobody who does not need the labels."""
    (workspace.root / "label_configs" / "claims.xml").write_text("<View")
    context = Context(workspace)
    assert context.versions.latest() is None
    assert context.models.in_use().path is None
    with pytest.raises(LabelConfigError):
        _ = context.scheme


def test_a_worker_process_gets_the_labels_of_now(context):
    """Whatever becomes of the file, all processes go on with one scheme."""
    scheme = context.scheme
    (context.workspace.root / "label_configs" / "claims.xml").write_text("<View")
    assert pickle.loads(pickle.dumps(context)).scheme == scheme  # noqa: S301 - our own


def test_what_has_changed_is_read_again(context):
    """After a verb has rewritten labels and settings, everything follows them."""
    before = context.scheme, context.models
    config = context.workspace.root / "label_configs" / "claims.xml"
    config.write_text(config.read_text().replace('"Hedge"', '"Doubt"'))
    settings = context.workspace.root / "annotate.yaml"
    settings.write_text(settings.read_text().replace("Hedge", "Doubt"))
    assert context.scheme is before[0]
    context.reload()
    assert context.scheme.span_labels == ("Claim", "Source", "Doubt")
    assert context.models is not before[1]


def test_a_verb_that_writes_holds_the_workspace(workspace):
    """Two of them do not run at a time; one that reads does not wait."""
    with open_context(workspace, writes=True):
        with pytest.raises(WorkspaceLockedError), open_context(workspace, writes=True):
            pass
        with open_context(workspace) as other:
            assert other.versions.latest() is None


def test_the_clock_is_in_utc(context):
    """What is written says the same everywhere."""
    assert context.clock().tzinfo is UTC


def test_a_lock_is_held_once_and_waited_for(workspace):
    """A verb within a verb does not wait for itself; another run waits as long as it was told."""
    with open_context(workspace, writes=True) as context:
        with context.holding():
            pass
        with pytest.raises(WorkspaceLockedError), Context(workspace).holding(wait=0.05):
            pass
    with Context(workspace).holding(wait=0.05):
        pass

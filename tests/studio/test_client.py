import socket

import pytest

from annotate.errors import LabelConfigError, StudioNotSentError
from annotate.labels import parse_label_config
from annotate.studio.client import StudioClient
from annotate.workflow.state.init import label_config_template


def test_a_server_that_is_away_is_told_with_the_next_step():
    """A refused connection becomes one error of ours, with its address and what to do."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    client = StudioClient(f"http://127.0.0.1:{port}", "0" * 40)
    with pytest.raises(StudioNotSentError, match=f"127.0.0.1:{port}: cannot be reached") as caught:
        client.import_tasks(1, [{"data": {}}])
    assert "annotate studio start" in caught.value.hint
    client.close()


def test_our_reading_of_a_config_is_checked_against_the_sdks():
    """The SDK reads the same labels from the config; where it does not, that is an error."""
    from annotate.studio.sdk_check import check_with_sdk  # it takes more than a second to load

    xml = label_config_template("claims.xml")
    check_with_sdk(xml, parse_label_config(xml))
    other = parse_label_config(xml.replace('value="Hedge"', 'value="Doubt"'))
    with pytest.raises(LabelConfigError, match="reads other labels"):
        check_with_sdk(xml, other)
    with pytest.raises(LabelConfigError, match="cannot read"):
        check_with_sdk("<View>", other)

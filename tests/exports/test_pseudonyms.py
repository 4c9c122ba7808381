from concurrent.futures import ThreadPoolExecutor

import pytest

from annotate.errors import WorkspaceError
from annotate.exports.pseudonyms import check_value, create_key, load_key, pseudonym


def test_pseudonyms_are_stable_and_tell_nothing(tmp_path):
    """The same key gives the same pseudonym; another key another one; the name is not in it."""
    path = tmp_path / "pseudonym.key"
    key = create_key(path)
    assert load_key(path) == (key, None)
    assert path.stat().st_mode & 0o777 == 0o600
    name = pseudonym("Ines@example.org", key=key)
    assert name == pseudonym("ines@example.org", key=key)
    assert name != pseudonym("ines@example.org", key=b"x" * 32)
    assert "ines" not in name
    assert check_value(key) != check_value(b"x" * 32)
    assert check_value(key) not in name


def test_a_key_is_created_once(tmp_path):
    """Of many that begin at one moment all go on with one key."""
    path = tmp_path / "pseudonym.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: create_key(path), range(8)))
    assert keys == {load_key(path)[0]}
    assert [p.name for p in tmp_path.iterdir()] == ["pseudonym.key"]


@pytest.mark.parametrize("content", ["", "\n", "ab", "g" * 64, "0" * 63, "0" * 64 + " x", "\x00"])
def test_a_file_that_is_no_key_is_refused(tmp_path, content):
    """With an empty key anybody could test names; garbage is told with the next step."""
    path = tmp_path / "pseudonym.key"
    path.write_text(content)
    with pytest.raises(WorkspaceError, match="is no pseudonym key") as caught:
        load_key(path)
    assert "annotate annotators renew" in caught.value.hint

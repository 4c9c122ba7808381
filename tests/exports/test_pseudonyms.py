from annotate.exports.pseudonyms import load_or_create_key, pseudonym


def test_pseudonyms_are_stable_and_need_the_key(tmp_path):
    """One person has one pseudonym a workspace; the key is the owner's alone."""
    key = load_or_create_key(tmp_path / "pseudonym.key")
    assert load_or_create_key(tmp_path / "pseudonym.key") == key
    assert (tmp_path / "pseudonym.key").stat().st_mode & 0o777 == 0o600
    name = pseudonym("ines@example.org", key=key)
    assert name == pseudonym("Ines@Example.org", key=key)
    assert name != pseudonym("ines@example.org", key=b"other")
    assert "ines" not in name

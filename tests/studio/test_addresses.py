import pytest

from annotate.errors import StudioError
from annotate.studio.addresses import refuse_user
from annotate.studio.transport import Transport


@pytest.mark.parametrize(
    "url", ["http://ada:secret@host:80", "https://ada@host", "http://:secret@host/x"]
)
def test_an_address_with_a_password_is_refused_without_repeating_it(url):
    """It would stand in every message that names the server."""
    for refuse in (refuse_user, lambda given: Transport(given, "0" * 40)):
        with pytest.raises(StudioError, match="the address of host holds") as caught:
            refuse(url)
        assert "secret" not in f"{caught.value.message}{caught.value.hint}"
        assert "ada" not in caught.value.message


@pytest.mark.parametrize("url", ["http://host", "http://host/a@b", "http://[::1", "nonsense"])
def test_other_addresses_are_no_business_of_it(url):
    """What is no address is told by who connects to it."""
    refuse_user(url)

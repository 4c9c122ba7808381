import pytest

from annotate.pages.addresses import web_address


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=c#d", "http://example.org", "HTTPS://x.org/"]
)
def test_an_address_of_the_web_is_a_link(url):
    """As it was written."""
    assert web_address(f" {url}\n") == url


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "x", "//example.org", "https:", "https://", "https://[", "file:///etc/passwd"),
        *("javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", " JAVASCRIPT:x"),
        *("https://example.org/ x", "https://example.org\\@x.org", "https://example.org/\u202e"),
    ],
)
def test_what_is_no_address_of_the_web_is_no_link(url):
    """Scripts, files, and what hides where it leads."""
    assert web_address(url) is None

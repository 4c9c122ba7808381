"""Addresses that a page may lead to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SIGNS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\\]")


def web_address(url: str | None) -> str | None:
    """Return an address of the web, http or https with a host; `None` for any other text.

    What an article names as its address may be a script.
    """
    text = (url or "").strip()
    if _SIGNS.search(text):
        return None
    try:
        parts = urlsplit(text)
        there = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return text if there else None

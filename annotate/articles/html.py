"""HTML pages → title, body, date and outlet, by trafilatura (extra `html`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from annotate.errors import ArticleError
from annotate.installation import install_hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a news page says, without its navigation; paragraphs are separated by a line feed."""

    text: str
    title: str | None
    outlet: str | None
    url: str | None
    published: str | None
    author: str | None


def extract_page(html: str, *, path: Path) -> Page:
    """Return the article on a page (Barbaresi 2021, "Trafilatura").

    Raises `ArticleError` where no text is found or the extra is not installed.
    """
    try:
        import trafilatura
    except ImportError:
        raise ArticleError(
            "reading HTML needs trafilatura",
            path=path,
            hint=install_hint("html"),
        ) from None
    found = trafilatura.bare_extraction(
        html, with_metadata=True, include_comments=False, include_tables=False
    )
    if not isinstance(found, trafilatura.settings.Document) or not (found.text or "").strip():
        raise ArticleError("no article text was found on the page", path=path)
    return Page(
        text=found.text or "",
        title=found.title,
        outlet=found.sitename or found.hostname,
        url=found.url,
        published=found.date,
        author=found.author,
    )

"""The documentation as a site: what Zensical makes of the Markdown that GitHub shows."""

import importlib.util
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from lxml import html
from markdown_it import MarkdownIt
from page import CHROMIUM, FLAGS

DOCS = Path(__file__).parents[2] / "docs"
COUNTED = ("li", "ol", "ul", "table", "tr", "pre", "h1", "h2", "h3", "img", "blockquote")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def make_site():
    """The script that makes the site."""
    spec = importlib.util.spec_from_file_location("make_site", DOCS / "make_site.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(make_site, tmp_path_factory):
    """The directory with the pages of the site; warnings of Zensical are errors."""
    directory = tmp_path_factory.mktemp("site")
    assert make_site.main([str(directory / "s")]) == 0
    return directory / "s" / "html"


@pytest.fixture(scope="module")
def pages(make_site, built):
    """Every page: its source, and what the site shows."""
    return {
        name.replace(".md", ".html"): (
            path,
            html.fromstring((built / name.replace(".md", ".html")).read_bytes()),
        )
        for path, name in make_site.places().items()
        if path.suffix == ".md"
    }


def test_every_page_is_in_the_navigation(make_site):
    """No page of docs/ is left out of docs/zensical.toml."""
    settings = (DOCS / "zensical.toml").read_text()
    missing = [
        name
        for name in make_site.places().values()
        if name.endswith(".md") and f'"{name}"' not in settings
    ]
    assert missing == []


def test_the_site_shows_what_github_shows(pages):
    """Lists, tables, blocks, headings and pictures: as many on every page, of each kind."""
    github = MarkdownIt("commonmark").enable("table")
    for name, (path, shown) in pages.items():
        there = html.fromstring(f"<div>{github.render(path.read_text(encoding='utf-8'))}</div>")
        (article,) = shown.xpath("//article")
        for tag in COUNTED:
            count = len(article.findall(f".//{tag}"))
            assert count == len(there.findall(f".//{tag}")), (name, tag)


def test_every_link_of_the_site_leads_somewhere(built, pages):
    """To a page, and where it names one, to a heading."""
    ids = {name: {e.get("id") for e in page.xpath("//*[@id]")} for name, (_, page) in pages.items()}
    followed = 0
    for name, (_, page) in pages.items():
        for link in page.xpath("//article//a/@href"):
            if link.startswith(("http://", "https://")):
                continue
            place, _, anchor = link.partition("#")
            target = place or name
            assert (built / target).exists(), (name, link)
            if anchor:
                assert anchor in ids[target], (name, link)
            followed += 1
    assert followed > 100


def test_nothing_is_fetched_from_anywhere(pages):
    """Scripts, styles, fonts and pictures lie beside the pages."""
    for name, (_, page) in pages.items():
        for address in page.xpath("//@src | //link[@rel != 'canonical']/@href"):
            assert not address.startswith(("http:", "https:", "//")), (name, address)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def address(built):
    """The site on loopback: from files its search has nothing to load."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=built)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (420, "dark")])
def test_every_page_fits_the_window(address, pages, width, scheme):
    """Read on a desk and on a telephone; wide tables scroll by themselves; the search finds something."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        failed = []
        page.on("response", lambda a: failed.append(a.url) if a.status >= 400 else None)
        for name in pages:
            page.goto(f"{address}/{name}")
            page.wait_for_selector("article h1")
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wider <= 0, (name, wider)
        if width > 1000:
            page.locator("button.md-search__button").first.click()
            page.locator("input[role=combobox], dialog input, input[placeholder=Search]").fill(
                "near-duplicate"
            )
            page.get_by_text("results").first.wait_for()
        browser.close()
    assert failed == []

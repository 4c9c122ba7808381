"""Draw docs/python-displacy.png: what the steps of docs/python.md give.

python docs/make_displacy.py          draw it (needs Chromium)
python docs/make_displacy.py --check  exit with 1 if the picture shows something else

The picture carries the SHA-256 of the HTML that it shows.
"""

from __future__ import annotations

import hashlib
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

PAGE = Path(__file__).parent / "python.md"
TARGET = Path(__file__).parent / "python-displacy.png"
CHROMIUM = "/usr/bin/chromium"
KEYWORD = b"HTML-SHA256"
WIDTH = 700

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BROWSER = (
    CHROMIUM,
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--force-device-scale-factor=2", "--hide-scrollbars", "--virtual-time-budget=2000"),
)
_HTML = """\
<!doctype html>
<html><head><meta charset="utf-8"><style>
body {{ margin: 0; background: #fff; }}
main {{ padding: 8px 20px 20px; color: #1b1f24; font: 19px 'DejaVu Sans', sans-serif; }}
</style></head>
<body><main>{fragment}</main>
<script>document.title = "height " + document.querySelector("main").offsetHeight;</script>
</body></html>
"""


def documented_html() -> str:
    """Run the page's steps until `html` is there, and return it; raises what a step raises."""
    document = Sybil(parsers=[PythonCodeBlockParser()]).parse(PAGE)
    for example in document.examples():
        example.evaluate()
        if "html" in document.namespace:
            return str(document.namespace["html"])
    raise SystemExit(f"{PAGE}: no step makes `html`")


def fingerprint(html: str) -> str:
    """Return the SHA-256 of some HTML, in hex."""
    return hashlib.sha256(html.encode()).hexdigest()


def shown(png: bytes) -> str | None:
    """Return the fingerprint that a picture carries."""
    chunk = b"tEXt" + KEYWORD + b"\0"
    start = png.find(chunk)
    return png[start + len(chunk) :][:64].decode() if start >= 0 else None


def labelled(png: bytes, sha256: str) -> bytes:
    """Return the picture with the fingerprint in a tEXt chunk after its header."""
    end = len(_SIGNATURE) + 25  # length, type, 13 bytes and checksum of IHDR
    content = b"tEXt" + KEYWORD + b"\0" + sha256.encode()
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return png[:end] + chunk + png[end:]


def draw(html: str) -> bytes:
    """Return a picture of the HTML as high as its content."""
    with tempfile.TemporaryDirectory() as name:
        page, picture = Path(name) / "page.html", Path(name) / "page.png"
        page.write_text(_HTML.format(fragment=html), encoding="utf-8")
        dom = _browse(f"--window-size={WIDTH},2000", "--dump-dom", page.as_uri())
        height = re.search(r"<title>height (\d+)</title>", dom)
        if height is None:
            raise SystemExit(f"{CHROMIUM} did not measure the page")
        size = f"--window-size={WIDTH},{height[1]}"
        _browse(size, f"--screenshot={picture}", page.as_uri())
        return picture.read_bytes()


def main(arguments: list[str]) -> int:
    """Draw or check the picture."""
    html = documented_html()
    if "--check" in arguments:
        if TARGET.is_file() and shown(TARGET.read_bytes()) == fingerprint(html):
            return 0
        sys.stderr.write(f"{TARGET} is out of date: python docs/make_displacy.py\n")
        return 1
    TARGET.write_bytes(labelled(draw(html), fingerprint(html)))
    return 0


def _browse(*arguments: str) -> str:
    done = subprocess.run(
        [*_BROWSER, *arguments], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The built site: its files, a server for them, a browser to open them."""

import functools
import os
import shutil
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
sys.path.insert(0, str(ROOT / "book"))  # for the book's extensions
PAGES = sorted(
    page.relative_to(SITE).as_posix()
    for page in SITE.glob("**/*.html")
    if "_static" not in page.parts
)
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None
)
# As root, without a screen, and without calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_generate_tests(metafunc):
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", PAGES)


@pytest.fixture(scope="session")
def site():
    """Return the site's folder."""
    if not PAGES:
        pytest.fail("No book in _build/html: run `make book`.")
    return SITE


@pytest.fixture(scope="session")
def soups(site):
    """Return every page, parsed, by its path."""
    return {
        page: BeautifulSoup((site / page).read_bytes(), "html.parser")
        for page in PAGES
    }


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def address(site):
    """Return the address where the site is served."""
    handler = functools.partial(_Quiet, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """Return Chromium; without it, skip, or fail where nobody looks."""
    if not CHROMIUM:
        lacking = pytest.fail if os.environ.get("CI") else pytest.skip
        lacking(
            "no browser: the pages were not opened; get one with "
            "`apt-get install --no-install-recommends chromium`, or name "
            "one in CHROMIUM"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS
        )
        yield browser
        browser.close()

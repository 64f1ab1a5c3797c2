"""Take the picture of `README.md`: a live figure of the built book."""

import functools
import io
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PAGE, FIGURE = "book/shrinkage.html", "#live-shrinkage"
REST = ".live-card"  # what is told of one county, below the drawing
COLOURS = 64


def take(address):
    """Return the figure as a PNG, as a reader on a desktop meets it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": 1280, "height": 1000}, color_scheme="light"
        )
        page.goto(address + PAGE)
        figure = page.locator(FIGURE)
        figure.scroll_into_view_if_needed()
        figure.locator(REST).evaluate("rest => rest.remove()")
        picture = figure.locator(".live-stage").screenshot()
        browser.close()
    return picture


if __name__ == "__main__":
    site = functools.partial(
        SimpleHTTPRequestHandler, directory=ROOT / "_build" / "html"
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        picture = take(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS)
    image.save(ROOT / ".github" / "live.png", optimize=True)

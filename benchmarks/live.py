"""The live figures in Chromium: the posterior anew, and a drag answered."""

import functools
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright
from processes import save

SITE = Path(__file__).parents[1] / "_build" / "html"
PAGES = {
    "shrinkage": "shrinkage",
    "your-county": "shrinkage",
    "priors": "choosing-priors",
    "funnel": "hierarchical-priors",
}
ROUNDS = 120
# The clock of a page is coarse, so ten posteriors are timed at a time.
POSTERIOR = """async (rounds) => {
  const engine = await import("../_static/live/engine.js");
  const { survey } = await import("../_static/live/survey.js");
  const counties = survey.counties.map((county) =>
    engine.cells(county.homes, survey.shift));
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < 10; i++) engine.posterior(counties);
    times.push((performance.now() - start) / 10);
  }
  return times;
}"""
# A slider is moved; where there is none, a home is, by its keys. What counts
# is the work of the main thread, in the event and in the frame that follows,
# script, layout and paint, without the wait in between.
DRAG = """async ([figure, positions]) => {
  const slider = figure.querySelector("input[type=range]:enabled");
  const move = (position) => {
    if (slider) {
      const { min, max } = slider;
      slider.value = Number(min) + position * (Number(max) - Number(min));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      const key = position > 0.5 ? "ArrowRight" : "ArrowLeft";
      const home = figure.querySelector("circle[tabindex='0']");
      home.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
  };
  const times = [];
  for (const position of positions) {
    let frame;
    const painted = new Promise((done) => requestAnimationFrame(() => {
      frame = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      port2.postMessage(null);
    }));
    const start = performance.now();
    move(position);
    const moved = performance.now();
    times.push(moved - start + (await painted) - frame);
  }
  return times;
}"""


def main():
    """Time both in the built site; write ``live.csv``."""
    if not SITE.is_dir():
        raise SystemExit("Nothing is built yet: make book")
    handler = functools.partial(_Quiet, directory=SITE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/book/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        rows = [_posterior(browser, address)]
        rows += [_drag(browser, address, name) for name in PAGES]
        browser.close()
    server.shutdown()
    save("live", pd.DataFrame(rows))


def _posterior(browser, address):
    page = browser.new_page()
    page.goto(address + "shrinkage.html")
    times = page.evaluate(POSTERIOR, ROUNDS)
    page.close()
    return _row("posterior of three scales and 85 counties", times, 5)


def _drag(browser, address, name):
    """Drag in a figure, and add up the work that the page then has."""
    page = browser.new_page()
    page.goto(f"{address}{PAGES[name]}.html#live-{name}")
    page.wait_for_selector(f"#live-{name}[data-ready]")
    figure = page.query_selector(f"#live-{name}")
    positions = 0.5 + 0.4 * np.sin(np.linspace(0, 9, ROUNDS + 20))
    times = page.evaluate(DRAG, [figure, positions.tolist()])
    page.close()
    return _row(f"drag in the figure {name}", times[20:], 16)


def _row(what, times, limit):
    return {
        "what": what,
        "median [ms]": round(float(np.median(times)), 1),
        "95 % within [ms]": round(float(np.quantile(times, 0.95)), 1),
        "wanted at most [ms]": limit,
        "rounds": len(times),
    }


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == "__main__":
    main()

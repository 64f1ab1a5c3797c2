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
    "priors": "hierarchical-priors",
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
# A slider is moved; where there is none, a home is, by its keys.
DRAG = """([figure, position]) => new Promise((done) => {
  const slider = figure.querySelector("input[type=range]:enabled");
  if (slider) {
    const { min, max } = slider;
    slider.value = Number(min) + position * (Number(max) - Number(min));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    const key = position > 0.5 ? "ArrowRight" : "ArrowLeft";
    const home = figure.querySelector("circle[tabindex='0']");
    home.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  }
  requestAnimationFrame(() => requestAnimationFrame(() => done()));
})"""


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
    """Drag in a figure, and add up all the work that the page then has."""
    page = browser.new_page()
    page.goto(f"{address}{PAGES[name]}.html#live-{name}")
    page.wait_for_selector(f"#live-{name}[data-ready]")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def busy():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    figure = page.query_selector(f"#live-{name}")
    positions = 0.5 + 0.4 * np.sin(np.linspace(0, 9, ROUNDS + 20))
    times = []
    for position in positions:
        start = busy()
        page.evaluate(DRAG, [figure, float(position)])
        times.append(1e3 * (busy() - start))
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

"""A live figure in the browser: open it, read it, look at it."""

from contextlib import contextmanager

import numpy as np
import pytest

CLOSE = 1e-3  # posterior standard deviations

_FRAMES = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => done())))"""

# Every text and mark of a figure that offends, with its contrast.
_FAINT = """([selector, marks]) => {
  const channel = (c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const rgb = (text) => text.match(/[\\d.]+/g)?.map(Number);
  const light = (colour) => rgb(colour).slice(0, 3)
    .map((c) => channel(c / 255))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const seen = (colour) => colour !== "none" && (rgb(colour)?.[3] ?? 1) > 0;
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const { backgroundColor } = getComputedStyle(e);
      if (seen(backgroundColor)) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const figure = document.querySelector(selector);
  const offending = [];
  for (const element of figure.querySelectorAll("*")) {
    if (!element.checkVisibility() || element.closest(":disabled")) continue;
    const style = getComputedStyle(element);
    const own = [...element.childNodes].some(
      (node) => node.nodeType === 3 && node.data.trim());
    const isText = own && element.tagName !== "OPTION";
    if (isText && !element.closest(".live-said")) {
      const ink = element.closest("svg") ? style.fill : style.color;
      const much = contrast(ink, ground(element));
      const size = parseFloat(style.fontSize);
      const index = element.tagName === "SUB";
      if (much < 4.5 || (size < 12 && !index)) {
        offending.push([element.outerHTML.slice(0, 90), much, size]);
      }
    }
    if (marks && element.matches(marks)) {
      const much = Math.max(...[style.fill, style.stroke].filter(seen)
        .map((colour) => contrast(colour, ground(element))));
      if (much < 3) offending.push([element.outerHTML.slice(0, 90), much]);
    }
  }
  return offending;
}"""

# Every control that a finger would miss.
_SMALL = """([selector, least]) =>
  [...document.querySelector(selector).querySelectorAll(
    "button, select, input")]
  .map((element) => [element, (element.closest("label") ?? element)
    .getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.min(width, height) < least)
  .map(([element, { width, height }]) =>
    [element.outerHTML.slice(0, 90), width, height])"""


@contextmanager
def opened(browser, address, name, query="", *, page="shrinkage", **context):
    """Open a page at a live figure; complain of errors when it is left."""
    context = {"viewport": {"width": 1280, "height": 900}} | context
    tab = browser.new_page(**context)
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on(
        "console",
        lambda line: line.type != "error" or errors.append(line.text),
    )
    tab.goto(f"{address}book/{page}.html{query}#live-{name}")
    ready(tab, name)
    try:
        yield tab
        assert errors == []
    finally:
        tab.close()


def ready(tab, name):
    """Wait until a figure has come to life."""
    tab.locator(f"#live-{name}").scroll_into_view_if_needed()
    tab.locator(f"#live-{name}[data-ready]").wait_for()


def drawn(tab):
    """Wait until the figure has answered."""
    tab.evaluate(_FRAMES)


def number(tab, name, key, attribute="data-value"):
    """Return a number that a figure shows, with all its digits."""
    shown = tab.locator(f"#live-{name} [data-key='{key}']")
    return float(shown.get_attribute(attribute))


def numbers(tab, name):
    """Return all numbers that a figure shows, by their keys."""
    drawn(tab)
    shown = tab.locator(f"#live-{name} [data-key][data-value]")
    pairs = shown.evaluate_all(
        "all => all.map(one => [one.dataset.key, Number(one.dataset.value)])"
    )
    assert pairs, "the figure shows no number"
    return dict(pairs)


def said(tab, name):
    """Return what a screen reader is told, once the hand has rested."""
    tab.wait_for_timeout(500)
    return tab.locator(f"#live-{name} [role=status]").inner_text()


def says(tab, name, text):
    """Wait until a screen reader is told this, as happens in a while."""
    region = tab.locator(f"#live-{name} [role=status]")
    region.filter(has_text=text).wait_for(state="attached")


def addressed(tab, text, *, without=False):
    """Wait until the page's address has a text, or has lost it."""
    tab.wait_for_function(
        "([text, without]) => location.href.includes(text) !== without",
        arg=[text, without],
    )


def close(shown, wanted, sd):
    """Say whether a shown number is the exact one."""
    return np.all(np.abs(np.subtract(shown, wanted)) <= CLOSE * np.array(sd))


def faint(tab, name, marks=None):
    """Return texts below a contrast of 4.5 or 12 pixels, marks below 3."""
    return tab.evaluate(_FAINT, [f"#live-{name} .live-stage", marks])


def small(tab, name, least):
    """Return controls smaller than this [px]."""
    return tab.evaluate(_SMALL, [f"#live-{name} .live-stage", least])


def sideways(tab):
    """Return by how much the page is wider than the window [px]."""
    return tab.evaluate("document.documentElement.scrollWidth - innerWidth")


# A theme, a window's width [px] and what a finger or a mouse can hit [px].
every_look = pytest.mark.parametrize(
    ("scheme", "width", "least"),
    [
        (scheme, *size)
        for scheme in ("light", "dark")
        for size in ((1280, 24), (390, 44))
    ],
)


def assert_legible(browser, address, name, marks, look, query="", **page):
    """Look at a figure in one theme and width: ink, size, overflow."""
    scheme, width, least = look
    context = {
        "color_scheme": scheme,
        "reduced_motion": "reduce",
        "viewport": {"width": width, "height": 900},
    }
    with opened(browser, address, name, query, **page, **context) as tab:
        drawn(tab)
        theme = tab.evaluate("document.documentElement.dataset.theme")
        assert theme == scheme
        assert faint(tab, name, marks) == []
        assert small(tab, name, least) == []
        assert sideways(tab) <= 0

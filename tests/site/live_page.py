"""A live figure in an open page, and what every one of them owes a reader."""

from contextlib import contextmanager
from urllib.parse import urlencode

DESK, PHONE = 1280, 390  # pixels

# Each text and each mark's stroke, with the contrast it needs and has. What
# is see-through or hidden is left out.
FAINT = """(figure) => {
  const context = Object.assign(document.createElement("canvas"), {
    width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const rgb = (colour, over) => {
    context.clearRect(0, 0, 1, 1);
    if (over) { context.fillStyle = over; context.fillRect(0, 0, 1, 1); }
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgb(colour)[3] === 255) return colour;
    }
    return "white";
  };
  const light = (colour, over) => {
    const [r, g, b] = rgb(colour, over).slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const ask = (element, colour, needed) => {
    const over = ground(element);
    const [a, b] = [light(colour, over), light(over)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < needed) {
      found.push([element.outerHTML.slice(0, 90), colour, ratio, needed]);
    }
  };
  let texts = 0, strokes = 0;
  for (const element of figure.querySelectorAll(".live-stage *")) {
    const style = getComputedStyle(element);
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const own = [...element.childNodes].some(
      (node) => node.nodeType === 3 && node.data.trim());
    if (own && !element.closest(":disabled, .live-said, defs")) {
      texts += 1;
      ask(element, element.closest("svg") ? style.fill : style.color, 4.5);
    }
    const drawn = element.matches("svg :is(path, line, circle)");
    if (drawn && style.stroke !== "none" && !element.closest("pattern")) {
      strokes += 1;
      ask(element, style.stroke, 3);
    }
  }
  return { texts, strokes, found };
}"""

SMALL = """(figure) => [...figure.querySelectorAll(".live-stage *")]
  .filter((element) => [...element.childNodes].some(
    (node) => node.nodeType === 3 && node.data.trim()))
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => !element.matches("sub, tspan, .live-said"))
  .map((element) => [element.textContent,
    parseFloat(getComputedStyle(element).fontSize)])
  .filter(([, size]) => size < 12)"""

NARROW = """(figure) => [...figure.querySelectorAll(
    ".live-stage :is(button, select, input[type=range], .live-choice span)")]
  .map((element) => [element.outerHTML.slice(0, 60),
    element.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 24 || height < 43.9)
  .map(([text, { width, height }]) => [text, width, height])"""


@contextmanager
def opened(browser, address, chapter, name, settings=None, **window):
    """Open a chapter with settings of a figure, and wait for the figure.

    Yields the page, which keeps the errors of its console in ``errors``, and
    the figure.
    """
    window = {"viewport": {"width": DESK, "height": 900}, **window}
    context = browser.new_context(**window)
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            message.type not in ("error", "warning")
            or page.errors.append(message.text)
        ),
    )
    query = urlencode(
        {f"{name}.{key}": value for key, value in (settings or {}).items()}
    )
    page.goto(
        f"{address}book/{chapter}.html?{query}", wait_until="domcontentloaded"
    )
    figure = page.locator(f"#live-{name}")
    figure.scroll_into_view_if_needed()
    page.locator(f"#live-{name}[data-ready] [data-value]").first.wait_for()
    yield page, figure
    context.close()


def numbers(figure):
    """Return the numbers that a figure shows, in full, by their keys."""
    shown = figure.locator("[data-key][data-value]").evaluate_all(
        "all => all.map(one => [one.dataset.key, Number(one.dataset.value)])"
    )
    assert shown, "the figure shows no number"
    return dict(shown)


def settle(page):
    """Wait until the figure has answered the hand."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame("
        "() => requestAnimationFrame(done)))"
    )


def check_manners(page, figure, scheme):
    """Assert what every live figure owes a reader, on this screen."""
    assert page.errors == []
    theme = page.evaluate("document.documentElement.dataset.theme")
    assert theme == scheme
    over = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(over) <= 0, "the page scrolls sideways"
    seen = figure.evaluate(FAINT)
    assert seen["texts"] > 5
    assert seen["strokes"] > 5
    assert seen["found"] == []
    assert figure.evaluate(SMALL) == []
    if page.viewport_size["width"] == PHONE:
        assert figure.evaluate(NARROW) == []

"""Shrinkage in the browser shows the exact posterior, to any hand."""

import functools
import math

import numpy as np
import numpyro.distributions as dist
import pytest
from playwright.sync_api import expect

import radon
from radon.models import varying_intercepts, with_priors
from tests.site.live import (
    addressed,
    assert_legible,
    close,
    drawn,
    every_look,
    number,
    opened,
    ready,
    says,
)

NAME = "shrinkage"
MENU = f"#live-{NAME} select"
DOTS = f"#live-{NAME} [role=option]"
MARKS = ".live-dot, .live-own, .live-mean, .live-home, .live-ring"
# Near enough to the ends for the package, which wants a number between them.
ENDS = (1e-6, 1e5)
# Every spread that is shown from now on.
STEPS = """(selector) => {
  const output = document.querySelector(selector);
  window.steps = [];
  new MutationObserver(() => window.steps.push(output.dataset.value))
    .observe(output, { attributes: true, attributeFilter: ["data-value"] });
}"""


@functools.cache
def exact(spread):
    """Return data, moments and quantiles, holding a spread that is given."""
    data = radon.load_radon()
    model = varying_intercepts
    if spread != "posterior":
        value = min(max(float(spread), ENDS[0]), ENDS[1])
        model = with_priors(model, sigma_alpha=dist.Delta(value))
    fit = radon.exact.posterior(model, data)
    return data, fit.moments(), fit.summary()


def dots(tab):
    """Return the intercepts that are drawn, by county."""
    rows = tab.locator(DOTS).evaluate_all(
        """dots => dots.map((dot) => [
            dot.getAttribute("aria-label").split(",")[0],
            Number(dot.dataset.value)])"""
    )
    return dict(rows)


@pytest.mark.parametrize(
    ("spread", "county"),
    [
        ("posterior", "Murray"),
        ("0", "St. Louis"),
        ("0.02", "Lac qui Parle"),
        ("0.1", "Lake"),
        ("0.3", "Murray"),
        ("0.75", "Freeborn"),
        ("3", "Cass"),
        ("40", "Crow Wing"),
        ("Infinity", "Marshall"),
    ],
)
def test_every_position_is_the_exact_posterior(
    browser, address, spread, county
):
    data, moments, table = exact(spread)
    query = f"?shrinkage.spread={spread}&shrinkage.county={county}"
    with opened(browser, address, NAME, query) as tab:
        shown = dots(tab)
        mean, sd = (
            number(tab, NAME, "alpha", attribute)
            for attribute in ("data-value", "data-sd")
        )
        interval = [
            number(tab, NAME, "typical.bounds"),
            number(tab, NAME, "typical"),
            number(tab, NAME, "typical.bounds", "data-high"),
        ]
        weight = number(tab, NAME, "weight")
        state = float(
            tab.locator(f"#live-{NAME} .live-mean-name").get_attribute(
                "data-value"
            )
        )
    names = data.counties.index
    rows = moments.loc[[f"alpha[{name}]" for name in names]]
    assert close([shown[name] for name in names], rows["mean"], rows["sd"])
    row = moments.loc[f"alpha[{county}]"]
    assert close([mean, sd], [row["mean"], row["sd"]], row["sd"])
    wanted = table.loc[f"alpha[{county}]", ["q05", "q50", "q95"]]
    assert close(data.from_pci(np.array(interval)), wanted, row["sd"])
    assert close(state, *moments.loc["mu_alpha", ["mean", "sd"]])
    n = data.counties.loc[county, "n_houses"]
    at = moments["mean"]
    held = at["sigma_alpha"] if spread == "posterior" else float(spread)
    ratio = math.inf if held == 0 else at["sigma"] / held
    assert weight == pytest.approx(n / (n + ratio**2), abs=1e-4)


def test_the_slider_reaches_both_ends_by_keys(browser, address):
    with opened(browser, address, NAME) as tab:
        dial = tab.locator(f"#live-{NAME} input[type=range]")
        dial.press("Home")
        drawn(tab)
        low = set(dots(tab).values())
        assert number(tab, NAME, "spread") == 0
        assert dial.get_attribute("aria-valuetext") == "held at 0"
        dial.press("End")
        drawn(tab)
        assert number(tab, NAME, "spread") == math.inf
        assert dial.get_attribute("aria-valuetext") == "held at ∞"
        says(tab, NAME, "held at ∞. Murray, 1 home: weight 100 %")
        dial.press("ArrowLeft")
        drawn(tab)
        assert 10 < number(tab, NAME, "spread") < 100
    assert max(low) - min(low) < 1e-12


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_posterior_takes_over_again(browser, address, motion):
    _, moments, _ = exact("posterior")
    query = "?shrinkage.spread=5"
    with opened(browser, address, NAME, query, reduced_motion=motion) as tab:
        choose = tab.get_by_role("button", name="Let the posterior choose")
        assert choose.get_attribute("aria-pressed") == "false"
        tab.evaluate(STEPS, f"#live-{NAME} [data-key=spread]")
        choose.click()
        tab.locator(f"#live-{NAME} [aria-pressed=true]").wait_for()
        addressed(tab, "shrinkage.spread", without=True)
        steps = tab.evaluate("window.steps")
        assert len(steps) == 1 if motion == "reduce" else len(steps) > 2
        row = moments.loc["sigma_alpha"]
        assert close(number(tab, NAME, "spread"), row["mean"], row["sd"])


def test_counties_are_chosen_by_keys(browser, address):
    sizes = radon.load_radon().counties["n_houses"]
    with opened(browser, address, NAME) as tab:
        chosen = tab.locator(f"{DOTS}[tabindex='0']")
        menu = tab.locator(MENU)
        chosen.press("End")
        drawn(tab)
        assert chosen.count() == 1
        assert chosen.get_attribute("aria-selected") == "true"
        assert menu.input_value() == sizes.idxmax()
        chosen.press("ArrowLeft")
        drawn(tab)
        assert menu.input_value() == sizes.drop(sizes.idxmax()).idxmax()
        assert number(tab, NAME, "n") == sizes.nlargest(2).iloc[-1]
        chosen.press("Home")
        drawn(tab)
        assert sizes[menu.input_value()] == 1
        menu.select_option("Cass")
        drawn(tab)
        label = chosen.get_attribute("aria-label")
        assert label == f"Cass, {sizes['Cass']} homes"
        says(tab, NAME, f"Cass, {sizes['Cass']} homes: weight")


def test_a_finger_finds_the_nearest_county(browser, address):
    phone = {"width": 390, "height": 844}
    with opened(browser, address, NAME, viewport=phone, has_touch=True) as tab:
        dot = tab.locator(f"{DOTS}[aria-label^='Lac qui Parle']")
        tab.wait_for_load_state("networkidle")
        drawn(tab)
        dot.scroll_into_view_if_needed()
        box = dot.bounding_box()
        tab.touchscreen.tap(box["x"] + 12, box["y"] - 10)
        expect(dot).to_have_attribute("aria-selected", "true")


def test_the_address_keeps_the_setting(browser, address):
    with opened(browser, address, NAME, "?other=1") as tab:
        dial = tab.locator(f"#live-{NAME} input[type=range]")
        dial.press("PageUp")
        tab.locator(MENU).select_option("Lac qui Parle")
        addressed(tab, "shrinkage.county=Lac+qui+Parle")
        addressed(tab, "other=1")
        before = dots(tab)
        tab.reload()
        ready(tab, NAME)
        after = dots(tab)
        shown = number(tab, NAME, "alpha")
    assert after == pytest.approx(before, abs=1e-3)
    assert shown == after["Lac qui Parle"]


@pytest.mark.parametrize("spread", ["", "-1", "wide", "NaN"])
def test_a_bad_address_falls_back(browser, address, spread):
    query = f"?shrinkage.spread={spread}&shrinkage.county=Nowhere"
    with opened(browser, address, NAME, query) as tab:
        choose = tab.get_by_role("button", name="Let the posterior choose")
        assert choose.get_attribute("aria-pressed") == "true"
        assert tab.locator(MENU).input_value() == "Murray"


@every_look
def test_it_can_be_read_and_touched(browser, address, scheme, width, least):
    look = scheme, width, least
    assert_legible(browser, address, NAME, MARKS, look)

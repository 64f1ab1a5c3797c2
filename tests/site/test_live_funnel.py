"""The funnel's numbers are those of quadrature, to hand and ear."""

import re
from functools import cache
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import numpyro.distributions as dist
import pytest
from scipy.integrate import quad
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq
from scipy.stats import halfcauchy, norm

import radon
from radon.models import varying_slopes, with_priors
from tests.site.live import (
    assert_legible,
    drawn,
    every_look,
    numbers,
    opened,
    ready,
    said,
)

NAME = "funnel"
MARKS = "path[stroke], line[stroke]"
CLOSE = 1e-3
SETTINGS = [
    {},
    {"homes": 0, "step": 0.25},
    {"homes": 1, "reading": 0.6},
    {"homes": 2, "reading": -1.8, "step": 0.5},
    {"homes": 5},
    {"homes": 10, "reading": -0.6, "step": 2},
    {"homes": 20, "reading": 0.1, "step": 1.5},
    {"homes": 50, "reading": -0.9},
    {"homes": 100, "reading": -0.3},
    {"homes": 200, "reading": 0.6, "step": 0.7},
    {"homes": 200, "reading": -0.6, "step": 0.1},
]
USUAL = {"homes": 0, "reading": -0.3, "step": 1}


def visit(browser, address, setting=None, **window):
    """Open the chapter at the figure, with a setting in the address."""
    values = {f"{NAME}.{key}": v for key, v in (setting or {}).items()}
    query = f"?{urlencode(values)}" if values else ""
    page = "hierarchical-priors"
    return opened(browser, address, NAME, query, page=page, **window)


@cache
def survey():
    """Return the density of the spread of slopes, and two posterior means."""
    data = radon.load_radon()
    exact = radon.exact.posterior(varying_slopes, data)
    at = np.concatenate([[1e-4], np.linspace(0.02, 1.5, 75)])
    evidence = np.array(
        [
            radon.exact.posterior(
                with_priors(varying_slopes, sigma_beta=dist.Delta(value)), data
            ).log_marginal_likelihood
            for value in at
        ]
    )
    line = CubicSpline(at, evidence - exact.log_marginal_likelihood)
    means = exact.moments()["mean"]

    def density(tau):
        return halfcauchy.pdf(tau) * np.exp(line(tau))

    return density, means["mu_beta"], means["sigma"]


def integral(function, low=1e-4, high=1.5):
    total, _ = quad(function, low, high, limit=400, epsabs=1e-9)
    return total


def expected(homes, reading, step):
    """Return each form's sd, step and probability of too long a step.

    The long way: the conditional law given the spread from the joint Normal
    of effect and mean, the moments by one integral each.
    """
    before, mu, sigma = survey()
    noise = sigma**2 / homes if homes else np.inf

    def weight(tau):
        if not homes:
            return before(tau)
        return before(tau) * norm.pdf(reading, mu, np.hypot(tau, noise**0.5))

    whole = integral(weight)

    def given(tau):
        gain = tau**2 / (tau**2 + noise)
        shift = gain * (reading - mu) if homes else 0
        return mu + shift, tau * np.sqrt(1 - gain)

    def given_z(tau):
        centre, sd = given(tau)
        return (centre - mu) / tau, sd / tau

    answer = {}
    for form, law in (("centred", given), ("noncentred", given_z)):
        mean = integral(lambda t, law=law: weight(t) * law(t)[0]) / whole
        square = integral(
            lambda t, law=law, mean=mean: (
                weight(t) * ((law(t)[0] - mean) ** 2 + law(t)[1] ** 2)
            )
        )
        sd = np.sqrt(square / whole)

        def excess(tau, law=law, sd=sd):
            return step * sd - 2 * law(tau)[1]

        low, high = 1e-4, 1.5
        if excess(low) * excess(high) < 0:
            border = brentq(excess, low, high)
            part = (low, border) if excess(low) > 0 else (border, high)
            stuck = integral(weight, *part) / whole
        else:
            stuck = float(excess(low) > 0)
        answer |= {
            f"{form}.sd": sd,
            f"{form}.step": step * sd,
            f"{form}.stuck": stuck,
        }
    return answer


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_numbers_are_those_of_quadrature(browser, address, setting):
    with visit(browser, address, setting) as tab:
        shown = numbers(tab, NAME)
    wanted = expected(**(USUAL | setting))
    assert shown.keys() == wanted.keys()
    for key, value in wanted.items():
        assert shown[key] == pytest.approx(value, abs=CLOSE), key


def test_few_homes_stop_one_form_and_many_the_other():
    few, many = expected(0, -0.3, 1), expected(100, -0.3, 1)
    assert few["centred.stuck"] > 0.1 > 0.01 > few["noncentred.stuck"]
    assert many["noncentred.stuck"] > 0.1 > 0.01 > many["centred.stuck"]


MAP = """(panel) => {
  const ticks = (axis) => [...axis.querySelectorAll("text[text-anchor]")]
    .filter((text) => !text.classList.contains("live-label"))
    .map((text) => [Number(text.textContent.replace("−", "-")),
      Number(text.getAttribute("x")), Number(text.getAttribute("y"))]);
  const left = panel.parentNode.querySelector(":scope > .live-axis");
  return {
    x: ticks(panel.querySelector(".live-axis")),
    y: ticks(left),
    regions: [...panel.querySelectorAll("path[fill-opacity]")].map((path) =>
      path.getAttribute("d")),
  };
}"""


@pytest.mark.parametrize("setting", [{"homes": 10}, {"homes": 50}], ids=str)
@pytest.mark.parametrize("form", [0, 1], ids=["centred", "noncentred"])
def test_a_region_holds_the_mass_it_says(browser, address, setting, form):
    with visit(browser, address, setting) as tab:
        drawn(tab)
        panels = tab.locator(f"#live-{NAME} svg > g:has(clipPath)")
        seen = panels.nth(form).evaluate(MAP)
    (x0, p0, _), *_, (x1, p1, _) = seen["x"]
    (y0, _, q0), *_, (y1, _, q1) = seen["y"]
    corners = re.findall(r"(-?[\d.]+),(-?[\d.]+)", seen["regions"][-1])
    corners = np.array(corners, float)
    x = x0 + (corners[:, 0] - p0) * (x1 - x0) / (p1 - p0)
    # The label stands four pixels below its tick.
    slope = np.log(y1 / y0) / (q1 - q0)
    tau = y0 * np.exp((corners[:, 1] + 4 - q0) * slope)
    rows = len(x) // 2
    low, high, tau = x[:rows], x[rows:][::-1], tau[:rows]
    before, mu, sigma = survey()
    homes, reading = setting["homes"], USUAL["reading"]
    noise = sigma**2 / homes
    gain = tau**2 / (tau**2 + noise)
    centre, sd = mu + gain * (reading - mu), np.sqrt(gain * noise)
    if form:
        centre, sd = (centre - mu) / tau, sd / tau

    def weight(t):
        return before(t) * norm.pdf(reading, mu, np.hypot(t, noise**0.5))

    inside = norm.cdf((high - centre) / sd) - norm.cdf((low - centre) / sd)
    mass = abs(np.trapezoid(weight(tau) * inside, tau)) / integral(weight)
    assert mass == pytest.approx(0.5, abs=0.01)


def test_a_key_answers_is_told_and_goes_into_the_address(browser, address):
    with visit(browser, address) as tab:
        before = numbers(tab, NAME)
        assert said(tab, NAME) == ""
        place = tab.locator(f"#live-{NAME}")
        homes, reading, _ = place.get_by_role("slider").all()
        assert reading.is_disabled()
        homes.focus()
        tab.keyboard.press("End")
        assert homes.get_attribute("aria-valuetext") == "200 homes"
        tab.keyboard.press("Tab")
        tab.keyboard.press("ArrowRight")
        drawn(tab)
        shown = numbers(tab, NAME)
        assert shown["noncentred.stuck"] > 0.5 > before["noncentred.stuck"]
        assert "non-centred form has the neck" in said(tab, NAME)
        tab.wait_for_function("() => location.search.includes('reading')")
        values = dict(parse_qsl(urlsplit(tab.url).query))
        assert values == {"funnel.homes": "200", "funnel.reading": "-0.2"}
        tab.reload()
        ready(tab, NAME)
        assert numbers(tab, NAME) == shown
        place.get_by_role("button", name="Reset").press("Enter")
        drawn(tab)
        assert numbers(tab, NAME) == before
        tab.wait_for_function("() => !location.search.includes('funnel.')")


@pytest.mark.parametrize(
    "bad", [{"homes": 4}, {"reading": 9}, {"step": "x"}], ids=str
)
def test_a_bad_address_falls_back(browser, address, bad):
    with visit(browser, address) as tab:
        usual = numbers(tab, NAME)
    with visit(browser, address, bad) as tab:
        assert numbers(tab, NAME) == usual


@every_look
def test_it_can_be_read(browser, address, scheme, width, least):
    look = scheme, width, least
    assert_legible(
        browser, address, NAME, MARKS, look, page="hierarchical-priors"
    )

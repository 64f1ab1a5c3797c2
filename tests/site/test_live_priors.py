"""The figure of priors shows what the package computes, to hand and ear."""

import re
from functools import cache
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import numpyro.distributions as dist
import pytest
from scipy import stats

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

NAME = "priors"
MARKS = "path[stroke], line[stroke]"
CLOSE = 1e-3  # posterior standard deviations
SURE = 2e-4  # probabilities
FAMILIES = {
    "half-cauchy": (dist.HalfCauchy, lambda s: stats.halfcauchy(scale=s)),
    "half-normal": (dist.HalfNormal, lambda s: stats.halfnorm(scale=s)),
    "exponential": (
        lambda mean: dist.Exponential(1 / mean),
        lambda mean: stats.expon(scale=mean),
    ),
}
ORIGINAL = ("half-cauchy", 1)
SETTINGS = [
    {},
    {"beta": ("half-normal", 0.5)},
    {"beta": ("exponential", 1)},
    {"beta": ("half-cauchy", 0.1)},
    {"beta": ("half-normal", 0.05), "floor": 0},
    {"beta": ("half-cauchy", 5), "alpha": ("half-cauchy", 5)},
    {"alpha": ("half-normal", 0.05), "beta": ("exponential", 0.05)},
    {"alpha": ("exponential", 0.2), "sigma": ("half-normal", 0.3)},
    {
        "alpha": ("half-normal", 0.5),
        "beta": ("half-normal", 0.5),
        "sigma": ("exponential", 0.7),
        "floor": 0,
    },
    {"sigma": ("half-cauchy", 0.05), "alpha": ("exponential", 5)},
]


def visit(browser, address, setting=None, **window):
    """Open the chapter at the figure, with a setting in the address."""
    values = {f"{NAME}.{key}": v for key, v in (setting or {}).items()}
    query = f"?{urlencode(values)}" if values else ""
    page = "choosing-priors"
    return opened(browser, address, NAME, query, page=page, **window)


def asked(setting):
    """Write a setting as the address has it."""
    values = {}
    for key, value in setting.items():
        if key == "floor":
            values["floor"] = value
        else:
            values[key], values[f"{key}_scale"] = value
    return values


def priors(setting):
    """Return the family and scale of every scale's prior."""
    names = {"alpha": "sigma_alpha", "beta": "sigma_beta", "sigma": "sigma"}
    return {name: setting.get(key, ORIGINAL) for key, name in names.items()}


def exactly(setting, **fixed):
    chosen = {
        name: FAMILIES[family][0](value)
        for name, (family, value) in priors(setting).items()
    }
    model = with_priors(varying_slopes, **(chosen | fixed))
    return radon.exact.posterior(model, radon.load_radon())


def pieces(prior):
    """Return nodes and weights that integrate over a prior.

    Gauss-Legendre in the square root of the probability left in the tail,
    so that the integrand is smooth up to the end.
    """
    family, value = prior
    at, weight = np.polynomial.legendre.leggauss(80)
    left = ((at + 1) / 2) ** 2
    nodes = FAMILIES[family][1](value).isf(left)
    return nodes, weight * (at + 1) / 2


@cache
def variances(floor, chosen):
    """Return the log radon's variance given the scales, and its weights."""
    total, weights = np.array([1.0 + floor]), np.ones(1)
    names = ["sigma", "sigma_alpha", "sigma_beta"][: 2 + floor]
    for name in names:
        nodes, weight = pieces(dict(chosen)[name])
        total = (total[:, None] + nodes**2).ravel()
        weights = (weights[:, None] * weight).ravel()
    return total, weights


def share_above(pci, setting, floor):
    total, weights = variances(floor, tuple(priors(setting).items()))
    y = radon.load_radon().from_pci(pci)
    return weights @ stats.norm.sf(y / np.sqrt(total))


@pytest.fixture(scope="module")
def shows(browser, address):
    """Return a function that reads the figure at a setting, once each."""
    seen = {}

    def look(setting):
        key = str(setting)
        if key not in seen:
            with visit(browser, address, asked(setting)) as tab:
                seen[key] = numbers(tab, NAME)
        return seen[key]

    return look


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_posterior_is_the_packages(shows, setting):
    table, usual = exactly(setting).moments(), exactly({}).moments()
    shown = shows(setting)
    for column, wanted in (("posterior", table), ("original", usual)):
        for name in (*priors({}), "mu_alpha", "mu_beta"):
            mean, sd = wanted.loc[name, ["mean", "sd"]]
            key = f"{column}.{name}"
            assert abs(shown[f"{key}.mean"] - mean) < CLOSE * sd, key
            assert shown[f"{key}.sd"] == pytest.approx(sd, rel=CLOSE), key


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_priors_expect_what_quadrature_says(shows, setting):
    floor = setting.get("floor", 1)
    shown = shows(setting)
    for level in (4, 1000):
        wanted = share_above(level, setting, floor)
        assert shown[f"expected.above{level}"] == pytest.approx(
            wanted, abs=SURE
        )
    for p, key in ((0.5, "q50"), (0.05, "q95")):
        beyond = share_above(shown[f"expected.{key}"], setting, floor)
        assert beyond == pytest.approx(p, abs=SURE), key
    if shown["expected.q05"] > 0:
        beyond = share_above(shown["expected.q05"], setting, floor)
        assert beyond == pytest.approx(0.95, abs=SURE)
    else:
        assert share_above(0, setting, floor) < 0.95


@pytest.mark.parametrize("floor", [0, 1])
def test_the_measured_homes_are_the_surveys(shows, floor):
    houses = radon.load_radon().houses
    homes = houses.loc[houses["floor"] == floor, "radon"]
    shown = shows({"floor": floor} if floor == 0 else {})
    for p, key in ((0.05, "q05"), (0.5, "q50"), (0.95, "q95")):
        assert shown[f"measured.{key}"] == pytest.approx(homes.quantile(p))
    for level in (4, 1000):
        wanted = (homes > level).mean()
        assert shown[f"measured.above{level}"] == pytest.approx(wanted)


def corners(path):
    """Return the corners of a path of straight lines."""
    return np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", path), float)


@pytest.mark.parametrize("setting", [SETTINGS[0], SETTINGS[2]], ids=str)
def test_the_curve_is_the_marginal_posterior(browser, address, setting):
    at = np.array([0.05, 0.15, 0.25, 0.35, 0.5])
    evidence = np.array(
        [
            exactly(setting, sigma_beta=dist.Delta(s)).log_marginal_likelihood
            for s in at
        ]
    )
    family, value = priors(setting)["sigma_beta"]
    whole = exactly(setting).log_marginal_likelihood
    prior = FAMILIES[family][1](value)
    wanted = prior.pdf(at) * np.exp(evidence - whole)
    with visit(browser, address, asked(setting)) as tab:
        drawn(tab)
        panel = tab.locator(f"#live-{NAME} svg").nth(1)
        before, after = (
            corners(panel.locator("path").nth(k).get_attribute("d"))
            for k in (1, 2)
        )
        ticks = panel.locator(".live-axis text[text-anchor=middle]")
        labels = ticks.evaluate_all(
            "all => all.map(one => "
            "[Number(one.textContent), Number(one.getAttribute('x'))])"
        )
    (zero, left), *_, (one, right) = labels
    assert (zero, one) == (0, 1)
    floor = after[:, 1].max()
    high, low = (
        np.interp(at, (line[:, 0] - left) / (right - left), floor - line[:, 1])
        for line in (after, before)
    )
    scale = wanted.max() / high.max()
    assert high * scale == pytest.approx(wanted, rel=0.02, abs=0.02)
    assert low * scale == pytest.approx(prior.pdf(at), rel=0.1)


def test_a_key_answers_is_told_and_goes_into_the_address(browser, address):
    with visit(browser, address) as tab:
        before = numbers(tab, NAME)
        assert said(tab, NAME) == ""
        place = tab.locator(f"#live-{NAME}")
        slider = place.get_by_role("slider").nth(1)
        slider.focus()
        for _ in range(40):
            tab.keyboard.press("ArrowLeft")
        drawn(tab)
        tight = numbers(tab, NAME)
        assert tight["posterior.sigma_beta.mean"] < (
            before["posterior.sigma_beta.mean"] - 0.01
        )
        assert tight["expected.above1000"] < before["expected.above1000"]
        tab.keyboard.press("Shift+Tab")
        assert tab.evaluate("document.activeElement.tagName") == "SELECT"
        tab.keyboard.press("ArrowDown")
        shown = numbers(tab, NAME)
        mean = shown["posterior.sigma_beta.mean"]
        assert f"of sigma beta: {mean:.2f}" in said(tab, NAME)
        tab.wait_for_function("() => location.search.includes('half-normal')")
        values = dict(parse_qsl(urlsplit(tab.url).query))
        assert values["priors.beta"] == "half-normal"
        assert slider.get_attribute("aria-valuetext") == "0.20"
        assert float(values["priors.beta_scale"]) == 0.2
        tab.reload()
        ready(tab, NAME)
        assert numbers(tab, NAME) == shown
        place.get_by_role("button", name="Reset").press("Enter")
        drawn(tab)
        assert numbers(tab, NAME) == before
        tab.wait_for_function("() => !location.search.includes('priors.')")


@pytest.mark.parametrize(
    "bad", [{"beta": "cauchy"}, {"beta_scale": 0}, {"floor": 2}], ids=str
)
def test_a_bad_address_falls_back(shows, browser, address, bad):
    with visit(browser, address, bad) as tab:
        assert numbers(tab, NAME) == shows({})


@every_look
def test_it_can_be_read(browser, address, scheme, width, least):
    look = scheme, width, least
    assert_legible(browser, address, NAME, MARKS, look, page="choosing-priors")

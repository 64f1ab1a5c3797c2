"""The figure of priors shows what the package computes, to hand and ear."""

import re
from functools import cache
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import numpyro.distributions as dist
import pytest
from scipy import stats

import radon
from radon.models import varying_slopes, with_priors
from tests.site.live_page import (
    DESK,
    PHONE,
    check_manners,
    numbers,
    opened,
    settle,
)

CHAPTER, NAME = "hierarchical-priors", "priors"
CLOSE = 1e-3  # posterior standard deviations, and probabilities
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

    Gauss-Legendre in an angle whose square is the probability left in the
    tail, so that the integrand is smooth up to the end.
    """
    family, value = prior
    at, weight = np.polynomial.legendre.leggauss(60)
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


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_posterior_is_the_packages(browser, address, setting):
    table, usual = exactly(setting).moments(), exactly({}).moments()
    with opened(browser, address, CHAPTER, NAME, asked(setting)) as (_, place):
        shown = numbers(place)
    for column, wanted in (("posterior", table), ("original", usual)):
        for name in (*priors({}), "mu_alpha", "mu_beta"):
            mean, sd = wanted.loc[name, ["mean", "sd"]]
            key = f"{column}.{name}"
            assert abs(shown[f"{key}.mean"] - mean) < CLOSE * sd, key
            assert shown[f"{key}.sd"] == pytest.approx(sd, rel=CLOSE), key


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_priors_expect_what_quadrature_says(browser, address, setting):
    floor = setting.get("floor", 1)
    with opened(browser, address, CHAPTER, NAME, asked(setting)) as (_, place):
        shown = numbers(place)
    for level in (4, 1000):
        wanted = share_above(level, setting, floor)
        assert shown[f"expected.above{level}"] == pytest.approx(
            wanted, abs=CLOSE
        )
    for p, key in ((0.5, "q50"), (0.05, "q95")):
        beyond = share_above(shown[f"expected.{key}"], setting, floor)
        assert beyond == pytest.approx(p, abs=CLOSE), key
    if shown["expected.q05"] > 0:
        beyond = share_above(shown["expected.q05"], setting, floor)
        assert beyond == pytest.approx(0.95, abs=CLOSE)
    else:
        assert share_above(0, setting, floor) < 0.95


@pytest.mark.parametrize("floor", [0, 1])
def test_the_measured_homes_are_the_surveys(browser, address, floor):
    houses = radon.load_radon().houses
    homes = houses.loc[houses["floor"] == floor, "radon"]
    with opened(browser, address, CHAPTER, NAME, {"floor": floor}) as (
        _,
        place,
    ):
        shown = numbers(place)
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
    with opened(browser, address, CHAPTER, NAME, asked(setting)) as (_, place):
        panel = place.locator("svg").nth(1)
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
    x = (after[:, 0] - left) / (right - left)
    floor = after[:, 1].max()
    drawn = np.interp(at, x, floor - after[:, 1])
    drawn_prior = np.interp(at, x, floor - before[:, 1])
    scale = wanted.max() / drawn.max()
    assert drawn * scale == pytest.approx(wanted, rel=0.02, abs=0.02)
    assert drawn_prior * scale == pytest.approx(prior.pdf(at), rel=0.1)


def test_a_key_answers_is_told_and_goes_into_the_address(browser, address):
    with opened(browser, address, CHAPTER, NAME) as (page, place):
        before = numbers(place)
        status = place.locator("[role=status]")
        assert status.text_content() == ""
        slider = place.get_by_role("slider").nth(1)
        slider.focus()
        for _ in range(40):
            page.keyboard.press("ArrowLeft")
        settle(page)
        tight = numbers(place)
        assert tight["posterior.sigma_beta.mean"] < (
            before["posterior.sigma_beta.mean"] - 0.01
        )
        assert tight["expected.above1000"] < before["expected.above1000"]
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.tagName") == "SELECT"
        page.keyboard.press("ArrowDown")
        page.wait_for_function(
            "() => document.querySelector('#live-priors [role=status]')"
            ".textContent"
        )
        said = status.text_content()
        shown = numbers(place)
        assert f"{shown['posterior.sigma_beta.mean']:.2f}" in said
        page.wait_for_function("() => location.search.includes('half-normal')")
        values = dict(parse_qsl(urlsplit(page.url).query))
        assert values["priors.beta"] == "half-normal"
        assert slider.get_attribute("aria-valuetext") == "0.20"
        assert float(values["priors.beta_scale"]) == 0.2
        page.reload()
        place.scroll_into_view_if_needed()
        place.locator("[data-value]").first.wait_for()
        assert numbers(place) == shown
        place.get_by_role("button", name="Reset").press("Enter")
        settle(page)
        assert numbers(place) == before
        page.wait_for_function("() => !location.search.includes('priors.')")


@pytest.mark.parametrize(
    "bad", [{"beta": "cauchy"}, {"beta_scale": 0}, {"floor": 2}], ids=str
)
def test_a_bad_address_falls_back(browser, address, bad):
    with opened(browser, address, CHAPTER, NAME) as (_, place):
        usual = numbers(place)
    with opened(browser, address, CHAPTER, NAME, bad) as (page, place):
        assert numbers(place) == usual
        assert page.errors == []


@pytest.mark.parametrize(
    ("scheme", "width"),
    [("light", DESK), ("dark", DESK), ("light", PHONE), ("dark", PHONE)],
)
def test_it_can_be_read(browser, address, scheme, width):
    with opened(
        browser,
        address,
        CHAPTER,
        NAME,
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 900},
    ) as (page, place):
        check_manners(page, place, scheme)
        for picture in place.get_by_role("img").all():
            assert len(picture.get_attribute("aria-label")) > 40

"""A changed county in the browser shows its exact posterior, to any hand."""

import functools

import numpy as np
import pandas as pd
import pytest

import radon
from radon.models import varying_intercepts, varying_slopes
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

NAME = "your-county"
STAGE = f"#live-{NAME} .live-stage"
HOMES = f"{STAGE} [role=slider]"
MARKS = (
    ".live-home, .live-interval:not(.live-before .live-interval), "
    ".live-middle, .live-ghost"
)
SURVEY = radon.load_radon()


def survey_with(county, homes):
    """Return the survey, one county's homes (floor, pCi/L) replaced."""
    columns = ["county", "floor", "radon"]
    others = SURVEY.houses.loc[SURVEY.houses["county"] != county, columns]
    own = pd.DataFrame(
        {
            "county": county,
            "floor": [floor for floor, _ in homes],
            "radon": [float(value) for _, value in homes],
        }
    )
    counties = SURVEY.counties[["fips", "state"]].reset_index()
    return radon.Radon.from_frame(pd.concat([others, own]), counties)


@functools.cache
def exact(county, slopes, homes=None):
    """Return data, moments and quantiles of the survey, changed or not."""
    data = SURVEY if homes is None else survey_with(county, homes)
    model = varying_slopes if slopes else varying_intercepts
    fit = radon.exact.posterior(model, data)
    return data, fit.moments(), fit.summary()


def surveyed(county):
    """Return a county's homes as the survey has them."""
    own = SURVEY.houses[SURVEY.houses["county"] == county]
    return tuple(zip(own["floor"], own["radon"], strict=True))


def shown_homes(tab):
    """Return the homes that are drawn, as (floor, pCi/L)."""
    rows = tab.locator(HOMES).evaluate_all(
        """homes => homes.map((home) => [
            Number(home.getAttribute("aria-label").endsWith("first floor")),
            Number(home.getAttribute("aria-valuenow"))])"""
    )
    return tuple(tuple(row) for row in rows)


def assert_exact(tab, county, slopes, homes):
    """Compare every number of the figure with the package's."""
    data, moments, table = exact(county, slopes, homes)
    _, before, former = exact(county, slopes)
    for when, wanted in (("now", moments), ("surveyed", before)):
        for key, row in {
            "alpha": f"alpha[{county}]",
            "mu_alpha": "mu_alpha",
            "sigma_alpha": "sigma_alpha",
            "sigma": "sigma",
        }.items():
            mean, sd = wanted.loc[row, ["mean", "sd"]]
            shown = [
                number(tab, NAME, f"{key}.{when}", attribute)
                for attribute in ("data-value", "data-sd")
            ]
            assert close(shown, [mean, sd], sd), (key, when)
    for key, row in (("typical", f"alpha[{county}]"), ("state", "mu_alpha")):
        wanted = table.loc[row, ["q05", "q50", "q95"]]
        shown = data.from_pci(interval(tab, key))
        assert close(shown, wanted, moments.loc[row, "sd"]), key
    row = f"alpha[{county}]"
    shown = data.from_pci(number(tab, NAME, "typical.surveyed"))
    assert close(shown, former.loc[row, "q50"], before.loc[row, "sd"])
    basements = [value for floor, value in homes if floor == 0]
    if basements:
        level = data.from_pci(np.array(basements, dtype=float)).mean()
        half = 1.645 * moments.loc["sigma", "mean"] / len(basements) ** 0.5
        wanted = [level - half, level, level + half]
        shown = data.from_pci(interval(tab, "alone"))
        assert np.allclose(shown, wanted, atol=1e-3)


def interval(tab, key):
    """Return the ends and the middle of an interval of the figure."""
    attributes = ("data-low", "data-value", "data-high")
    return np.array([number(tab, NAME, key, at) for at in attributes])


@pytest.mark.parametrize(
    ("county", "slopes", "text", "homes"),
    [
        ("Murray", True, "surveyed", ((0, 12.1),)),
        ("Murray", False, "0b48", ((0, 48),)),
        (
            "Murray",
            True,
            "0_b4_b2.5_f0.9",
            ((0, 12.1), (0, 4), (0, 2.5), (1, 0.9)),
        ),
        ("Murray", True, "f0", ((1, 0),)),
        ("Marshall", True, "1", ((0, 23.8),)),
        ("Marshall", False, "0_6_b80", ((1, 1.5), (0, 48.2), (0, 80))),
        ("Lac qui Parle", False, "b1", ((0, 1),)),
        ("St. Louis", True, "b0.5_b0.7_f0.3", ((0, 0.5), (0, 0.7), (1, 0.3))),
    ],
)
def test_a_changed_county_is_exact(
    browser, address, county, slopes, text, homes
):
    query = (
        f"?your-county.county={county}&your-county.homes={text}"
        f"&your-county.slopes={str(slopes).lower()}"
    )
    with opened(browser, address, NAME, query) as tab:
        assert shown_homes(tab) == homes
        assert_exact(tab, county, slopes, homes)


def test_the_next_home_is_exact(browser, address):
    data, moments, _ = exact("Murray", True)
    fit = radon.exact.posterior(varying_slopes, data)
    draws = fit.draws(4000, seed=1).posterior
    alpha = draws["alpha"].sel(county="Murray").to_numpy().ravel()
    sigma = draws["sigma"].to_numpy().ravel()
    noise = np.random.default_rng(2).normal(size=alpha.size)
    with opened(browser, address, NAME) as tab:
        shown = data.from_pci(interval(tab, "next"))
    # The share of draws below each quantile, to four standard errors.
    below = (alpha + sigma * noise)[:, None] < shown
    wanted = np.array([0.05, 0.5, 0.95])
    error = np.sqrt(wanted * (1 - wanted) / alpha.size)
    assert (np.abs(below.mean(axis=0) - wanted) < 4 * error).all()


def test_the_last_home_can_be_taken_away(browser, address):
    with opened(browser, address, NAME) as tab:
        tab.get_by_role("button", name="Take it away").click()
        drawn(tab)
        assert shown_homes(tab) == ()
        assert "no basement measured" in tab.locator(STAGE).inner_text()
        others = SURVEY.houses[SURVEY.houses["county"] != "Murray"]
        columns = ["county", "floor", "radon"]
        data = radon.Radon.from_frame(others[columns])
        moments = radon.exact.posterior(varying_slopes, data).moments()
        mean, sd = moments.loc["mu_alpha", ["mean", "sd"]]
        assert close(number(tab, NAME, "mu_alpha.now"), mean, sd)
        # A county never measured is a draw of the population.
        spread = moments.loc["sigma_alpha"]
        wide = np.sqrt(sd**2 + spread["mean"] ** 2 + spread["sd"] ** 2)
        shown = [
            number(tab, NAME, "alpha.now", attribute)
            for attribute in ("data-value", "data-sd")
        ]
        assert close(shown, [mean, wide], wide)
        says(tab, NAME, "Murray, no homes: typical basement")


def test_homes_are_dragged(browser, address):
    with opened(browser, address, NAME) as tab:
        home = tab.locator(HOMES)
        home.hover()  # once the page lies still
        box = home.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        tab.mouse.down()
        tab.mouse.move(x - 150, y + 40, steps=5)
        tab.mouse.up()
        drawn(tab)
        ((floor, value),) = shown_homes(tab)
        assert floor == 0
        assert 1 < value < 4
        now = home.bounding_box()
        assert abs(now["x"] + 150 - box["x"]) < 12
        assert_exact(tab, "Murray", True, ((0, value),))


def pressed(tab, focused, *keys):
    """Press keys as a hand does, each on what the last one left."""
    for key in keys:
        focused.press(key)
        drawn(tab)


def test_homes_are_moved_by_keys(browser, address):
    query = "?your-county.county=Freeborn"
    with opened(browser, address, NAME, query) as tab:
        focused = tab.locator(f"{HOMES}[tabindex='0']")
        homes = list(surveyed("Freeborn"))
        pressed(tab, focused, "ArrowRight", "ArrowRight")
        pressed(tab, focused, "ArrowDown", "PageDown")
        first, second = shown_homes(tab)[:2]
        assert first[1] > homes[0][1]
        assert second[1] < homes[1][1] / 1.4
        assert focused.count() == 1
        text = focused.get_attribute("aria-valuetext")
        assert text == f"{second[1]:g} pCi/L"
        pressed(tab, focused, "Delete")
        homes[0] = first
        del homes[1]
        assert shown_homes(tab) == tuple(homes)
        pressed(tab, focused, "End", "ArrowUp", "Home")
        homes[:2] = [(homes[0][0], 0), (homes[1][0], 80)]
        assert shown_homes(tab) == tuple(homes)
        assert_exact(tab, "Freeborn", True, tuple(homes))
        says(tab, NAME, "Freeborn, 8 homes: typical")


def test_from_one_home_to_the_survey(browser, address):
    homes = surveyed("Cass")
    with opened(browser, address, NAME) as tab:

        def press(name):
            tab.get_by_role("button", name=name).click()
            drawn(tab)

        tab.locator(f"{STAGE} select").select_option("Cass")
        drawn(tab)
        assert shown_homes(tab) == homes
        press("Start from one")
        assert shown_homes(tab) == homes[:1]
        press("Put one back")
        assert shown_homes(tab) == homes[:2]
        press("Add a first floor")
        tab.get_by_label("This home").fill("7.3")
        drawn(tab)
        assert shown_homes(tab) == (*homes[:2], (1, 7.3))
        assert_exact(tab, "Cass", True, (*homes[:2], (1, 7.3)))
        press("Take it away")
        assert shown_homes(tab) == homes[:2]
        press("As surveyed")
        assert shown_homes(tab) == homes
        assert tab.get_by_role("button", name="As surveyed").is_disabled()


def test_the_address_keeps_the_setting(browser, address):
    with opened(browser, address, NAME) as tab:
        tab.locator(f"{STAGE} select").select_option("Marshall")
        tab.get_by_role("button", name="Start from one").click()
        tab.get_by_role("button", name="Add a basement").click()
        tab.get_by_label("This home").fill("33.3")
        tab.locator(f"{STAGE} label", has_text="intercepts").first.click()
        addressed(tab, "your-county.county=Marshall")
        addressed(tab, "your-county.slopes=false")
        before = shown_homes(tab)
        shown = number(tab, NAME, "alpha.now")
        tab.reload()
        ready(tab, NAME)
        assert shown_homes(tab) == before == ((0, 23.8), (0, 33.3))
        assert number(tab, NAME, "alpha.now") == shown
        tab.get_by_role("button", name="As surveyed").click()
        addressed(tab, "your-county.homes", without=True)


@pytest.mark.parametrize("text", ["", "7", "0_0", "0b", "x1", "b-1", "0__1"])
def test_a_bad_address_falls_back(browser, address, text):
    query = f"?your-county.homes={text}&your-county.slopes=perhaps"
    with opened(browser, address, NAME, query) as tab:
        assert shown_homes(tab) == ((0, 12.1),)
        assert tab.get_by_label("intercepts and slopes").is_checked()


@every_look
def test_it_can_be_read_and_touched(browser, address, scheme, width, least):
    look = scheme, width, least
    query = "?your-county.county=St.+Louis"
    assert_legible(browser, address, NAME, MARKS, look, query)

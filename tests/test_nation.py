"""Counties in states: one state, other names, and what was measured."""

import numpy as np
import numpyro.distributions as dist
import pandas as pd
import pytest

import radon
from radon import models
from radon.source import measured


@pytest.fixture(scope="module")
def minnesota():
    return radon.load_radon()


@pytest.fixture(scope="module")
def two_states():
    """Return two states' homes, few enough to be quick."""
    nation = radon.load_radon(state=None)
    state = nation.counties["state"][nation.houses["county"]].to_numpy()
    homes = nation.houses[np.isin(state, ["AZ", "MA"])]
    return homes, nation.counties


def survey(homes, counties, renamed=None):
    places = counties.assign(state=counties["state"].replace(renamed or {}))
    return radon.Radon.from_frame(homes, places)


def test_one_state_without_spread_is_varying_intercepts(minnesota):
    flat = models.with_priors(models.nested, sigma_state=dist.Delta(1e-5))
    nested = radon.exact.posterior(flat, minnesota).moments()
    single = radon.exact.posterior(models.varying_intercepts, minnesota)
    rows = single.moments().index
    np.testing.assert_allclose(
        nested.loc[rows], single.moments(), rtol=1e-3, atol=1e-4
    )


def test_one_state_cannot_say_how_states_differ(minnesota):
    nested = radon.exact.posterior(models.nested, minnesota)
    table = nested.summary()
    assert table.loc["sigma_state", "q95"] > 1
    assert table.loc["mu_alpha", "sd"] > 3 * table.loc["mu_state[MN]", "sd"]


def test_the_names_of_states_do_not_matter(two_states):
    as_they_are, turned = (
        radon.exact.posterior(
            models.nested, survey(*two_states, renamed)
        ).moments()
        for renamed in (None, {"AZ": "ZZ"})
    )
    turned = turned.rename({"mu_state[ZZ]": "mu_state[AZ]"})
    pd.testing.assert_frame_equal(
        turned.loc[as_they_are.index], as_they_are, rtol=1e-8
    )


def test_a_shift_of_all_homes_moves_levels_alone(two_states):
    wide = models.with_priors(models.nested, mu_alpha=dist.Normal(0, 100))
    homes, counties = two_states
    table = radon.statistics.reduce(homes, counties, log_radon="log_radon")
    moved = radon.statistics.reduce(
        homes.assign(log_radon=homes["log_radon"] + 1),
        counties,
        log_radon="log_radon",
    )
    here, there = (
        radon.exact.posterior(wide, sums).moments()["mean"]
        for sums in (table, moved)
    )
    gap = there - here
    is_level = gap.index.str.contains("^alpha|^mu_")
    np.testing.assert_allclose(gap[is_level], 1, atol=1e-3)
    np.testing.assert_allclose(gap[~is_level], 0, atol=1e-3)


def test_every_home_and_county_of_the_nation_was_left_out():
    nation = radon.load_radon(state=None)
    homes, counties = measured("nation-homes"), measured("nation-counties")
    counts = homes["county"].value_counts()
    assert counts.to_dict() == nation.counties["n_houses"].to_dict()
    assert sorted(counties["county"]) == sorted(nation.counties.index)
    assert homes[["nation", "state"]].lt(1).all(axis=None)


def test_the_committed_differences_are_those_of_a_state(minnesota):
    homes = measured("nation-homes")
    here = homes[homes["county"].str.endswith(", MN")]
    exact = radon.exact.posterior(models.varying_intercepts, minnesota)
    assert here["state"].sum() == pytest.approx(exact.loo().elpd, abs=0.1)

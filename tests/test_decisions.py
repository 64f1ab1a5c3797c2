"""Expected losses against closed forms, and what decides between actions."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

import radon
from radon.decisions import Assumptions, advice, expected_losses
from radon.prediction import Prediction

BASE = Assumptions(
    worth=1000,
    remediation_cost=2000,
    remediated=2,
    test_cost=50,
    test_error=0.2,
    yearly_share=0.6,
    passing=0.5,
)


@pytest.fixture(scope="module")
def data():
    return radon.load_radon(zeros="replace")  # pCi/L is log-normal


def homes(data, middles, *, sigma=0.7, spread=0.1, n=4000):
    """Predict homes whose log middles are Normal around those given."""
    z = stats.norm.ppf((np.arange(n) + 0.5) / n)
    z = np.random.default_rng(0).permutation(z)
    typical = np.asarray(middles) + spread * z[None, :, None]
    shape = typical.shape
    dims = ("chain", "draw", "house")
    return Prediction(
        xr.Dataset(
            {
                "typical": (dims, typical),
                "reading": (dims, typical),
                "sigma": (dims, np.full(shape, sigma)),
            },
            {
                "county": ("house", [f"c{i}" for i in range(shape[-1])]),
                "floor": ("house", np.zeros(shape[-1], int)),
            },
        ),
        data,
    )


def lognormal(middle, sd):
    """Annual averages of such homes, as SciPy has them."""
    return stats.lognorm(sd, scale=0.6 * np.exp(middle))


def test_the_action_level_is_where_remediating_begins_to_pay():
    assert BASE.action_level == 4
    assert replace(BASE, worth=500).action_level == 6


def test_losses_are_those_of_a_lognormal(data):
    middles = np.log([2.0, 4.0, 9.0])
    table = expected_losses(homes(data, middles), BASE, seed=1)
    sd = np.sqrt(0.7**2 - 0.5**2 + 0.1**2)
    for row, middle in zip(table.itertuples(), middles, strict=True):
        average = lognormal(middle, sd)
        lower = average.expect(lambda r: np.minimum(r, 2), epsabs=1e-8)
        # Stratified: 24 homes a draw in equal shares, 4000 draws.
        assert row.average == pytest.approx(average.mean(), rel=0.003)
        assert row.leave == pytest.approx(1000 * average.mean(), rel=0.003)
        assert row.remediate == pytest.approx(2000 + 1000 * lower, rel=0.001)


def test_a_perfect_test_knows_the_action_level(data):
    middles = np.log([3.0, 6.0])
    perfect = replace(BASE, test_error=0.0)
    table = expected_losses(homes(data, middles), perfect, seed=1)
    assert np.allclose(table["act_above"], 4, atol=0.02)
    sd = np.sqrt(0.7**2 - 0.5**2 + 0.1**2)
    for row, middle in zip(table.itertuples(), middles, strict=True):
        least = lognormal(middle, sd).expect(
            lambda r: np.minimum(1000 * r, 2000 + 1000 * np.minimum(r, 2)),
            lb=0,
            ub=200,
            points=[2, 4],
        )
        assert row.measure == pytest.approx(50 + least, rel=0.003)


def test_a_test_pays_for_itself_or_costs_its_price(data):
    table = expected_losses(
        homes(data, np.log([0.2, 1, 5, 8, 90])), BASE, seed=1
    )
    blind = table[["leave", "remediate"]].min(axis=1)
    worth = blind - (table["measure"] - BASE.test_cost)
    assert (worth >= -1e-9).all()
    assert worth.iloc[0] == pytest.approx(0, abs=0.01)
    assert worth.iloc[-1] == pytest.approx(0, abs=1)
    assert worth.iloc[2] > 100
    assert advice(table).tolist() == [
        "leave",
        "leave",
        "measure",
        "measure",
        "remediate",
    ]


def test_a_worse_test_is_worth_less(data):
    where = homes(data, np.log([3.0, 6.0]))
    losses = [
        expected_losses(where, replace(BASE, test_error=error), seed=1)
        for error in (0.0, 0.2, 0.5, 1.0)
    ]
    measured = pd.concat([table["measure"] for table in losses], axis=1)
    assert (measured.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)


def test_no_other_threshold_does_better(data):
    where = homes(data, np.log([3.0, 6.0]))
    best = expected_losses(where, BASE, seed=1)
    for factor in (0.5, 0.9, 1.1, 2.0):
        other = expected_losses(
            where, BASE, seed=1, act_above=factor * best["act_above"]
        )
        assert (other["measure"] > best["measure"]).all()
        assert np.allclose(other["act_above"], factor * best["act_above"])
    same = expected_losses(where, BASE, seed=1, act_above=best["act_above"])
    assert np.allclose(same["measure"], best["measure"])


def test_prices_act_as_prices(data):
    where = homes(data, np.log([3.0]))
    table = expected_losses(where, BASE, seed=1)
    dearer = expected_losses(where, replace(BASE, test_cost=80), seed=1)
    gap = dearer["measure"] - table["measure"]
    assert gap.item() == pytest.approx(30)
    scaled = replace(BASE, worth=3000, remediation_cost=6000, test_cost=150)
    triple = expected_losses(where, scaled, seed=1)
    columns = ["leave", "measure", "remediate"]
    assert np.allclose(triple[columns], 3 * table[columns])


def test_seeds(data):
    where = homes(data, np.log([3.0]))
    one, again, other = (
        expected_losses(where, BASE, seed=seed) for seed in (1, 1, 2)
    )
    assert one.equals(again)
    assert not one["measure"].equals(other["measure"])
    assert one["measure"].item() == pytest.approx(
        other["measure"].item(), rel=0.005
    )


def test_thresholds_are_read_by_their_labels(data):
    where = homes(data, np.log([3.0, 6.0, 9.0]), n=50)
    wanted = pd.Series([2.0, 4.0, np.inf], where.homes)
    for given in (
        wanted,
        wanted.tolist(),
        wanted.iloc[::-1],
        wanted.iloc[[1, 2, 0]].droplevel("floor"),
    ):
        table = expected_losses(where, BASE, seed=1, act_above=given)
        assert table["act_above"].tolist() == wanted.tolist()
    for given in (np.nan, -1, [4, 4], [4, 4, np.nan], wanted.iloc[:2]):
        with pytest.raises(ValueError, match="for each of the 3"):
            expected_losses(where, BASE, seed=1, act_above=given)
    twice = wanted.iloc[[0, 1, 1]]
    with pytest.raises(ValueError, match="a home twice"):
        expected_losses(where, BASE, seed=1, act_above=twice)


@pytest.mark.parametrize("seed", [None, 1.5, -1])
def test_a_seed_is_a_whole_number(data, seed):
    with pytest.raises((TypeError, ValueError), match="seed is"):
        expected_losses(homes(data, [1.0], n=50), BASE, seed=seed)


def test_an_amount_may_be_a_fraction():
    """A test at a third of 100 dollars, say."""
    third = replace(BASE, test_cost=Fraction(100, 3))
    assert third.test_cost == Fraction(100, 3)


def test_what_makes_no_sense_is_refused(data):
    with pytest.raises(ValueError, match="worth is 0"):
        replace(BASE, worth=0)
    with pytest.raises(ValueError, match="test_cost is -1; wanted 0 or more"):
        replace(BASE, test_cost=-1)
    with pytest.raises(ValueError, match="wanted a number"):
        replace(BASE, passing="half")
    with pytest.raises(ValueError, match="passing is 0.8"):
        expected_losses(homes(data, [1.0]), replace(BASE, passing=0.8), seed=1)
    heavy = homes(data, [1.0])
    heavy.draws["nu"] = (("chain", "draw"), np.full((1, 4000), 4.0))
    with pytest.raises(ValueError, match="Student-t"):
        expected_losses(heavy, BASE, seed=1)

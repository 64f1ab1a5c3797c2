"""The posterior that a page computes is the one that the package computes."""

import numpy as np
import numpyro.distributions as dist
import pandas as pd
import pytest

import radon
from radon.models import varying_intercepts, varying_slopes, with_priors

FAMILIES = {
    "half-cauchy": dist.HalfCauchy,
    "half-normal": dist.HalfNormal,
    "exponential": lambda mean: dist.Exponential(1 / mean),
    "fixed": dist.Delta,
}
CLOSE = 1e-3  # posterior standard deviations

ASK = """async ([counties, model]) => {
  const engine = await import("./_static/live/engine.js");
  const { survey } = await import("./_static/live/survey.js");
  const homes = survey.counties.map((county) =>
    engine.cells(counties[county.name] ?? county.homes, survey.shift));
  const post = engine.posterior(homes, model);
  const row = ({ mean, sd }) => [mean, sd];
  return {
    scales: Object.fromEntries(
      Object.entries(post.scales).map(([name, value]) => [name, row(value)])),
    means: Object.values(post.means).map(row),
    alpha: [[...post.alpha.mean], [...post.alpha.sd]],
    beta: [[...post.beta.mean], [...post.beta.sd]],
    logEvidence: post.logEvidence,
    interval: engine.quantiles(
      post, { county: 0, coefficient: "alpha" }, [0.05, 0.5, 0.95]),
  };
}"""


def setting(slopes, **priors):
    """Describe a model by the family and value of its scales' priors."""
    return slopes, priors


SETTINGS = [
    setting(True),
    setting(False),
    *(
        setting(True, sigma_beta=(family, value))
        for family in ("half-cauchy", "half-normal", "exponential")
        for value in (0.05, 0.3, 2.0)
    ),
    setting(True, sigma_alpha=("half-normal", 0.1)),
    setting(
        True,
        sigma_alpha=("exponential", 0.2),
        sigma_beta=("half-normal", 0.2),
    ),
    setting(True, sigma=("exponential", 0.5)),
    setting(True, sigma_alpha=("fixed", 0.3)),
    setting(True, sigma_beta=("fixed", 0.4)),
    setting(True, sigma_alpha=("fixed", 0.2), sigma_beta=("fixed", 0.1)),
    *(
        setting(False, sigma_alpha=("fixed", value))
        for value in (0.01, 0.1, 0.32, 1.0, 10.0)
    ),
    setting(False, sigma_alpha=("half-cauchy", 0.05)),
    setting(False, sigma=("fixed", 0.7)),
]


@pytest.fixture(scope="module")
def ask(browser, address):
    """Return a function that asks the page's engine."""
    page = browser.new_page()
    page.goto(address + "book/shrinkage.html")
    page.goto(address + "index.html")

    def answer(slopes, priors, counties=None):
        model = {
            "slopes": slopes,
            "priors": {
                name: {"family": family, "value": value}
                for name, (family, value) in priors.items()
            },
        }
        return page.evaluate(ASK, [counties or {}, model])

    yield answer
    page.close()


def exactly(slopes, priors, data):
    model = varying_slopes if slopes else varying_intercepts
    chosen = {
        name: FAMILIES[family](value)
        for name, (family, value) in priors.items()
    }
    return radon.exact.posterior(with_priors(model, **chosen), data)


def agree(answer, exact, slopes):
    table = exact.moments()
    county = list(exact.data.counties.index)
    names = ["alpha", "beta"] if slopes else ["alpha"]
    rows = dict(answer["scales"])
    rows["mu_alpha"] = answer["means"][0]
    rows["mu_beta" if slopes else "beta"] = answer["means"][1]
    for name in names:
        for label, *row in zip(county, *answer[name], strict=True):
            rows[f"{name}[{label}]"] = row
    assert set(rows) == set(table.index)
    shown = np.array([rows[name] for name in table.index])
    mean, sd = table["mean"].to_numpy(), table["sd"].to_numpy()
    assert np.abs((shown[:, 0] - mean) / sd).max() < CLOSE
    assert np.abs(shown[:, 1] / sd - 1).max() < CLOSE


@pytest.mark.parametrize(("slopes", "priors"), SETTINGS)
def test_a_page_computes_what_the_package_computes(ask, slopes, priors):
    data = radon.load_radon()
    answer, exact = ask(slopes, priors), exactly(slopes, priors, data)
    agree(answer, exact, slopes)
    wanted = exact.log_marginal_likelihood
    assert answer["logEvidence"] == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize("slopes", [True, False])
def test_a_county_with_other_homes_changes_state_and_county(ask, slopes):
    data = radon.load_radon()
    homes = {"Murray": [[0, 0.5], [0, 1.5], [1, 20.0]], "Aitkin": [[1, 3.0]]}
    table = data.houses[["fips", "county", "floor", "radon"]]
    table = table[~table["county"].isin(homes)]
    added = [
        (data.counties.loc[name, "fips"], name, int(floor), reading)
        for name, rows in homes.items()
        for floor, reading in rows
    ]
    table = [*table.itertuples(index=False, name=None), *added]
    frame = pd.DataFrame(table, columns=["fips", "county", "floor", "radon"])
    changed = radon.Radon.from_frame(frame, data.counties)
    agree(ask(slopes, {}, homes), exactly(slopes, {}, changed), slopes)


def test_quantiles_of_a_page_are_those_of_the_package(ask):
    data = radon.load_radon()
    row = exactly(True, {}, data).summary().loc["alpha[Aitkin]"]
    shown = ask(True, {})["interval"]
    wanted = row[["q05", "q50", "q95"]].to_numpy()
    assert np.abs(shown - wanted).max() < 0.01 * row["sd"]


def test_counties_without_a_population_keep_their_own_level(ask):
    """At an infinite spread the intercepts are those of county dummies."""
    priors = {"sigma_alpha": ("fixed", float("inf"))}
    data = radon.load_radon()
    near = exactly(False, {"sigma_alpha": ("fixed", 1e3)}, data).moments()
    shown = ask(False, priors)
    table = near.filter(like="alpha[", axis=0)
    gap = (np.array(shown["alpha"][0]) - table["mean"]) / table["sd"]
    assert np.abs(gap).max() < CLOSE


def test_a_county_without_homes_is_answered_by_the_population(ask):
    shown = ask(True, {}, {"Aitkin": []})
    assert shown["alpha"][0][0] == pytest.approx(shown["means"][0][0])
    assert shown["alpha"][1][0] > shown["scales"]["sigma_alpha"][0]


def test_a_scale_that_is_none_is_refused(ask):
    for value in (-1, float("nan")):
        with pytest.raises(Exception, match="no scale"):
            ask(True, {"sigma_beta": ("half-cauchy", value)})

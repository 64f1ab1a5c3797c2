"""What cannot be used is refused, by the package and in its own words.

A row says what is given, how, and what the reader is told: what was got,
in which column and rows where there are any, and what to do. Never does a
call end in a traceback from inside JAX, NumPy or pandas, in a warning (pytest
makes errors of these) or in an answer. Further rows of this table stand
beside the right uses: `test_data_input`, `test_data_checks`,
`test_inference`, `test_statistics_reduce`, `test_predict`, `test_checks`.
"""

import inspect
import io
import linecache
from functools import cache, partial
from pathlib import Path

import jax
import matplotlib.pyplot as plt
import numpy as np
import numpyro.distributions as dist
import pandas as pd
import pytest
import xarray as xr

import radon
from radon import (
    RadonDataError,
    checks,
    decisions,
    models,
    plots,
    sharding,
    statistics,
)
from radon.checks import ExactMismatchError
from radon.data import Design, Radon, check_design
from radon.exact import ExactError, posterior, restricted_maximum_likelihood
from radon.source import measured

PACKAGE = str(Path(radon.__file__).parent)
TABLE = []

survey = cache(radon.load_radon)
exact = cache(lambda model: posterior(model, survey()))
POOLED, LINES = models.complete_pooling, models.varying_intercepts
SLOPES, APART = models.varying_slopes, models.separate_regressions


def refuse(error, *rows):
    """Add rows to the table: what is given, how, what is said of it."""
    for given, call, *says in rows:
        TABLE.append(pytest.param(call, error, says, id=given))


# A state, a recipe, a file


def load(*state, **how):
    return lambda: radon.load_radon(*state, **how)


def read(path):
    return lambda: radon.read_csv(path)


refuse(
    RadonDataError,
    ("a state in lower case", load("mn"), "'mn'", "Did you mean 'MN'"),
    ("a state by its name", load("Minnesota"), "No state", "It has 'AZ'"),
    ("a state by its number", load(27), "No state 27", "It has 'AZ'"),
    ("a list of states", load(["MN", "WI"]), "['MN', 'WI']", "It has 'AZ'"),
    ("an array of states", load(np.array(["MN", "WI"])), "No state", "'AZ'"),
    ("a missing state", load(pd.NA), "No state <NA>", "None is all"),
    ("no recipe", load(zeros=None), "zeros=None", "'shift'"),
    ("two recipes", load(zeros=np.array(["shift", "replace"])), "'replace'"),
    ("an amount for a recipe", load(zeros=0.1), "zeros=0.1", "'shift'"),
    ("no path", read(None), "path is a NoneType", "wanted text or a Path"),
    ("a path of bytes", read(b"homes.csv"), "a bytes", "text or a Path"),
    ("an open file", read(io.StringIO("x")), "StringIO", "text or a Path"),
    ("a table for a path", read(pd.DataFrame()), "DataFrame", "from_frame"),
    ("a path that holds a zero byte", read("a\0b"), "null", "Correct"),
    ("a path too long for any disk", read("a" * 5000), "too long", "Correct"),
)


# A reader's table of homes, and of counties


def mine(**columns):
    """Three homes in two counties, with what is wrong about them."""
    right = {
        "county": ["Cass", "Cass", "Clay"],
        "floor": [0, 1, 0],
        "radon": [3.1, 0.0, 5.2],
    }
    return pd.DataFrame(right | columns)


def theirs(**columns):
    """Three counties, with what is wrong about them."""
    right = {
        "fips": ["27027", "27021", "27051"],
        "county": ["Clay", "Cass", "Grant"],
        "uranium": [1.4, 0.5, 1.5],
    }
    return pd.DataFrame(right | columns)


def frame(houses, *counties, **how):
    return lambda: Radon.from_frame(houses, *counties, **how)


refuse(
    RadonDataError,
    ("no homes", frame(None), "a NoneType", "wanted a pandas.DataFrame"),
    ("one column of homes", frame(mine()["radon"]), "a Series", "DataFrame"),
    ("tables in the wrong order", frame(theirs(), mine()), "'floor'", "Say"),
    ("no name of a column", frame(mine(), floor=None), "None", "floor='...'"),
    (
        "a list for a column's name",
        frame(mine(), county=["county"]),
        "county=['county'] is a list",
        "wanted the name of the column",
    ),
    ("a list of units", frame(mine(), unit=["pCi/L"]), "['pCi/L']", "Wanted"),
    ("a number for a unit", frame(mine(), unit=37), "unit=37", "Wanted one"),
    ("a path for counties", frame(mine(), "c.csv"), "a str", "DataFrame"),
    (
        "an empty table of counties",
        frame(mine(), theirs().head(0)),
        "'county': 3 rows of 3",
        "No county 'Cass'",
        "add the county",
    ),
    (
        "counties in lists",
        frame(mine(county=[["Cass"], ["Cass"], ["Clay"]])),
        "'county': 3 rows of 3 are no names",
        "row 0: ['Cass']",
        "Write a name",
    ),
    (
        "counties of bytes",
        frame(mine(county=["Cass", b"Cass", "Clay"])),
        "'county': 1 row of 3",
        "row 1: b'Cass'",
        "Write a name",
    ),
    (
        "an infinite code of a county",
        frame(mine(county=[1.0, np.inf, 2.0])),
        "'county': 1 row of 3",
        "row 1: inf",
        "Write a name",
    ),
    (
        "readings in lists",
        frame(mine(radon=[[1], [2], [3]])),
        "'radon': 3 rows of 3 are not numbers",
        "row 0: [1]",
        "Write numbers",
    ),
    (
        "readings as spans of time",
        frame(mine(radon=pd.to_timedelta([1, 2, 3]))),
        "'radon': 3 rows of 3 are not numbers",
        "Write numbers",
    ),
    (
        "a reading that no number holds",
        frame(mine(radon=pd.Series([10**400, 1, 2], dtype=object))),
        "'radon': 1 row of 3",
        "Write numbers",
    ),
    (
        "readings with their unit",
        frame(mine(radon=["1 pCi/L", "2", "3"])),
        "'radon': 1 row of 3",
        "row 0: '1 pCi/L'",
        "Write numbers",
    ),
    (
        "logarithms for readings",
        frame(mine(radon=[-0.5, 0.2, 1.2])),
        "'radon': 1 row of 3 are negative",
        "not their logarithms",
    ),
    (
        "a floor that is almost 0",
        frame(mine(floor=[0, 1e-9, 1])),
        "'floor': 1 row of 3 are neither 0 nor 1",
        "row 1: 1e-09",
        "write 0",
    ),
    (
        "one FIPS code of two counties",
        frame(mine(fips=["27021"] * 3)),
        "'fips': 2 rows of 2 share a FIPS code",
        "'27021 (Cass)'",
        "'27021 (Clay)'",
        "Correct the code",
    ),
    (
        "a FIPS code that a home lacks",
        frame(mine(fips=["27021", None, "27027"])),
        "'fips': 1 row of 3 are missing",
        "row 1",
        "Fill them in",
    ),
    (
        "one FIPS code of two rows of the county table",
        frame(mine(), theirs(fips=["27021", "27021", "27051"])),
        "'fips': 2 rows of 3",
        "share their name or code",
        "Keep one row a county",
    ),
    (
        "counties of which one has no label",
        frame(mine(), theirs(county=["Clay", "Cass", " "])),
        "'county': 1 row of 3 are missing",
        "row 2: ' '",
        "Fill them in",
    ),
    (
        "uranium that is true or false",
        frame(mine(), theirs(uranium=[True, False, True])),
        "'uranium': 3 rows of 3 are not numbers",
        "Write numbers",
    ),
    (
        "a longitude in words",
        frame(mine(), theirs(longitude=["W", "W", "W"])),
        "'longitude': 3 rows of 3 are not numbers",
        "Write numbers",
    ),
)


# Homes that a survey is asked for, and units


def at(county, floor):
    return lambda: survey().at(county, floor)


def pci(x):
    return lambda: survey().from_pci(x)


def log_pci(y):
    return lambda: survey().to_pci(y)


refuse(
    RadonDataError,
    ("no county", at(None, 0), "No county named None", "data.counties"),
    ("a county by its place", at(3, 0), "No county named 3", "'Aitkin'"),
    ("a county in bytes", at(b"Cass", 0), "No county named b'Cass'"),
    ("a county in a list of lists", at([["Cass"]], 0), "named ['Cass']"),
    ("a table of counties", at(np.array([["Cass", "Clay"]]), 0), "No county"),
    ("no floor", at("Cass", None), "'floor': 1 row of 1 are missing"),
    ("a floor in words", at("Cass", "up"), "'floor'", "row 0: 'up'"),
    ("a table of floors", at("Cass", [[0], [1]]), "'floor'", "(2, 1)"),
    ("ragged floors", at("Cass", [[0], [1, 1]]), "'floor'", "differ"),
    ("no radon", pci(None), "numbers in pCi/L, got None"),
    ("truth for radon", pci(True), "numbers in pCi/L, got True"),
    ("ragged radon", pci([1, [2]]), "numbers in pCi/L, got [1, [2]]"),
    ("a year for radon", pci(np.array(["2020"], "M8[Y]")), "numbers in pCi/L"),
    (
        "an integer reading that is missing",
        pci(pd.array([1, None], "Int64")),
        "numbers in pCi/L",
    ),
    ("no outcome", log_pci(None), "numbers in log pCi/L, got None"),
    ("an outcome in words", log_pci(["high"]), "log pCi/L, got ['high']"),
    ("a truth for an outcome", log_pci(True), "log pCi/L, got True"),
    ("a complex outcome", log_pci(1j), "log pCi/L, got 1j"),
)


# A design


def design(log_radon=None, **arrays):
    return lambda: check_design(survey().design._replace(**arrays), log_radon)


def last(name, value):
    """Return a column of the design whose last entry is another."""
    column = np.asarray(getattr(survey().design, name), float).copy()
    column[-1] = value
    return column


refuse(
    RadonDataError,
    ("a tuple for a design", lambda: check_design((1, 2)), "a tuple", "data."),
    (
        "a design of numbers",
        lambda: check_design(Design(0, 0, 0.0, 0.0, 0)),
        "'log_uranium' has shape ()",
        "one number a row",
    ),
    (
        "counties of a design by name",
        design(county=np.array(["Cass"] * 919)),
        "'county': 919 rows of 919 are not numbers",
        "row 0: 'Cass'",
    ),
    (
        "a county index beyond whole numbers",
        lambda: design(county=last("county", 1e300))(),
        "'county': 1 row of 919 are not whole, or too large",
        "row 918: 1e+300",
        "Index the county from 0",
    ),
    (
        "a state index of a trillion",
        lambda: design(state=last("state", 1e12))(),
        "'state'",
        "run from 0 to 1000000000000",
        "leave out 1",
        "every one in use",
    ),
    (
        "a share of first floors above 1",
        lambda: design(mean_floor=last("mean_floor", 1.5))(),
        "'mean_floor': 1 row of 85 are not from 0 to 1",
        "row 84: 1.5",
        "data.design has it",
    ),
    ("one outcome", design([1.0]), "'log_radon' has 1 row", "919"),
    ("an outcome by rows", design(np.ones((919, 1))), "(919, 1)", "reshape"),
    ("an outcome that is true", design([True] * 919), "not numbers", "True"),
    ("an outcome in a table", design({}), "'log_radon' has shape ()"),
)


# Models, their forms and their priors


def no_model():
    """Take nothing, so no model."""


def prior(model=SLOPES, **priors):
    return lambda: models.with_priors(model, **priors)


def no_function(*forms):
    """Yield rows: whatever is no model, given to each form of a model."""
    for name, form in forms:
        yield (f"text to {name}", partial(form, "slopes"), "a str", "wanted")
        yield (f"a survey to {name}", lambda form=form: form(survey()), "Ra")
        yield (f"no model to {name}", partial(form, None), "NoneType")
        yield (
            f"a function of nothing to {name}",
            partial(form, no_model),
            "no_model()",
            "cannot be called with a design and an outcome",
            "model(design, log_radon=None)",
        )
        yield (f"a class to {name}", partial(form, dist.Normal), "the class")


def sample(model, **how):
    return radon.fit(model, survey(), seed=1, **how)


refuse(
    TypeError,
    *no_function(
        ("noncentered", models.noncentered),
        ("with_priors", models.with_priors),
        ("robust", models.robust),
        ("marginalised", models.marginalised),
        ("minibatched", partial(models.minibatched, size=5)),
        ("fit", sample),
        ("posterior", lambda model: posterior(model, survey())),
    ),
    ("no size of a batch", partial(models.minibatched, POOLED, None), "size"),
    ("half a home a batch", partial(models.minibatched, POOLED, 2.5), "2.5"),
    ("a number for a prior", prior(sigma=1.0), "sigma is a float", "Delta"),
    ("a class for a prior", prior(sigma=dist.HalfNormal), "not a distrib"),
)
refuse(
    ValueError,
    ("no home a batch", partial(models.minibatched, POOLED, 0), "size is 0"),
    (
        "simulation by a few homes at a time",
        lambda: models.minibatched(POOLED, 5)(survey().design),
        "sees 5 of its homes",
        ".centered",
    ),
    (
        "a spread that may be negative",
        prior(sigma=dist.Normal(0, 1)),
        "sigma, Normal, allows -",
        "dist.HalfNormal(1)",
    ),
    (
        "a correlation that may be above 1",
        prior(models.correlated_slopes, rho=dist.HalfNormal(1)),
        "rho, HalfNormal, allows 1.1",
        "lkj(2)",
    ),
    ("a spread of 0", prior(sigma=dist.Delta(0.0)), "sigma, Delta", "0"),
    ("a spread of -1", prior(sigma_beta=dist.Delta(-1.0)), "allows -1"),
    ("a missing spread", prior(sigma=dist.Delta(np.nan)), "allows nan"),
    (
        "a correlation of 1",
        prior(models.correlated_slopes, rho=dist.Delta(1.0)),
        "allows 1",
        "which rho cannot be",
    ),
    (
        "a spread of whole numbers",
        prior(sigma=dist.Poisson(3.0)),
        "Poisson, is of whole numbers",
        "one real number",
    ),
    (
        "two numbers for one",
        prior(mu_beta=dist.MultivariateNormal(np.zeros(2), np.eye(2))),
        "several numbers",
        "one real number",
    ),
    (
        "a flat prior to draw from",
        lambda: sample(
            prior(
                sigma=dist.ImproperUniform(dist.constraints.positive, (), ())
            )()
        ),
        "varying_slopes has a prior that nothing can be drawn from",
        "with_priors",
    ),
    ("a concentration of 0", lambda: models.lkj(0), "is 0", "above 0"),
    ("a concentration in words", lambda: models.lkj("2"), "'2'", "such as 2"),
    ("no concentration", lambda: models.lkj(None), "None", "above 0"),
    ("two concentrations", lambda: models.lkj([1, 2]), "[1, 2]", "above 0"),
)


# A fit, and a simulation


def fit(**how):
    return lambda: sample(POOLED, **how)


def seeded(seed):
    return lambda: radon.prior_predictive(POOLED, survey(), seed=seed)


def spread(devices):
    return lambda: sharding.fit(POOLED, survey(), seed=1, devices=devices)


refuse(
    TypeError,
    ("a seed that is true", seeded(True), "seed is True", "whole number"),
    ("a seed with a point", seeded(1.0), "seed is 1.0", "whole number"),
    ("a seed in words", seeded("1"), "seed is '1'", "whole number"),
    ("a key for a seed", seeded(jax.random.key(1)), "seed is", "whole"),
    ("a generator for a seed", seeded(np.random.default_rng(1)), "whole"),
    ("an array of seeds", seeded(np.array([1])), "seed is array([1])"),
    ("half a warm-up", fit(num_warmup=0.5), "num_warmup is 0.5", "whole"),
    ("chains in words", fit(num_chains="4"), "num_chains is '4'", "whole"),
    ("a number of devices", spread(2), "devices is 2", "jax.devices()[:1]"),
    ("a device by name", spread(["cpu:0"]), "['cpu:0']", "jax.devices()"),
)
refuse(
    ValueError,
    ("a seed of 2**40", seeded(2**40), "1099511627776", "2**32"),
    ("a seed below 0", seeded(-1), "seed is -1", "0 or more"),
    ("a trillion draws", fit(num_samples=10**12), "1,000,000,000,000"),
    ("no acceptance", fit(target_accept=None), "is None", "0 and 1"),
    ("acceptance in words", fit(target_accept="0.9"), "'0.9'", "0 and 1"),
    ("a missing acceptance", fit(target_accept=np.nan), "nan", "0 and 1"),
    ("levels in a list", fit(by=["county"]), "by is ['county']", "'county'"),
    ("levels in an array", fit(by=np.array(["county", "x"])), "'county'"),
    ("no device", spread([]), "0 devices", "jax.devices()[:1]"),
    (
        "one device twice",
        lambda: spread(jax.devices()[:1] * 2)(),
        "each of them once",
        "XLA_FLAGS",
    ),
)
refuse(
    RadonDataError,
    (
        "a model before its survey",
        lambda: radon.prior_predictive(POOLED, POOLED, seed=1),
        "a function",
        "radon.load_radon()",
    ),
    (
        "an outcome too short for its devices",
        lambda: sharding.spread(survey().design, [1.0], jax.devices()),
        "'log_radon' has 1 row, column 'county' has 919",
    ),
)


# The exact posterior


def reml(model, *data):
    return lambda: restricted_maximum_likelihood(model, *data or (survey(),))


refuse(
    ExactError,
    (
        "Student-t homes",
        lambda: posterior(models.robust(SLOPES), survey()),
        "robust_varying_slopes",
    ),
    ("lines of their own", reml(models.separate_regressions), "least_squares"),
    (
        "a spread that is fixed",
        reml(models.with_priors(SLOPES, sigma=dist.Delta(1.0))),
        "fixes sigma",
        "leave them free",
    ),
)
refuse(
    RadonDataError,
    (
        "arrays for a survey",
        lambda: posterior(POOLED, survey().log_radon),
        "a ndarray",
        "radon.load_radon()",
    ),
    (
        "uranium of a county that was never surveyed",
        lambda: posterior(models.uranium, radon.load_radon("AZ")),
        "'log_uranium': unknown in 1 of",
        "'La Paz'",
        "add the uranium",
    ),
)
refuse(
    TypeError,
    (
        "half a draw",
        lambda: exact(POOLED).draws(0.5, seed=1),
        "n is 0.5",
        "whole number",
    ),
    (
        "a word for whether",
        lambda: exact(POOLED).moments(log_scales="no"),
        "'no'",
        "True or False",
    ),
    (
        "a comparison with a number",
        lambda: exact(LINES).loo().compare(-1000.0),
        "a float",
        ".loo()",
    ),
    (
        "a comparison with a posterior",
        lambda: exact(LINES).loo().compare(exact(LINES)),
        "a Posterior",
        ".loo()",
    ),
)
refuse(
    ValueError,
    ("no draw", lambda: exact(POOLED).draws(0, seed=1), "n is 0", "1 or"),
    *(
        (
            f"restriction to {given}",
            lambda labels=labels: (
                exact(POOLED).leave_county_out().only(labels)
            ),
            says,
            "Wanted some of the table's index, each once: 'Aitkin'",
        )
        for given, labels, says in (
            ("a county of another state", ["Cass", "Paris"], "no county 'Par"),
            ("none", [], "labels are none"),
            ("nothing", None, "no county None"),
            ("a list in a list", [["Cass"]], "no county ['Cass']"),
            ("truths", [True, False], "no county True, False"),
            ("a county twice", ["Cass", "Cass"], "repeats"),
        )
    ),
)


# Predictions, and decisions


def predict(county="Cass", floor=0, seed=1, of=None, data=None):
    def call():
        given = exact(LINES) if of is None else of()
        return radon.predict(given, data or survey(), county, floor, seed=seed)

    return call


@cache
def home():
    return radon.predict(
        exact(LINES), survey(), ["Cass", "Clay"], 0, seed=1, num_samples=50
    )


def tree(**sites):
    """Return a tree of draws, (chain, draw) unless they say otherwise."""
    return xr.DataTree.from_dict({"posterior": xr.Dataset(sites)})


def drawn(value, shape=(4, 100)):
    return ("chain", "draw"), np.full(shape, value)


def lines(**sites):
    right = {"alpha": drawn(1.0), "beta": drawn(-0.5), "sigma": drawn(0.8)}
    return lambda: tree(**right | sites)


COSTS = {
    "worth": 100.0,
    "remediation_cost": 2000.0,
    "remediated": 2.0,
    "test_cost": 100.0,
    "test_error": 0.2,
    "yearly_share": 0.8,
    "passing": 0.3,
}
ASSUMED = decisions.Assumptions(**COSTS)


def losses(act_above):
    return lambda: decisions.expected_losses(
        home(), ASSUMED, seed=1, act_above=act_above
    )


def losses_of_one(average, error, act_above=None):
    return lambda: decisions.losses_of_home(average, error, ASSUMED, act_above)


refuse(
    RadonDataError,
    ("a county and a floor swapped", predict(0, "Cass"), "'floor'", "'Cass'"),
    ("no county to predict", predict(None), "No county named None"),
    ("a county to predict in lists", predict([["Cass"]]), "named ['Cass']"),
    ("a table of floors to predict", predict(floor=[[0, 1]]), "(1, 2)"),
    ("half a floor", predict(floor=0.5), "neither 0 nor 1", "row 0: 0.5"),
    (
        "a survey of another state",
        lambda: predict("Pima", data=radon.load_radon("AZ"))(),
        "only the fit has 'Aitkin'",
        "Give the survey that the fit was made of",
    ),
    (
        "thresholds in a table",
        lambda: home().probability_above([[4, 5]]),
        "[[4, 5]]",
        "a level above 0 pCi/L",
    ),
    (
        "a threshold that is true",
        lambda: home().probability_above(True),
        "got True",
    ),
)
refuse(
    ValueError,
    (
        "draws without chains",
        predict(of=partial(tree, alpha=("x", [1.0]))),
        "no draws of alpha",
        "x 1",
        "chain and draw",
    ),
    ("a posterior without sites", predict(of=tree), "no draws", "none"),
    ("draws in words", predict(of=lines(alpha=drawn("x"))), "of alpha"),
    (
        "missing draws",
        predict(of=lines(sigma=drawn(np.nan))),
        "sigma are not all finite",
        "assert_converged",
    ),
    ("a probability in words", lambda: home().interval("0.9"), "'0.9'", "0.9"),
    ("two probabilities", lambda: home().interval([0.5, 0.9]), "[0.5, 0.9]"),
    ("no probability", lambda: home().interval(None), "None", "0 and 1"),
    ("a list of quantities", lambda: home().ranks(of=["reading"]), "Wanted"),
    ("a test result in words", losses("high"), "act_above is 'high'"),
    ("a missing test result", losses(np.nan), "act_above is nan", "0 or"),
    ("a test result that is true", losses(True), "True", "wanted a test"),
    (
        "test results of other homes",
        losses(pd.Series({"Lyon": 4.0})),
        "act_above",
    ),
    (
        "test results by three labels",
        losses(pd.Series([4.0], pd.MultiIndex.from_tuples([("Cass", 0, 1)]))),
        "prediction.homes",
    ),
    (
        "a table without the losses",
        lambda: decisions.advice(pd.DataFrame({"leave": [1.0]})),
        "no column measure, remediate",
        "expected_losses",
    ),
    ("no losses", lambda: decisions.advice(None), "no column leave"),
    (
        "losses that are missing",
        lambda: decisions.advice(
            pd.DataFrame(dict.fromkeys(decisions.ACTIONS, [np.nan]))
        ),
        "leave",
        "wanted numbers",
    ),
    (
        "averages and errors of two lengths",
        losses_of_one([1.0, 2.0], [1.0]),
        "(2,) and (1,)",
    ),
    ("no averages", losses_of_one([], []), "(0,)", "of one length"),
    ("averages below 0", losses_of_one([-1.0], [1.0]), "-1 pCi/L", "0 or"),
    (
        "a result in words",
        losses_of_one([1.0], [1.0], "4"),
        "act_above is '4'",
    ),
    (
        "worth that is true",
        lambda: decisions.Assumptions(**COSTS | {"worth": True}),
        "worth is True",
        "wanted a number",
    ),
    (
        "worth in words",
        lambda: decisions.Assumptions(**COSTS | {"worth": "1"}),
        "worth is '1'",
        "wanted a number",
    ),
)
refuse(
    TypeError,
    ("a survey for a fit", predict(of=survey), "Got Radon", "radon.fit"),
    (
        "a dataset for a tree",
        predict(of=lambda: lines()()["posterior"].to_dataset()),
        "Got Dataset",
    ),
    (
        "a posterior for a prediction",
        lambda: decisions.expected_losses(exact(LINES), ASSUMED, seed=1),
        "a Posterior",
        "radon.predict",
    ),
    (
        "assumptions in a dict",
        lambda: decisions.expected_losses(home(), COSTS, seed=1),
        "a dict",
        "Assumptions(...)",
    ),
)


# Sums


def sums(county=(0,), floor=(0,), log_radon=(1.0,), n_counties=2):
    return lambda: statistics.sufficient_statistics(
        county, floor, log_radon, n_counties
    )


def reduced(homes=None, **how):
    def call():
        given = survey().houses.head(3) if homes is None else homes()
        return statistics.reduce(given, survey().counties, **how)

    return call


def spoilt(name, value):
    """Three homes of the survey with one column made of another thing."""
    return lambda: survey().houses.head(3).assign(**{name: [value] * 3})


refuse(
    ValueError,
    ("no columns", sums(None, None, None), "county must be whole numbers"),
    ("a county and a half", sums(county=[0.5]), "got 0.5", "reduce"),
    ("a county that is missing", sums(county=[np.nan]), "got nan"),
    ("a county by its name", sums(county=["Cass"]), "got 'Cass'", "by name"),
    ("a floor in text", sums(floor=["0"]), "floor must be whole", "'0'"),
    ("an outcome that is missing", sums(log_radon=[np.nan]), "nan", "Drop"),
    ("an infinite outcome", sums(log_radon=[np.inf]), "inf", "Drop"),
    ("an outcome of text", sums(log_radon=["1"]), "'1'", "Drop"),
    ("an outcome off the line", sums(log_radon=[1j]), "1j", "Drop"),
    ("no county at all", sums(n_counties=0), "n_counties is 0", "1 or more"),
)
refuse(
    TypeError,
    ("half a county table", sums(n_counties=2.5), "n_counties is 2.5"),
    ("sums of nothing", lambda: statistics.pooled(None), "a NoneType"),
    (
        "a survey for its sums",
        lambda: statistics.combine(survey(), survey()),
        "a Radon",
        "data.statistics",
    ),
    (
        "a table for a survey",
        lambda: statistics.least_squares(survey().houses),
        "a DataFrame",
        "radon.load_radon()",
    ),
)
refuse(
    RadonDataError,
    ("a list for a column", reduced(county=["county"]), "a list", "name of"),
    ("outcomes of a list", reduced(log_radon=["y"]), "a list", "name of"),
    (
        "homes in lists of counties",
        reduced(spoilt("county", ["Aitkin"])),
        "'county': 3 rows of 3 are no names",
        "house 0: ['Aitkin']",
    ),
    (
        "complex readings",
        reduced(spoilt("radon", 1j)),
        "'radon' is of type complex128",
        "Convert it",
    ),
    (
        "outcomes that have no square",
        reduced(spoilt("log_radon", 1e200), log_radon="log_radon"),
        "'log_radon': 3 rows of 3 are beyond any logarithm",
        "correct or drop",
    ),
    ("homes that are a number", reduced(lambda: 3), "are a int", "DataFrame"),
    ("a folder that is none", reduced(lambda: "/no\0where"), "No file", "fo"),
)


# Checks


def calibrate(**how):
    return lambda: checks.calibrate(
        **{"model": LINES, "data": survey(), "seed": 1, "simulations": 2} | how
    )


def ranks(*values):
    return lambda: checks.judge_ranks(pd.DataFrame({"sigma": values}))


refuse(
    TypeError,
    ("a dataset to diagnose", lambda: checks.diagnose(xr.Dataset()), "Data"),
    ("nothing to judge", lambda: checks.judge(None), "fit", "a NoneType"),
    (
        "a posterior to converge",
        lambda: checks.assert_converged(exact(LINES)),
        "the tree that radon.fit returns",
        "a Posterior",
    ),
    (
        "a fit and its posterior swapped",
        lambda: checks.against_exact(exact(POOLED), lines()()),
        "the tree that radon.fit returns",
        "a Posterior",
    ),
    (
        "two fits",
        lambda: checks.against_exact(lines()(), lines()()),
        "a DataTree",
        "radon.exact.posterior",
    ),
    ("half a simulation", calibrate(simulations=1.5), "is 1.5", "whole"),
    ("a simulator that is none", calibrate(simulator=3), "a int", "function"),
)
refuse(
    ValueError,
    *(
        (f"{given} to {check.__name__}", partial(check, found), says, "chain")
        for check in (checks.diagnose, checks.judge, checks.divergences)
        for given, found, says in (
            ("no sites", tree(), "no draws"),
            ("draws by neither chain nor draw", tree(a=("x", [1.0])), "of a"),
            ("words", tree(a=drawn("x")), "no draws of a"),
            ("no draws", tree(a=drawn(1.0, (4, 0))), "draw 0"),
        )
    ),
    ("ranks in an array", lambda: checks.judge_ranks(np.arange(9)), "no Data"),
    ("no ranks", ranks(), "empty", "calibrate(...).ranks"),
    ("a rank of 200", ranks(5, 200), "'sigma': 1 row of 2", "row 1: 200"),
    ("a rank below 0", ranks(-1, 5), "no ranks from 0 to 199", "row 0: -1"),
    ("half a rank", ranks(0.5, 5), "no ranks from 0 to 199", "row 0: 0.5"),
    ("a missing rank", ranks(np.nan, 5), "'sigma'", "row 0: nan"),
    (
        "ranks of one quantity twice",
        lambda: checks.judge_ranks(pd.DataFrame([[1, 2]], columns=["a", "a"])),
        "'a' are there more than once",
    ),
    ("a method by a list", calibrate(method=["nuts"]), "['nuts']", "'exact'"),
    ("two methods", calibrate(method=np.array(["nuts", "exact"])), "wanted"),
)
refuse(
    RadonDataError,
    ("a county to rank by number", calibrate(counties=3), "named 3"),
    ("counties to rank in lists", calibrate(counties=[["Cass"]]), "named ['"),
    ("a county to rank without a home", calibrate(counties="Grant"), "'Gran"),
    ("sums to imitate", calibrate(data=None), "a NoneType", "load_radon()"),
)
refuse(
    ExactMismatchError,
    (
        "a posterior of another model",
        lambda: checks.against_exact(
            exact(POOLED).draws(500, seed=1), exact(LINES)
        ),
        "only in the fit: alpha",
        "only in the exact posterior",
        "Use the same model",
    ),
)
refuse(
    ExactError,
    (
        "homes that are not Normal to calibrate",
        calibrate(model=models.robust(POOLED)),
        "robust_complete_pooling",
    ),
)


# Figures


def gaps(*model):
    return lambda: plots.floor_gaps(survey(), *map(exact, model))


def shaded(values):
    return lambda: plots.county_map(survey(), values, label="x")


@cache
def few(model):
    return exact(model).draws(9, seed=1)


def renamed(model):
    """Draws of a fit of which the homes are by another name."""
    return few(model).map_over_datasets(
        lambda part: part.rename(house="home") if "house" in part else part
    )


refuse(
    TypeError,
    (
        "a fit for what is exact",
        lambda: plots.funnel(few(SLOPES), "Cass", exact=few(SLOPES)),
        "exact is a DataTree",
        "radon.exact.posterior",
    ),
    (
        "a table that has no draws",
        lambda: plots.weights(survey(), statistics.least_squares(survey())),
        "fit is a DataFrame",
        "radon.fit",
    ),
    (
        "nothing beside a fit",
        lambda: plots.county_grid(survey(), few(SLOPES), None),
        "fits[1] is a NoneType",
        "or a DataTree",
    ),
    (
        "text on a map",
        shaded(pd.Series({"Cass": "high"})),
        "'high'",
        "wanted numbers",
    ),
    (
        "all axes of a figure",
        lambda: plots.homes_per_county(survey(), ax=[]),
        "ax is a list",
        "one of them",
    ),
    (
        "axes for a figure",
        lambda: plots.county_grid(survey(), fig=3),
        "fig is a int",
        "Figure",
    ),
)
refuse(
    ValueError,
    ("gaps of lines that vary", gaps(SLOPES), "varying_slopes", "no 'beta'"),
    (
        "gaps of one line twice",
        gaps(LINES, LINES),
        "varying is of varying_intercepts",
        "no 'mu_beta'",
    ),
    (
        "a county on a map twice",
        shaded(pd.Series([1, 2], ["Cass"] * 2)),
        "several",
        "one in each",
    ),
    (
        "no county of a grid",
        lambda: plots.county_grid(survey(), counties=[]),
        "counties is empty",
        "wanted",
    ),
    (
        "varying lines as one",
        lambda: plots.estimates_by_uranium(
            survey(), few(LINES), complete=few(LINES)
        ),
        "complete= has no 'alpha'",
        "complete pooling",
    ),
    (
        "homes by another name",
        lambda: plots.predictive_ecdf(renamed(POOLED), survey()),
        "home",
        "chain, draw and house",
    ),
    (
        "a model without sites",
        lambda: plots.plate_diagram(
            lambda design, log_radon=None: None, survey().design
        ),
        "no sites",
    ),
    (
        "losses of no pooling known",
        lambda: plots.worth_of_testing(
            {"x": decisions.expected_losses(home(), ASSUMED, seed=1)}
        ),
        "'x'",
        "'no pooling'",
    ),
    ("ranks of no model", lambda: plots.rank_grid({}), "by_name is empty"),
)


# Pages


refuse(
    TypeError,
    ("source of a number", lambda: radon.show(3), "3 has no source"),
    ("source of what is built in", lambda: radon.show(len), "no source"),
)


def raised_in(error):
    """Return the file and the line that an error was raised in."""
    innermost = error.__traceback__
    while innermost.tb_next:
        innermost = innermost.tb_next
    path = innermost.tb_frame.f_code.co_filename
    return path, linecache.getline(path, innermost.tb_lineno).strip()


def assert_raised_on_purpose(error):
    path, line = raised_in(error)
    assert path.startswith(PACKAGE), f"a traceback from {path}"
    assert line.startswith("raise "), f"not raised on purpose: {line}"


@pytest.mark.parametrize(("call", "error", "says"), TABLE)
def test_it_is_refused_in_the_package_s_own_words(call, error, says):
    with pytest.raises(error) as caught:
        call()
    assert_raised_on_purpose(caught.value)
    assert not plt.get_fignums()
    message, place = str(caught.value), 0
    for fragment in says:
        assert fragment in message[place:]
        place = message.index(fragment, place) + len(fragment)


def test_the_table_has_a_name_of_its_own_for_every_row():
    names = [row.id for row in TABLE]
    assert len(set(names)) == len(names) > 90


# Whatever is given to a figure, argument by argument


@cache
def drawable():
    """Return, by figure, arguments with which it is drawn."""
    data, ranks = survey(), pd.DataFrame({"sigma": np.arange(200)})
    of = {"data": data, "fit": few(LINES)}
    tables = ranks, *[ranks.astype(float)] * 4, pd.Series(dtype=str)
    pair = {"separate": few(APART), "hierarchical": few(SLOPES)}
    chains = tree(sigma=drawn(1.0))
    chains.attrs["model"] = "varying_slopes"
    losses = {"no pooling": decisions.expected_losses(home(), ASSUMED, seed=1)}
    imagined = radon.prior_predictive(POOLED, data, seed=1, num_samples=2)
    ends = {"low": [1], "high": [3], "low_value": "1", "high_value": "3"}
    learnt = pd.DataFrame({"small": [0.9], "Bayes factor": [1.2]}, [1.0])
    spread = pd.DataFrame([[1, 2, 3]], [85], ["q05", "q50", "q95"])
    truth = pd.Series([1.0], ["Cass"])
    return {
        "beside_modes": {"fits": {"a": few(LINES)}, "modes": {"a": 1.0}}
        | {"name": "sigma"},
        "by_prior_scale": {"learnt": {"a": learnt}},
        "county_grid": {"data": data, "fits": few(SLOPES), "counties": "Cass"},
        "county_map": {"data": data, "values": truth, "label": "x"},
        "estimates_by_size": of | {"name": "alpha", "complete": few(POOLED)},
        "estimates_by_uranium": of
        | {"name": "alpha", "complete": few(POOLED), "label": "Cass"},
        "exceedance": {"prediction": home()},
        "floor_gaps": {"data": data, "common": exact(LINES)}
        | {"varying": exact(SLOPES)},
        "funnel": {"tree": few(SLOPES), "county": "Cass", "name": "beta"}
        | {"scale": "sigma_beta", "exact": exact(SLOPES)},
        "growth": {"measured": measured("growth")},
        "homes_per_county": {"data": data},
        "intervals": {"exact": exact(POOLED), "fits": {"a": few(POOLED)}}
        | {"names": ["sigma"]},
        "lineup": {"tables": [statistics.least_squares(data)] * 4},
        "loo_pit": {"fit": [0.1, 0.9]},
        "plate_diagram": {"model": POOLED, "design": data.design},
        "predictive_check": {"tree": few(POOLED), "statistic": np.max}
        | {"label": "x"},
        "predictive_ecdf": {"tree": few(POOLED), "data": data},
        "prior_predictive": {"tree": imagined, "data": data}
        | {"measured": True},
        "rank_ecdf": {"ranks": ranks},
        "rank_grid": {"by_name": {"a": ranks}},
        "rank_intervals": {"prediction": home(), "named": "Cass"}
        | {"of": "typical"},
        "rank_plot": {"tree": chains, "name": "sigma"},
        "recovered": {"name": "sigma"}
        | {"calibration": checks.Calibration("a model", "exact", *tables)},
        "recovery": {"fit": few(LINES), "truth": truth, "name": "alpha"},
        "shrinkage": pair | {"counties": "Cass"},
        "spread_by_groups": {"tables": {"a": spread}, "name": "sigma"},
        "three_counties": {"data": data, **pair, "counties": "Cass"}
        | {"mistake": False},
        "tornado": {"table": pd.DataFrame(ends), "base": 2, "label": "x"},
        "trace_plot": {"tree": chains, "name": "sigma"},
        "under_priors": {"fits": {"a": exact(POOLED)}, "names": ["sigma"]},
        "weights": of,
        "worth_of_testing": {"losses": losses},
    }


def draw(figure, /, **given):
    if figure == "county_grid":  # takes any number of fits
        return plots.county_grid(given.pop("data"), given.pop("fits"), **given)
    return getattr(plots, figure)(**given)


ANYTHING = (None, 3, "text", [], {}, object(), {"a": None}, [None] * 4, tree())
RIGHT = {
    ("county_map", "label"): "text",
    ("intervals", "fits"): {},
    ("predictive_check", "label"): "text",
    ("spread_by_groups", "name"): "text",
    ("tornado", "base"): 3,
    ("tornado", "label"): "text",
}


def may_be(name, parameter, given):
    """Whether an argument may be this, by its default or what it is for."""
    if isinstance(given, list | dict) and not given:
        if parameter.default == ():
            return True
    elif given is None:
        return parameter.default is None
    right = RIGHT.get((name, parameter.name))
    return type(given) is type(right) and given == right


@pytest.mark.parametrize("name", [x for x in plots.__all__ if x.islower()])
def test_no_plot_draws_what_it_is_not_given(name):
    right = drawable()[name]
    parameters = inspect.signature(getattr(plots, name)).parameters
    assert parameters.keys() - right.keys() <= {"ax", "fig"}
    draw(name, **right)
    plt.close("all")
    for argument, parameter in parameters.items():
        for given in ANYTHING:
            if not may_be(name, parameter, given):
                with pytest.raises((TypeError, ValueError)) as caught:
                    draw(name, **right | {argument: given})
                assert_raised_on_purpose(caught.value)
                assert not plt.get_fignums(), f"{argument}={given!r}"

"""What `import radon` loads, and when: each thing where it is first used."""

import ast
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import radon

ROOT = Path(__file__).parents[1]
HEAVY = {"arviz", "jax", "matplotlib", "numpyro", "scipy", "xarray"}
TABLES = {"numpy", "pandas"}

SAY = """
import json, sys
def say(**more):
    print(json.dumps({"loaded": list(sys.modules), **more}))
"""
TABLES_ONLY = """
import radon
say()
data = radon.load_radon()
say()
radon.statistics.reduce(data.houses, data.counties)
say()
"""
ALL = """
import radon
radon.exact, radon.models
from jax._src.xla_bridge import backends_are_initialized as started
say(started=started())
from radon import *
say(started=started(), here=[name for name in radon.__all__ if name in
    globals()])
"""
FIGURES = """
import matplotlib.pyplot as plt
plt.style.use("radon.radon")
import radon.plots
say()
"""
ARVIZ_FIRST = """
import arviz, radon
radon.checks
tree = radon.fit(radon.models.complete_pooling, radon.load_radon(), seed=1,
    num_warmup=10, num_samples=2, num_chains=1)
say(sampled=list(tree.posterior))
"""


def run(program):
    """Run in a Python of its own; return what it said."""
    done = subprocess.run(
        [sys.executable, "-c", SAY + program],
        capture_output=True,
        text=True,
        env=os.environ | {"JAX_PLATFORMS": "cpu"},
        cwd=ROOT,
    )
    assert not done.returncode, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def packages(said):
    return {name.partition(".")[0] for name in said["loaded"]}


def test_data_and_statistics_need_no_more_than_tables():
    nothing, survey, reduced = run(TABLES_ONLY)
    assert packages(nothing).isdisjoint(HEAVY | TABLES)
    for said in (survey, reduced):
        assert packages(said) >= TABLES
        assert packages(said).isdisjoint(HEAVY)


def test_nothing_is_computed_before_it_is_asked_for():
    """A process that has used JAX cannot be forked."""
    models, everything = run(ALL)
    assert "arviz" not in models["loaded"]
    assert not models["started"]
    assert packages(everything) >= HEAVY
    assert not everything["started"]
    assert everything["here"] == radon.__all__


def test_figures_of_the_data_wait_for_no_sampler():
    (said,) = run(FIGURES)
    assert packages(said).isdisjoint({"arviz", "jax", "numpyro"})


def test_a_fit_runs_where_arviz_came_first():
    """ArviZ leaves a NumPyro that is half loaded."""
    (said,) = run(ARVIZ_FIRST)
    assert said["sampled"] == ["alpha", "beta", "sigma"]


def test_the_list_of_names_is_what_there_is():
    """The stub is read by type checkers, and by the package itself."""
    stub = ast.parse((ROOT / "radon" / "__init__.pyi").read_text())
    (listed,) = (
        ast.literal_eval(node.value)
        for node in stub.body
        if isinstance(node, ast.Assign)
    )
    assert listed == sorted(listed) == radon.__all__ == dir(radon)
    for name in listed:
        assert getattr(radon, name).__doc__


def test_a_name_that_is_not_there_is_refused():
    with pytest.raises(AttributeError, match="laod_radon"):
        _ = radon.laod_radon
    with pytest.raises(ImportError):
        from radon import laod_radon  # noqa: F401


def test_a_function_that_came_late_is_pickled_by_its_name():
    for thing in (radon.Design, radon.fit, radon.predict, radon.load_radon):
        assert pickle.loads(pickle.dumps(thing)) is thing

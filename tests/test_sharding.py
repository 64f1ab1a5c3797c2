"""Homes spread over two devices say what they say on one."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import numpyro.distributions as dist
import pytest

import radon
from radon import models, sharding

TWO = "--xla_force_host_platform_device_count=2"
DIGITS = 1e-5  # of a sum of 919 terms in single precision
# What a step of the program returns that hears of the other device.
TRAVELS = r"= (.*?) (?:all-[a-z-]+|collective-[a-z-]+|reduce-scatter)\("
PROGRAM = """
import json
import arviz as az
import jax
import jax.numpy as jnp
import numpy as np
from numpyro.infer.util import log_density
import radon
from radon import models, sharding

data = radon.load_radon()
robust = models.robust(models.varying_intercepts)
point = {"mu_alpha": 1.3, "sigma_alpha": 0.4, "beta": -0.5, "sigma": 0.7,
    "nu": 4.0, "alpha": jnp.linspace(0, 2, 85)}
known = sharding._measured_only(robust, data.design)

def density(point, design, outcome):
    return log_density(known, (design, outcome), {}, point)[0]

slope = jax.jit(jax.value_and_grad(density))
said = {"devices": len(jax.devices()), "density": [], "slope": []}
for count in (1, 2):
    spread = sharding.spread(
        data.design, data.log_radon, jax.devices()[:count])
    value, slopes = slope(point, *spread)
    said["density"].append(float(value))
    said["slope"].append(np.concatenate(
        [np.ravel(x) for x in jax.tree.leaves(slopes)]).tolist())
said["shares"] = [x.data.shape[0] for x in spread[1].addressable_shards]
said["program"] = slope.lower(point, *spread).compile().as_text()

pooled = models.complete_pooling
short = {"num_warmup": 500, "num_samples": 500}
tree = sharding.fit(pooled, data, seed=1, **short)
radon.checks.assert_converged(tree)
exact = radon.exact.posterior(pooled, data)
said["distance"] = radon.checks.against_exact(
    tree, exact)["distance"].abs().max()
said["moments"] = []
for seed, count in ((2, 1), (3, 2)):
    tree = sharding.fit(models.robust(pooled), data, seed=seed,
        devices=jax.devices()[:count], **short)
    radon.checks.assert_converged(tree)
    said["moments"].append({name: [float(draws.mean()),
        float(az.mcse(draws.to_numpy()))]
        for name, draws in tree.posterior.items()})
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        env=os.environ | {"XLA_FLAGS": TWO, "JAX_PLATFORMS": "cpu"},
        cwd=Path(__file__).parents[1],
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_each_device_holds_its_share_and_only_sums_travel(said):
    assert said["devices"] == 2
    assert said["shares"] == [460, 460]  # 919 and one to fill up
    assert "all-reduce" in said["program"]
    (layout,) = re.findall("entry_computation_layout=(.*)", said["program"])
    assert "[460]" in layout
    assert "[920]" not in layout
    travels = re.findall(TRAVELS, said["program"])
    assert travels
    if jax.__version_info__ >= (0, 12):  # older ones mask all homes twice
        assert not re.search(r"f\d+\[920\]", said["program"])
    assert not any("[460" in sent or "[920" in sent for sent in travels)


def test_the_density_and_its_slope_are_those_of_one_device(said):
    one, two = said["density"]
    assert one == pytest.approx(two, rel=DIGITS)
    one, two = map(np.array, said["slope"])
    np.testing.assert_allclose(one, two, rtol=DIGITS, atol=1e-2)


def test_a_home_that_fills_up_says_nothing(said):
    from numpyro.infer.util import log_density

    data = radon.load_radon()
    robust = models.robust(models.varying_intercepts)
    point = {
        "mu_alpha": 1.3,
        "sigma_alpha": 0.4,
        "beta": -0.5,
        "sigma": 0.7,
        "nu": 4.0,
        "alpha": np.linspace(0, 2, 85),
    }
    here, _ = log_density(robust, (data.design, data.log_radon), {}, point)
    assert said["density"][1] == pytest.approx(float(here), rel=DIGITS)


def test_a_fit_on_two_devices_is_exact(said):
    assert said["distance"] < 0.1


def test_two_devices_agree_with_one_within_monte_carlo_error(said):
    one, two = said["moments"]
    assert set(one) == {"alpha", "beta", "sigma", "nu"}
    for name, (mean, error) in one.items():
        other, its_error = two[name]
        assert abs(mean - other) < 4 * np.hypot(error, its_error)


def test_states_are_counted_before_the_homes_are_spread():
    data = radon.load_radon()
    tree = sharding.fit(
        models.nested,
        data,
        seed=1,
        num_warmup=5,
        num_samples=5,
        num_chains=1,
    )
    assert list(tree.posterior["state"].to_numpy()) == ["MN"]
    assert np.isfinite(tree.posterior["mu_state"]).all()


def test_a_model_without_a_free_site_is_refused_as_by_fit():
    still = models.with_priors(
        models.complete_pooling,
        alpha=dist.Delta(1.0),
        beta=dist.Delta(0.0),
        sigma=dist.Delta(1.0),
    )
    for fit in (sharding.fit, radon.fit):
        with pytest.raises(ValueError, match="fixes every site"):
            fit(still, radon.load_radon(), seed=1)


def test_a_marginalised_model_is_refused_by_name():
    form = models.marginalised(models.varying_slopes)
    with pytest.raises(ValueError, match="varying_slopes is marginalised"):
        sharding.fit(form, radon.load_radon(), seed=1)


def test_more_devices_than_homes_are_refused():
    homes = radon.load_radon().houses.iloc[:1]
    one = radon.Radon.from_frame(homes.drop(columns="log_radon"))
    with pytest.raises(ValueError, match="2 devices for 1 home;"):
        sharding.spread(one.design, one.log_radon, jax.devices()[:1] * 2)

"""Rank truths by simuk and NUTS, and in the exact posterior of each survey.

The package simuk shares no code with ours: it draws the truths, fits each
survey and ranks each truth. Surveys are Minnesota's homes, the model is
complete pooling under a half-normal spread. Nothing is timed.
"""

import arviz as az
import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pandas as pd
import simuk
from numpyro.infer import NUTS
from processes import save

import radon
from radon import models
from radon.checks.calibration_fits import with_readings

SURVEYS, SEED = 20, 1
SITES = ("alpha", "beta", "sigma")
EXACT_DRAWS = 4000


def main():
    """Write a row a survey and quantity: both shares, and their error."""
    data = radon.load_radon()
    pooled = models.with_priors(
        models.complete_pooling, sigma=dist.HalfNormal(1)
    )
    calibration, surveys = _by_simuk(pooled, data)
    rows = []
    for i, log_radon in enumerate(surveys):
        exact = radon.exact.posterior(pooled, with_readings(data, log_radon))
        draws = exact.parameters(EXACT_DRAWS, seed=i)
        for site in SITES:
            truth = float(calibration.ref_params[site][i])
            chains = np.asarray(calibration.posteriors[i][site])
            below = (chains < truth).astype(float)
            share = float((draws[site] < truth).mean())
            rows.append(
                {
                    "survey": i,
                    "quantity": site,
                    "simuk": below.mean(),
                    "exact": share,
                    "error": _error(below, share),
                }
            )
    save("simuk", pd.DataFrame(rows).round(5))


def _by_simuk(model, data):
    """Let simuk calibrate a model; return that and the surveys it fitted."""
    design = jax.tree.map(jnp.asarray, data.design)
    surveys = []

    def simulator(seed, alpha, beta, sigma):
        noise = np.random.default_rng(seed).normal(size=len(design.floor))
        surveys.append(alpha + beta * data.design.floor + sigma * noise)
        return {"log_radon": surveys[-1]}

    calibration = simuk.SBC(
        NUTS(lambda log_radon=None: model(design, log_radon)),
        num_simulations=SURVEYS,
        seed=SEED,
        data_dir={"log_radon": data.log_radon},
        simulator=simulator,
        progress_bar=False,
    )
    calibration.run_simulations()
    return calibration, np.asarray(surveys, dtype=float)


def _error(below, share):
    """Monte Carlo error of the difference of two shares."""
    effective = below.size
    if 0 < below.mean() < 1:
        effective = min(effective, float(az.ess(below)))
    middle = np.clip(share, 1 / below.size, 1 - 1 / below.size)
    variance = middle * (1 - middle)
    return np.sqrt(variance * (1 / effective + 1 / EXACT_DRAWS))


if __name__ == "__main__":
    main()

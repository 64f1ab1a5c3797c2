"""Fits of many simulated surveys, by the exact posterior and by NUTS."""

from dataclasses import replace
from typing import Any

import arviz as az
import jax
import numpy as np
import xarray as xr
from numpyro.infer import NUTS
from tqdm.auto import tqdm

from radon.checks.convergence import diagnose_draws
from radon.checks.limits import LEAST_E_BFMI, LEAST_EFFECTIVE, MOST_R_HAT
from radon.checks.quantities import Measured
from radon.data.design import Design
from radon.data.records import Radon
from radon.exact import ExactError
from radon.exact.posterior import of_ladder
from radon.exact.reading import read_ladder
from radon.inference.progress import shows_progress
from radon.inference.requests import Settings
from radon.models.gaussian import cells_of
from radon.models.structure import Model

DRAWS = 199  # ranks from 0 to 199, two for each of a hundred places
AT_ONCE = 20  # simulations side by side


def by_exact(
    model: Model,
    data: Radon,
    outcomes: jax.Array,
    labels: list[str],
    sites: list[str],
    measured: Measured,
    seed: int,
) -> tuple[np.ndarray, dict[int, str]]:
    """Draw from the exact posterior of each simulated survey.

    Parameters
    ----------
    model : callable
        A linear Gaussian model.
    data : Radon
        The survey that is imitated.
    outcomes : array
        Simulated readings, (simulation, house) [log pCi/L].
    labels : list of str
        Names of the quantities.
    sites : list of str
        The sites that ``measured`` needs.
    measured : callable
        From sites and an outcome to the quantities.
    seed : int
        A simulation's draws depend on it and on the simulation's number.

    Returns
    -------
    draws : numpy.ndarray
        (simulation, draw, quantity), independent; infinite where there is
        no posterior, so that the truth has rank 0.
    failures : dict
        Why there is none, by simulation.
    """
    ladder = read_ladder(model, data)
    of_draws = jax.jit(jax.vmap(measured, (0, None)))
    seeds = np.random.SeedSequence(seed).generate_state(len(outcomes))
    draws = np.full((len(outcomes), DRAWS, len(labels)), np.inf)
    failures = {}
    for i in tqdm(range(len(outcomes)), disable=not shows_progress(None)):
        survey = with_readings(data, np.asarray(outcomes[i], float))
        try:
            exact = of_ladder(ladder, survey)
        except ExactError as error:
            failures[i] = str(error)
            continue
        values = exact.parameters(DRAWS, seed=int(seeds[i]))
        values = {name: values[name] for name in sites}
        draws[i] = of_draws(values, outcomes[i])
    return draws, failures


def with_readings(data: Radon, log_radon: np.ndarray) -> Radon:
    """Return the same homes with other readings [log pCi/L]."""
    radon = data.to_pci(log_radon)
    houses = data.houses.assign(log_radon=log_radon, radon=radon)
    return replace(data, houses=houses)


def by_nuts(
    model: Any,
    design: Design,
    outcomes: jax.Array,
    labels: list[str],
    measured: Measured,
    settings: Settings,
    key: jax.Array,
) -> tuple[np.ndarray, dict[int, str]]:
    """Draw by NUTS from each posterior, all simulations in one program.

    Parameters
    ----------
    model : callable
        Any model, in the form that NUTS samples best.
    design : Design
        JAX arrays.
    outcomes : jax.Array
        Simulated readings, (simulation, house) [log pCi/L].
    labels : list of str
        Names of the quantities.
    measured : callable
        From sites and an outcome to the quantities.
    settings : Settings
        How long and how carefully.
    key : jax.Array
        A random key, split once a chain.

    Returns
    -------
    draws : numpy.ndarray
        (simulation, draw, quantity), taken evenly from the chains.
    failures : dict
        What is wrong with a fit, by simulation, held against the limits of
        `radon.checks.judge`. Its draws are there all the same.
    """
    complete = getattr(model, "complete", None)  # of a marginalised model
    homes = _cells(design, outcomes) if complete else outcomes

    def chain(log_radon: jax.Array, homes: Any, key: jax.Array) -> Any:
        data = (design, homes)
        kernel = NUTS(model, target_accept_prob=settings.target_accept)
        first = kernel.init(
            jax.random.fold_in(key, 0), settings.num_warmup, None, data, {}
        )
        to_sites = kernel.postprocess_fn(data, {})

        def sample(state: Any) -> Any:
            return kernel.sample(state, data, {})

        def step(state: Any, key: jax.Array) -> tuple[Any, Any]:
            state = sample(state)
            sites = to_sites(state.z)
            if complete:
                sites |= complete(*data, sites, key)
            values = measured(sites, log_radon)
            return state, (values, state.diverging, state.energy)

        warm = jax.lax.fori_loop(
            0, settings.num_warmup, lambda _, state: sample(state), first
        )
        keys = jax.random.split(key, settings.num_samples)
        return jax.lax.scan(step, warm, keys)[1]

    keys = jax.random.split(key, (len(outcomes), settings.num_chains))
    chains = jax.vmap(chain, (None, None, 0))
    program = jax.jit(
        lambda surveys: jax.lax.map(
            lambda survey: chains(*survey), surveys, batch_size=AT_ONCE
        )
    )
    values, diverging, energy = map(
        np.asarray, program((outcomes, homes, keys))
    )
    failures = _unconverged(values.astype(float), diverging, energy, labels)
    flat = values.reshape(len(values), -1, values.shape[-1]).astype(float)
    every = np.linspace(0, flat.shape[1], DRAWS, endpoint=False).astype(int)
    return flat[:, every], failures


def _cells(design: Design, outcomes: jax.Array) -> Any:
    """Reduce each survey to cells, in double precision, and stack them."""
    cells = [cells_of(design, np.asarray(y, float)) for y in outcomes]
    return jax.tree.map(lambda *parts: np.stack(parts), *cells)


def _unconverged(
    values: np.ndarray,
    diverging: np.ndarray,
    energy: np.ndarray,
    labels: list[str],
) -> dict[int, str]:
    """Say what is wrong with each fit that misses a limit.

    Values are (simulation, chain, draw, quantity), the others the same
    without quantities.
    """
    n, _, _, m = values.shape
    draws = xr.DataArray(
        np.moveaxis(values, 0, 2).reshape(*values.shape[1:3], -1),
        dims=("chain", "draw", "parameter"),
        coords={"parameter": np.arange(n * m)},
    )
    table = diagnose_draws(draws).to_numpy().reshape(n, m, 3)
    steps = xr.DataArray(energy, dims=("simulation", "chain", "draw"))
    e_bfmi = np.asarray(az.bfmi(steps.astype(float))).min(-1)
    faults = {}
    for i in range(n):
        r_hat, effective = table[i, :, 0], table[i, :, 1:].min(1)
        found = []
        if not (r_hat <= MOST_R_HAT).all():
            worst = np.argmax(np.nan_to_num(r_hat, nan=np.inf))
            found.append(f"R-hat {r_hat[worst]:.3f} in {labels[worst]}")
        if not (effective >= LEAST_EFFECTIVE).all():
            worst = np.argmin(np.nan_to_num(effective, nan=-np.inf))
            found.append(f"ESS {effective[worst]:.0f} in {labels[worst]}")
        if diverging[i].any():
            found.append(f"{diverging[i].sum()} divergences")
        if not e_bfmi[i] >= LEAST_E_BFMI:
            found.append(f"E-BFMI {e_bfmi[i]:.2f}")
        if found:
            faults[i] = "; ".join(found)
    return faults

"""Simulation-based calibration: a fit held against many known truths."""

from collections.abc import Iterable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from radon.arguments import check_count, check_model, check_seed
from radon.checks.calibration_fits import DRAWS, by_exact, by_nuts
from radon.checks.quantities import measure
from radon.checks.uniformity import p_value, places, shares
from radon.data import check_design
from radon.data.errors import listed, offending
from radon.data.records import Radon
from radon.inference.houses import simulate
from radon.inference.requests import (
    Settings,
    check_settings,
    check_survey,
)
from radon.models.structure import OUTCOME, Model, name_of

FALSE_ALARM = 0.001
METHODS = ("exact", "nuts")


@dataclass(frozen=True, eq=False)
class Calibration:
    """Simulated surveys, each fitted, and where each truth came to lie.

    Made by :func:`calibrate`. All tables have a row a simulation and a
    column a quantity.

    Attributes
    ----------
    model, method : str
        What was fitted, and how.
    ranks : pandas.DataFrame
        How many of 199 posterior draws lie below the truth.
    truth : pandas.DataFrame
        What was simulated from.
    mean, low, high : pandas.DataFrame
        Posterior mean, and the ends of the central 90 % interval.
    failures : pandas.Series
        Why a fit failed, by simulation; empty where none did. A fit that
        has not converged keeps its ranks, one that gave no posterior at all
        has rank 0 throughout: neither is left out.
    """

    model: str
    method: str
    ranks: pd.DataFrame
    truth: pd.DataFrame
    mean: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    failures: pd.Series

    def table(self) -> pd.DataFrame:
        """Judge the ranks of each quantity; see :func:`judge_ranks`."""
        table = judge_ranks(self.ranks)
        table.attrs["failures"] = len(self.failures)
        return table


def calibrate(
    model: Model,
    data: Radon,
    *,
    seed: int,
    simulations: int = 1000,
    method: str = "exact",
    simulator: Model | None = None,
    counties: str | Iterable[str] | None = None,
    num_warmup: int = 500,
    num_samples: int = 500,
    num_chains: int = 4,
    target_accept: float = 0.8,
) -> Calibration:
    """Simulate surveys from a model's prior, fit each, rank each truth.

    If priors, likelihood and computation are one and the same model, a true
    value is one more draw of its own posterior, and its rank among the
    posterior's draws is uniform over many simulations, whatever the model.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``, to be fitted. Its priors must be
        such that one would believe a survey drawn from them.
    data : Radon
        The survey whose homes and counties are imitated; its readings are
        not looked at.
    seed : int
        From 0 to 2**32 - 1.
    simulations : int
        How many surveys to simulate.
    method : {"exact", "nuts"}
        By independent draws of the exact posterior, or by NUTS, all
        simulations side by side in one program. NUTS also ranks what the
        model computes of its parameters, its deterministic sites.
    simulator : callable, optional
        The model that parameters and homes are drawn from, if another than
        the one fitted. Sites that both have are ranked.
    counties : sequence of str, optional
        Counties whose coefficients are ranked; left alone, those with the
        fewest homes, the most, and one in the middle.
    num_warmup, num_samples, num_chains, target_accept
        As in `radon.fit`; for NUTS alone, whose chains must together have
        199 draws or more.

    Returns
    -------
    Calibration
        Every scalar parameter, county coefficients of the chosen counties
        and the log likelihood, ranked.

    Raises
    ------
    ExactError
        Where the model has no exact posterior.
    RadonDataError, TypeError, ValueError
        Where an argument cannot be used.

    References
    ----------
    .. [1] Talts, Betancourt, Simpson, Vehtari & Gelman (2018), "Validating
       Bayesian inference algorithms with simulation-based calibration",
       arXiv:1804.06788.
    .. [2] Modrák, Moon, Kim, Bürkner, Huurre, Faltejsková, Gelman & Vehtari
       (2023), "Simulation-based calibration checking for Bayesian
       computation: the choice of test quantities shapes sensitivity",
       Bayesian Analysis, for ranking the log likelihood too.

    Examples
    --------
    >>> import numpyro.distributions as dist
    >>> import radon
    >>> model = radon.models.with_priors(
    ...     radon.models.complete_pooling, sigma=dist.HalfNormal(1)
    ... )
    >>> done = calibrate(model, radon.load_radon(), seed=1, simulations=50)
    >>> bool(done.table()["passed"].all())
    True
    """
    check_model(model)
    check_survey(data)
    seed = check_seed(seed)
    simulations = check_count("simulations", simulations, least=1)
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(f"method is {method!r}; wanted 'exact' or 'nuts'.")
    settings = check_settings(
        num_warmup, num_samples, num_chains, target_accept
    )
    if method == "nuts":
        _check_length(settings)
    simulator = model if simulator is None else simulator
    check_model(simulator)
    design = jax.tree.map(jnp.asarray, check_design(data.design)[0])
    simulating, fitting = jax.random.split(jax.random.key(seed))
    labels, sites, measured = measure(
        model, simulator, data, design, counties, computed=method == "nuts"
    )
    drawn = simulate(simulator, design, simulations, simulating)
    outcomes = drawn[OUTCOME][0]
    drawn = {name: drawn[name][0] for name in sites}
    truth = np.asarray(jax.jit(jax.vmap(measured))(drawn, outcomes), float)
    if method == "exact":
        draws, failures = by_exact(
            model, data, outcomes, labels, sites, measured, seed
        )
    else:
        draws, failures = by_nuts(
            model, design, outcomes, labels, measured, settings, fitting
        )
    return _record(name_of(model), method, labels, truth, draws, failures)


def judge_ranks(ranks: pd.DataFrame) -> pd.DataFrame:
    """Say of each quantity whether its ranks are uniform.

    Parameters
    ----------
    ranks : pandas.DataFrame
        Among 199 draws, a row a simulation and a column a quantity.

    Returns
    -------
    pandas.DataFrame
        A row a quantity; columns `furthest` (the largest difference of the
        share of ranks below a place from that place), `p` (how often
        uniform ranks stray so far, at any place), `in_50` and `in_90` (the
        share of truths in central 50 % and 90 % intervals) and `passed`.
        A right method fails in any of m quantities at most once in a
        thousand times: p is held against 0.001 / m.

    Raises
    ------
    ValueError
        If there is no table, a quantity is there twice, or a rank is none.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> ranks = pd.DataFrame({"right": np.arange(200), "wrong": 0})
    >>> judge_ranks(ranks)["passed"].tolist()
    [True, False]
    """
    _check_ranks(ranks)
    rows = {}
    for name, values in ranks.items():
        column = values.to_numpy()
        gap = shares(column, DRAWS) - places()
        p = p_value(column, DRAWS)
        rows[name] = {
            "furthest": gap[np.abs(gap).argmax()],
            "p": p,
            "in_50": _within(column, 0.5),
            "in_90": _within(column, 0.9),
            "passed": p >= FALSE_ALARM / ranks.shape[1],
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.rename_axis("quantity")


def _check_ranks(ranks: object) -> None:
    """Refuse what is no table of ranks from 0 to 199."""
    if not isinstance(ranks, pd.DataFrame) or ranks.empty:
        kind = "empty" if isinstance(ranks, pd.DataFrame) else "no DataFrame"
        raise ValueError(
            f"The table of ranks is {kind}; wanted a row a simulation and a "
            "column a quantity, as calibrate(...).ranks has them."
        )
    if not ranks.columns.is_unique:
        twice = ranks.columns[ranks.columns.duplicated()].tolist()
        raise ValueError(
            f"The ranks of {listed(twice)} are there more than once; wanted "
            "one column a quantity."
        )
    for name, column in ranks.items():
        bad = ~column.isin(range(DRAWS + 1)).to_numpy()
        if bad.any():
            raise offending(
                name,
                bad,
                column,
                f"are no ranks from 0 to {DRAWS}",
                f"A rank counts how many of {DRAWS} draws lie below a truth.",
            )


def _check_length(settings: Settings) -> None:
    """Refuse chains so short that a draw would have to be counted twice."""
    draws = settings.num_chains * settings.num_samples
    if draws < DRAWS:
        raise ValueError(
            f"num_chains * num_samples is {draws}; wanted {DRAWS} or more, "
            "for each truth is ranked among so many draws. Raise num_samples."
        )


def _within(ranks: np.ndarray, probability: float) -> float:
    tail = (1 - probability) / 2 * (DRAWS + 1)
    inside = (ranks >= tail - 1e-9) & (ranks < DRAWS + 1 - tail - 1e-9)
    return inside.mean()


def _record(
    model: str,
    method: str,
    labels: list[str],
    truth: np.ndarray,
    draws: np.ndarray,
    failures: dict[int, str],
) -> Calibration:
    """Make the record of truths (sim, quantity) and draws (sim, d, q)."""
    ordered = np.sort(draws, axis=1)
    tail = (DRAWS + 1) // 20
    frames = (
        pd.DataFrame(values, columns=labels).rename_axis("simulation")
        for values in (
            (draws < truth[:, None]).sum(1),
            truth,
            draws.mean(1),
            ordered[:, tail - 1],
            ordered[:, -tail],
        )
    )
    reasons = pd.Series(failures, dtype=object, name="reason")
    ranks, truths, mean, low, high = frames
    return Calibration(
        model=model,
        method=method,
        ranks=ranks,
        truth=truths,
        mean=mean,
        low=low,
        high=high,
        failures=reasons.rename_axis("simulation"),
    )

"""The two things one does with a model: fit it, or simulate from it."""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from radon.arguments import check_count, check_model, check_seed
from radon.data import check_design
from radon.data.records import Radon
from radon.inference.counties import sample_counties
from radon.inference.houses import at_houses, simulate
from radon.inference.independence import take_apart
from radon.inference.joint import sample_jointly, whole_model
from radon.inference.progress import shows_progress
from radon.inference.requests import check_by, check_settings, check_survey
from radon.inference.sites import read_sites, refuse_all_fixed, rung_of
from radon.inference.trees import grow
from radon.models.structure import OUTCOME, Model, name_of


def fit(
    model: Model,
    data: Radon,
    *,
    seed: int,
    num_warmup: int = 1000,
    num_samples: int = 1000,
    num_chains: int = 4,
    target_accept: float = 0.95,
    progress: bool | None = None,
    by: str | None = None,
) -> xr.DataTree:
    """Draw from a model's posterior by NUTS.

    Parameters
    ----------
    model : callable
        A model ``model(design, log_radon=None)``, such as
        `radon.models.varying_intercepts`.
    data : Radon
        The survey.
    seed : int
        From 0 to 2**32 - 1.  The same seed gives the same draws on the same
        versions and machine, with a progress bar or without.
    num_warmup, num_samples : int
        Draws a chain that adapt the sampler and are dropped, and that are
        kept.
    num_chains : int
        Chains, computed side by side as one vectorised program.
    target_accept : float
        Acceptance that the step size is adapted to, between 0 and 1.
    progress : bool, optional
        Whether to show a bar.  Left alone, there is one where a person
        waits, in a terminal or a notebook, and none where the variable
        TQDM_DISABLE is set, as the book's build does.
    by : {None, "county"}
        With "county", one county's program is compiled once and mapped over
        all of them; each county's chains adapt and diverge on their own.

    Returns
    -------
    xarray.DataTree
        Groups ``posterior`` (chain, draw, ...), ``posterior_predictive``,
        ``log_likelihood`` (chain, draw, house) and ``observed_data``
        (house,) of ``log_radon`` [log pCi/L], and ``sample_stats``:
        diverging, energy, num_steps and accept_prob, (chain, draw) or
        (chain, draw, county).  A site fixed by ``dist.Delta`` is in
        ``constant_data``.  ``attrs`` say how the tree was made, and which
        model of the ladder, if any, ``model`` is a form of.

    Raises
    ------
    RadonDataError
        Where ``data`` is no survey, its columns cannot be used, or the
        model needs uranium that a county lacks.
    TypeError, ValueError
        Where another argument cannot be used, where the model is none of
        ``log_radon``, and where ``by="county"`` meets a model whose counties
        share something.

    Notes
    -----
    The No-U-Turn sampler is that of Hoffman and Gelman (2014) as NumPyro
    implements it, in single precision.  An answer is to be read after
    `radon.checks.assert_converged` only.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> tree = radon.fit(
    ...     radon.models.complete_pooling, data, seed=1, num_samples=200
    ... )
    >>> dict(tree.posterior.sizes), list(tree.posterior)
    ({'chain': 4, 'draw': 200}, ['alpha', 'beta', 'sigma'])
    """
    check_model(model)
    check_survey(data)
    check_by(by)
    seed = check_seed(seed)
    settings = check_settings(
        num_warmup, num_samples, num_chains, target_accept
    )
    shows = shows_progress(progress)
    survey = check_design(data.design, data.log_radon)
    design, log_radon = jax.tree.map(jnp.asarray, survey)
    whole = whole_model(model)
    sites = read_sites(whole, data, design, log_radon)
    refuse_all_fixed(model, sites)
    sampling, predicting = jax.random.split(jax.random.key(seed))
    draws: Mapping[str, jax.Array | np.ndarray]
    stats: Mapping[str, jax.Array | np.ndarray]
    if by is None:
        draws, stats = sample_jointly(
            model, design, log_radon, sampling, settings, shows
        )
    else:
        counties = take_apart(whole, sites, *survey)
        draws, stats = sample_counties(
            whole, counties, sampling, settings, shows
        )
    latent = {name: draws[name] for name in sites.latent}
    log_likelihood, predicted = at_houses(
        whole, design, log_radon, latent, predicting
    )
    return grow(
        {
            "posterior": {name: draws[name] for name in sites.varying},
            "posterior_predictive": {OUTCOME: predicted},
            "log_likelihood": {OUTCOME: log_likelihood},
            "sample_stats": stats,
            "observed_data": {OUTCOME: data.log_radon},
            "constant_data": sites.fixed,
        },
        sites.dims | dict.fromkeys(stats, (by,) if by else ()),
        data.coords,
        {
            "model": name_of(model),
            "ladder": rung_of(model),
            "seed": seed,
            "by": by or "",
        }
        | settings._asdict(),
    )


def prior_predictive(
    model: Model, data: Radon, *, seed: int, num_samples: int = 1000
) -> xr.DataTree:
    """Draw from a model's prior, and the homes that it expects.

    Parameters
    ----------
    model : callable
        A model ``model(design, log_radon=None)``.
    data : Radon
        The survey whose homes are imitated; its readings are not looked at.
    seed : int
        From 0 to 2**32 - 1.
    num_samples : int
        How many surveys to imagine.

    Returns
    -------
    xarray.DataTree
        Groups ``prior`` and ``prior_predictive`` (``log_radon``
        [log pCi/L]), of one chain; ``constant_data`` as `fit` has it.

    Raises
    ------
    RadonDataError, TypeError, ValueError
        As `fit` does.

    Examples
    --------
    >>> import radon
    >>> tree = radon.prior_predictive(
    ...     radon.models.complete_pooling, radon.load_radon(), seed=1
    ... )
    >>> dict(tree.prior_predictive.sizes)
    {'chain': 1, 'draw': 1000, 'house': 919}
    """
    check_model(model)
    check_survey(data)
    seed = check_seed(seed)
    num_samples = check_count("num_samples", num_samples, least=1)
    design, _ = check_design(data.design)
    design = jax.tree.map(jnp.asarray, design)
    sites = read_sites(model, data, design)
    drawn = simulate(model, design, num_samples, jax.random.key(seed))
    return grow(
        {
            "prior": {name: drawn[name] for name in sites.varying},
            "prior_predictive": {OUTCOME: drawn[OUTCOME]},
            "constant_data": sites.fixed,
        },
        sites.dims,
        data.coords,
        {"model": name_of(model), "seed": seed},
    )

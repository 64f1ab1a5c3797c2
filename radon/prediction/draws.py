"""Posterior draws that a prediction can be made from."""

from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy import stats

from radon.data import RadonDataError
from radon.data.errors import listed
from radon.data.records import Radon
from radon.exact import Posterior
from radon.inference.trees import check_draws
from radon.models.structure import OUTCOME

EXACT_DRAWS = 4000
NEEDED = ("alpha", "beta", "sigma")


class Draws(NamedTuple):
    """Draws of a model's sites, and what is known of the model.

    Attributes
    ----------
    model : str
        Its name.
    known : bool
        Whether its population of counties is that of a model of the ladder.
    sites : dict of str to numpy.ndarray
        (chain, draw) or (chain, draw, county or state); what the model
        fixes is repeated.
    county, state : tuple of str
        Labels of the last axis.
    """

    model: str
    known: bool
    sites: dict[str, np.ndarray]
    county: tuple[str, ...]
    state: tuple[str, ...]


def draws_of(
    fit: xr.DataTree | Posterior,
    data: Radon,
    num_samples: int | None,
    seeds: np.random.SeedSequence,
) -> Draws:
    """Take the draws out of a fit, and see that they are of this survey.

    Parameters
    ----------
    fit : xarray.DataTree or radon.exact.Posterior
        Where they come from.
    data : Radon
        The survey.
    num_samples : int or None
        How many to draw from an exact posterior.
    seeds : numpy.random.SeedSequence
        For these.

    Returns
    -------
    Draws

    Raises
    ------
    RadonDataError, TypeError, ValueError
        As `radon.predict` says.
    """
    if isinstance(fit, Posterior):
        seed = int(seeds.generate_state(1)[0])
        tree = fit.draws(num_samples or EXACT_DRAWS, seed=seed)
    else:
        tree = _tree(fit)
        check_draws(tree["posterior"].to_dataset())
        if num_samples is not None:
            raise ValueError(
                f"num_samples={num_samples} is for an exact posterior; this "
                f"fit has its own {_count(tree):,} draws. Leave it out."
            )
    posterior = _with_fixed(tree)
    missing = [name for name in NEEDED if name not in posterior]
    if missing:
        raise ValueError(
            f"The draws have no {', '.join(missing)}; they have "
            f"{', '.join(map(str, posterior))}. A home's reading needs "
            "alpha, beta and sigma: fit a model of the ladder."
        )
    check_draws(posterior)
    if lost := [n for n in NEEDED if not np.isfinite(posterior[n]).all()]:
        raise ValueError(
            f"The draws of {', '.join(lost)} are not all finite, and no "
            "reading follows from them. Look at the fit with "
            "radon.checks.assert_converged."
        )
    draws = Draws(
        str(tree.attrs.get("model", "this model")),
        bool(tree.attrs.get("ladder")),
        {str(key): np.asarray(x, float) for key, x in posterior.items()},
        *(
            tuple(posterior.coords[level].to_numpy().tolist())
            if level in posterior.coords
            else ()
            for level in ("county", "state")
        ),
    )
    _refuse_other_survey(tree, draws, data)
    _refuse_other_likelihood(tree, draws, data)
    return draws


def _tree(fit: object) -> xr.DataTree:
    if not isinstance(fit, xr.DataTree):
        raise TypeError(
            f"Got {type(fit).__name__}; wanted the tree of radon.fit or the "
            "answer of radon.exact.posterior."
        )
    if "posterior" not in fit.children:
        groups = ", ".join(sorted(fit.children)) or "none"
        raise ValueError(
            f"This tree has no posterior draws (its groups: {groups}). Give "
            "the tree that radon.fit returns; a prior predicts nothing that "
            "homes have said."
        )
    return fit


def _count(tree: xr.DataTree) -> int:
    sizes = tree["posterior"].sizes
    return sizes["chain"] * sizes["draw"]


def _with_fixed(tree: xr.DataTree) -> xr.Dataset:
    """Return the draws with what the model fixes, chain and draw first."""
    posterior = tree["posterior"].to_dataset()
    like = xr.DataArray(
        np.zeros((posterior.sizes["chain"], posterior.sizes["draw"])),
        dims=("chain", "draw"),
    )
    if "constant_data" in tree.children:
        fixed = tree["constant_data"].to_dataset()
        posterior = posterior.assign(
            {name: like + x for name, x in fixed.items()}
        )
    return posterior.transpose("chain", "draw", ...)


def _refuse_other_survey(tree: xr.DataTree, draws: Draws, data: Radon) -> None:
    names = tuple(map(str, data.counties.index))
    if draws.county and draws.county != names:
        lost = [name for name in names if name not in draws.county]
        new = [name for name in draws.county if name not in names]
        raise RadonDataError(
            f"The fit has {len(draws.county)} counties, the survey "
            f"{len(names)}; only the fit has {listed(new) or 'none'}, only "
            f"the survey {listed(lost) or 'none'}. Give the survey that the "
            "fit was made of."
        )
    if "observed_data" not in tree.children:
        return
    seen = tree["observed_data"][OUTCOME].to_numpy()
    if not len(seen):
        raise RadonDataError(
            "The fit was made of a survey's sums, by which the survey cannot "
            "be known again. Give radon.exact.posterior the survey itself."
        )
    if seen.shape != data.log_radon.shape:
        raise RadonDataError(
            f"The fit was made of {len(seen):,} homes, the survey has "
            f"{len(data.log_radon):,}. Give the survey that the fit was made "
            "of."
        )
    if not np.allclose(seen, data.log_radon, atol=1e-5):
        raise RadonDataError(
            "The fit was made of other readings than the survey has, or of "
            f"the same by another recipe than zeros={data.zeros!r}. Give the "
            "survey that the fit was made of."
        )


def _refuse_other_likelihood(
    tree: xr.DataTree, draws: Draws, data: Radon
) -> None:
    """Recompute the first draw's log likelihood, and compare.

    Coefficients may carry the ladder's names and mean something else. The
    tolerance is that of single precision, in which NUTS works.
    """
    if "log_likelihood" not in tree.children:
        return
    kept = tree["log_likelihood"][OUTCOME].transpose("chain", "draw", "house")
    kept = kept.to_numpy()[0, 0]
    sites = {name: x[0, 0] for name, x in draws.sites.items()}
    j = data.design.county
    alpha, beta, sigma = (
        x[j] if np.ndim(x) else x for x in (sites[name] for name in NEEDED)
    )
    expected = alpha + beta * data.design.floor
    if np.ndim(sites["alpha"]) == 0 and "gamma" in sites:
        expected = expected + sites["gamma"] * data.design.log_uranium[j]
    z = (data.log_radon - expected) / sigma
    family = stats.t(sites["nu"]) if "nu" in sites else stats.norm
    again = family.logpdf(z) - np.log(sigma)
    tolerance = 1e-3 + 1e-5 * (1 + np.abs(z)) / sigma
    if np.any(np.abs(again - kept) > tolerance):
        raise ValueError(
            f"In {draws.model} homes do not read alpha + beta * floor with "
            "spread sigma, as in the ladder: their log likelihood is not "
            "what alpha, beta and sigma say. It predicts by itself only, "
            "from its own coefficients."
        )

"""How much a sampler's draws are worth, by the parameter worth least.

ArviZ judges all of them; the peers' environment has the same one.
"""

import arviz as az
import numpy as np

POPULATION = ("mu_alpha", "mu_beta", "sigma_alpha", "sigma_beta", "sigma")


def judged(draws, divergences, names=POPULATION):
    """Name the population parameter with the fewest effective samples.

    Parameters
    ----------
    draws : dict of str to array
        (chain, draw) by site.
    divergences : int
        How many draws diverged.
    names : tuple of str
        The parameters to judge.

    Returns
    -------
    dict
        Bulk effective samples of the worst, by which name, of how many
        draws and chains, with how many divergences.
    """
    arrays = {name: np.asarray(draws[name]) for name in names}
    effective = {
        name: float(az.ess(array, method="bulk"))
        for name, array in arrays.items()
    }
    worst = min(effective, key=effective.get)
    chains, length = arrays[worst].shape
    return {
        "effective": effective[worst],
        "worst": worst,
        "chains": chains,
        "draws": chains * length,
        "divergences": divergences,
    }

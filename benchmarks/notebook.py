"""Do the work of the original notebook, from its imports to its last figure.

Usage: python benchmarks/notebook.py

The survey; a scatter with a line for three counties; 85 fits, one after the
other; the hierarchical fit; its traces; lines for three counties; shrinkage.
The code is ours, the work is the notebook's: `original.py` has its two
programs, and each figure is drawn to a PNG as a kernel would.
"""

import io

import arviz_plots as azp
import jax.numpy as jnp
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import original
import pandas as pd
import seaborn as sns
from arviz_base import from_numpyro
from processes import HERE

matplotlib.use("agg")
SURVEY = HERE.parent / "tests" / "data" / "original.csv"
AITKIN, CASS, CROW_WING, FREEBORN = 27001, 27021, 27035, 27047  # FIPS codes
DPI = 72  # matplotlib's inline default in those days


def main():
    """Run it all, and say nothing."""
    homes = pd.read_csv(SURVEY)
    homes["index"], fips = pd.factorize(homes["fips"])
    scatters(homes)
    survey = Survey(homes["index"].to_numpy(), homes["floor"].to_numpy())
    readings = homes["log_radon"].to_numpy()
    fits = original.fit_county_by_county(survey, readings, seed=0)
    separate = [fit.get_samples() for fit in fits]
    mcmc = original.fit_hierarchical(survey, readings, seed=0)
    azp.plot_trace_dist(from_numpyro(mcmc), compact=True)
    drawn()
    together = mcmc.get_samples()
    lines(homes, list(fips), separate, together)
    shrinkage(separate, together)


class Survey:
    """What `original` needs of a design."""

    def __init__(self, county, floor):
        self.county, self.floor = county, floor
        self.n_counties = int(county.max()) + 1


def scatters(homes):
    _, axes = plt.subplots(1, 3, figsize=(15, 5))
    for county, ax in zip((AITKIN, CASS, FREEBORN), axes, strict=True):
        own = homes[homes["fips"] == county].reset_index(drop=True)
        sns.regplot(x=own.index, y=own["log_radon"], ci=None, ax=ax)
    drawn()


def lines(homes, fips, separate, together):
    _, axes = plt.subplots(1, 3, figsize=(12, 6), sharex=True, sharey=True)
    ends = np.linspace(-0.2, 1.2)
    for county, ax in zip((CASS, CROW_WING, FREEBORN), axes, strict=True):
        j = fips.index(county)
        own = homes[homes["fips"] == county]
        both = (
            (separate[j]["alpha"], separate[j]["beta"], "b"),
            (together["alpha"][:, j], together["beta"][:, j], "g"),
        )
        for alpha, beta, color in both:
            for a, b in zip(alpha[::10], beta[::10], strict=True):
                ax.plot(ends, a + b * ends, color, alpha=0.1)
            mean = jnp.mean(alpha) + jnp.mean(beta) * ends
            ax.plot(ends, mean, color, lw=2)
        ax.scatter(own["floor"], own["log_radon"], color="k")
    drawn()


def shrinkage(separate, together):
    _, ax = plt.subplots(figsize=(10, 10))
    alone = np.array(
        [[fit["alpha"].mean(), fit["beta"].mean()] for fit in separate]
    )
    pooled = np.stack([together[k].mean(0) for k in ("alpha", "beta")], axis=1)
    ax.scatter(*alone.T)
    ax.scatter(*pooled.T)
    for start, end in zip(alone, pooled, strict=True):
        ax.annotate("", end, start, arrowprops={"arrowstyle": "->"})
    drawn()


def drawn():
    """Draw the current figure, and let it go."""
    plt.savefig(io.BytesIO(), format="png", dpi=DPI)
    plt.close("all")


if __name__ == "__main__":
    main()

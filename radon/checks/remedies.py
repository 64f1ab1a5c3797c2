"""What usually helps when a fit fails."""

import xarray as xr

from radon import models
from radon.checks.draws import AUXILIARY, posterior


def remedies(tree: xr.DataTree, failed: set[str]) -> str:
    """Write down what usually cures the checks that a fit failed.

    Parameters
    ----------
    tree : xarray.DataTree
        A fit.
    failed : set of str
        Names of the failed checks.
    """
    sites = posterior(tree)
    by_county = "county" in tree["sample_stats"].to_dataset()["energy"].dims
    centred = not any(str(name).endswith(AUXILIARY) for name in sites)
    steps = []
    if by_county:
        steps.append(
            "nothing, in counties whose few homes leave the spread open near "
            "zero: read those from radon.exact.posterior"
        )
    if centred and {"sigma_alpha", "sigma_beta"} & set(sites):
        name = str(tree.attrs.get("model", ""))
        model = f"radon.models.{name}" if hasattr(models, name) else "model"
        steps.append(
            f"the non-centred form, radon.models.noncentered({model})"
        )
    if "divergences" in failed:
        steps.append("a higher target_accept, such as 0.99")
    if failed & {"R-hat", "bulk ESS", "tail ESS"}:
        steps.append("more draws (num_samples) after a longer num_warmup")
    if "E-BFMI" in failed:
        steps.append("priors on the scales with lighter tails")
    return "; ".join(steps) + "."

"""Fits by NUTS, and simulation from the prior.

`fit` and `prior_predictive` return an `xarray.DataTree` in ArviZ's schema,
with dimensions named chain, draw, county and house.
"""

from radon.inference.fitting import fit, prior_predictive

__all__ = ["fit", "prior_predictive"]

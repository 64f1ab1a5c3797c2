"""NumPyro whole, whichever of NumPyro and ArviZ was imported first."""

import sys

import numpyro.distributions  # noqa: F401


def complete_numpyro() -> None:
    """Give NumPyro's packages the submodules that they have lost.

    ArviZ 1 prepares ``import numpyro`` without running it.  Where
    ``numpyro.distributions`` is imported next, Python runs that package
    twice, and the second copy lacks its submodules as attributes: NUTS then
    stops at ``numpyro.distributions.distribution``.

    Examples
    --------
    >>> complete_numpyro()
    >>> numpyro.distributions.distribution.__name__
    'numpyro.distributions.distribution'
    """
    for name, module in list(sys.modules.items()):
        parent, _, child = name.rpartition(".")
        if parent.startswith("numpyro") and parent in sys.modules:
            vars(sys.modules[parent]).setdefault(child, module)

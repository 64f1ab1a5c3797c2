"""Hierarchical Bayesian regression on the radon survey of Minnesota.

The package behind the book: the survey, the models, their fits by NUTS,
their exact posteriors, the checks of the one against the other, and the
figures.
"""

import lazy_loader

# The names are listed in __init__.pyi; each is imported when first used.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""What a colour, a line and a symbol mean, the same in every figure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

PALETTE = MappingProxyType(
    {
        "measurements": "#737373",
        "complete pooling": "#D55E00",
        "no pooling": "#000000",
        "partial pooling": "#0072B2",
        "prior": "#56B4E9",
    }
)

LINES: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "complete pooling": {"linestyle": (0, (4, 2)), "linewidth": 2.0},
        "no pooling": {"linestyle": "-", "linewidth": 1.0},
        "partial pooling": {"linestyle": "-", "linewidth": 2.2},
    }
)

KINDS = MappingProxyType(
    {
        "complete_pooling": "complete pooling",
        "separate_regressions": "no pooling",
    }
)

SYMBOLS = MappingProxyType(
    {
        "log_radon": r"$y$",
        "floor": r"$x$",
        "log_uranium": r"$u$",
        "mean_floor": r"$\bar x$",
        "alpha": r"$\alpha$",
        "beta": r"$\beta$",
        "sigma": r"$\sigma$",
        "mu_alpha": r"$\mu_\alpha$",
        "sigma_alpha": r"$\sigma_\alpha$",
        "mu_beta": r"$\mu_\beta$",
        "sigma_beta": r"$\sigma_\beta$",
        "rho": r"$\rho$",
        "gamma": r"$\gamma$",
        "gamma_beta": r"$\gamma_\beta$",
        "delta": r"$\delta$",
        "mu_state": r"$\mu_s$",
        "sigma_state": r"$\sigma_s$",
        "nu": r"$\nu$",
        "alpha_decentered": r"$z^{\alpha}$",
        "beta_decentered": r"$z^{\beta}$",
    }
)

MEANINGS = MappingProxyType(
    {
        "alpha": "expected basement reading",
        "beta": "first floor minus basement",
        "sigma": "spread of houses within a county",
    }
)

IN_LOG_PCI = frozenset(
    name
    for name in SYMBOLS
    if name.startswith(("alpha", "beta", "sigma", "mu_", "delta", "log_radon"))
    and not name.endswith("_decentered")
)

INDICES = MappingProxyType({"house": "i", "county": "j", "state": "s"})

EIGHT = (
    "Mahnomen",
    "Lac qui Parle",
    "Cass",
    "Koochiching",
    "Freeborn",
    "Crow Wing",
    "Stearns",
    "St. Louis",
)


def symbol(name: str, level: str | None = None) -> str:
    """Return a site's symbol, with the index of its level.

    Parameters
    ----------
    name : str
        A site's name, as in the model's code.
    level : str, optional
        The plate the site stands in: ``"state"``, ``"county"`` or
        ``"house"``.

    Returns
    -------
    str
        Mathtext; the bare name, upright, where the notation has no symbol.
    """
    text = SYMBOLS.get(name)
    if text is None:
        return name.replace("_", " ")
    index = INDICES.get(level) if level else None
    if index is None or text.endswith("_s$"):
        return text
    return f"{text[:-1]}_{index}$"


def written(name: str) -> str:
    """Write a scalar's name with its symbol, ``alpha[Cass]`` too."""
    base, _, county = name.partition("[")
    if not county:
        return symbol(base)
    return f"{symbol(base, 'county')} in {county[:-1]}"


def with_unit(name: str) -> str:
    """Write a scalar's name with its symbol and its unit, if it has one."""
    unit = " [log pCi/L]" if name.partition("[")[0] in IN_LOG_PCI else ""
    return written(name) + unit


def quantity(
    name: str, level: str | None = None, *, between: str = " "
) -> str:
    """Return an axis label: meaning, symbol and unit of a site."""
    mark = symbol(name, level)
    if name not in MEANINGS:
        return mark
    return f"{MEANINGS[name]}{between}{mark} [log pCi/L]"

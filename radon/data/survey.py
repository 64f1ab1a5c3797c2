"""The survey that comes with the package."""

from importlib.resources import files

import pandas as pd

from radon.data.errors import RadonDataError, did_you_mean, listed
from radon.data.records import Radon

TRIBAL = "R5"


def load_radon(state: str | None = "MN", *, zeros: str = "shift") -> Radon:
    """Load the EPA/State Residential Radon Survey, 1986 to 1992.

    Homes and counties are joined by FIPS code. Homes in which the detector's
    floor is not known (code 9) or above the first (2 and 3) are left out.
    The nation is the survey's seven states, its counties named 'Name, ST';
    homes of the tribal region R5 are left out there, because their codes
    fall on counties of states whose own homes were drawn apart. All that is
    left out is counted in `dropped`.

    Parameters
    ----------
    state : str or None
        Postal code of a state of the survey, or None for the nation.
    zeros : str
        The recipe of the outcome: "shift" is log(radon + 0.1), the
        original's; "replace" sets zeros to 0.1 first, Gelman and Hill's.

    Returns
    -------
    Radon
        Homes, counties and the recipe.

    Raises
    ------
    RadonDataError
        If the survey does not have the state, or there is no such recipe.

    References
    ----------
    Gelman and Hill (2007), Data Analysis Using Regression and
    Multilevel/Hierarchical Models, whose files these are. The tables'
    codebook says how they were made of them.

    Examples
    --------
    >>> import radon
    >>> radon.load_radon()
    Radon(919 homes in 85 counties, 2 unmeasured, zeros='shift')
    >>> radon.load_radon(state=None).dropped.sum().item()
    1254
    """
    houses, counties = _table("houses"), _table("counties")
    known = sorted(set(houses["state"]) - {TRIBAL})
    reason = _reasons(houses)
    if state is not None:
        _known_state(state, known)
        here = houses["state"] == state
        houses, reason, known = houses[here], reason[here], [state]
    counties = counties[counties["state"].isin(known)]
    if state is None:
        label = counties["county"] + ", " + counties["state"]
        counties = counties.assign(county=label)
    kept = Radon.from_frame(
        houses[reason == ""], counties, county="fips", zeros=zeros
    )
    dropped = reason[reason != ""].value_counts().sort_index(ascending=False)
    dropped = dropped.rename("homes").rename_axis("reason")
    return Radon(
        kept.houses, kept.counties, kept.unmeasured, kept.zeros, dropped
    )


def _table(name: str) -> pd.DataFrame:
    """Read one of the package's tables as text."""
    with files("radon.tables").joinpath(f"{name}.csv").open() as lines:
        table = pd.read_csv(lines, dtype=str, keep_default_na=False)
    return table.replace("", None)


def _reasons(houses: pd.DataFrame) -> pd.Series:
    """Say why each home is left out; nothing where it is kept."""
    floor = "floor code " + houses["floor"]
    reason = floor.where(~houses["floor"].isin(["0", "1"]), "")
    return reason.mask(houses["state"] == TRIBAL, f"region {TRIBAL}")


def _known_state(state: str, known: list[str]) -> None:
    """Refuse a state that the survey does not have."""
    name = state if isinstance(state, str) else None
    if name == TRIBAL:
        raise RadonDataError(
            f"{TRIBAL!r} is a tribal region, not a state: its homes carry "
            "the codes of counties in Michigan, Minnesota and Wisconsin. "
            f"Choose one of {listed(known[:5])[:-1]}."
        )
    if name not in known:
        raise RadonDataError(
            f"No state {state!r} in the survey.{did_you_mean(state, known)} "
            f"It has {', '.join(map(repr, known))}; None is all of them."
        )

"""Units of a reading: what the reader says, and what a column's name says."""

import re

from radon.data.errors import RadonDataError, did_you_mean, listed

UNITS = {"pCi/L": 1.0, "Bq/m3": 37.0}  # how many of them are 1 pCi/L
# As words of their own: no kBq, and no abqradon.
NAMED = {
    "pCi/L": re.compile(r"(?<![A-Za-z])[Pp][Cc]i(?![a-km-z])"),
    "Bq/m3": re.compile(r"(?<![A-Za-z])[Bb][Qq](?![a-ln-z])"),
}


def per_pci(unit: str, column: str) -> float:
    """How many of a unit are 1 pCi/L.

    The size of readings cannot tell a unit: some homes read a hundred times
    what others do. A column's name can contradict the unit, and then one of
    the two is wrong.

    Parameters
    ----------
    unit : str
        "pCi/L" or "Bq/m3".
    column : str
        Name of the column that holds the readings.

    Returns
    -------
    float
        What to divide readings by to have them in pCi/L.

    Raises
    ------
    RadonDataError
        If there is no such unit, or the column's name says the other one.

    Examples
    --------
    >>> per_pci("Bq/m3", "radon"), per_pci("pCi/L", "radon")
    (37.0, 1.0)
    """
    if not isinstance(unit, str) or unit not in UNITS:
        raise RadonDataError(
            f"unit={unit!r} is no unit of radon here."
            f"{did_you_mean(unit, UNITS)} Wanted one of {listed(UNITS)}: "
            "convert the readings to either."
        )
    named = [one for one, found in NAMED.items() if found.search(str(column))]
    if len(named) == 1 and named != [unit]:
        raise RadonDataError(
            f"Column {column!r}: its name says {named[0]}, and "
            f"unit={unit!r}. If the name is right, say unit={named[0]!r}; "
            "if it is not, rename the column."
        )
    return UNITS[unit]

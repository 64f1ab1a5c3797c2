"""What `fit` is asked for, checked before JAX sees any of it."""

from typing import NamedTuple

from radon.arguments import check_count, check_share
from radon.data import Radon, RadonDataError


class Settings(NamedTuple):
    """How long and how carefully to sample."""

    num_warmup: int
    num_samples: int
    num_chains: int
    target_accept: float


def check_settings(
    num_warmup: int, num_samples: int, num_chains: int, target_accept: float
) -> Settings:
    """Check the sampler's settings and turn them into plain numbers.

    Returns
    -------
    Settings

    Raises
    ------
    TypeError, ValueError
        Naming the setting that cannot be used.
    """
    accept = check_share(
        "target_accept",
        target_accept,
        "The higher, the smaller the sampler's steps: try 0.95.",
    )
    return Settings(
        check_count("num_warmup", num_warmup, least=0),
        check_count("num_samples", num_samples, least=1),
        check_count("num_chains", num_chains, least=1),
        accept,
    )


def check_by(by: str | None) -> None:
    """Refuse a level other than None and "county"."""
    if by is not None and not (isinstance(by, str) and by == "county"):
        raise ValueError(
            f"by is {by!r}; wanted None, which fits all homes together, or "
            "'county', which fits one county at a time."
        )


def check_survey(data: object) -> None:
    """Refuse what is not a survey, the likely mistakes by name."""
    if not isinstance(data, Radon):
        raise RadonDataError(
            f"The data are a {type(data).__name__}; wanted a Radon. "
            "radon.load_radon() gives the survey; radon.read_csv(path) and "
            "radon.Radon.from_frame(table) make one of your own homes."
        )

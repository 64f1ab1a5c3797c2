"""Homes and counties, checked before any model sees them."""

from radon.data.checks import check_design, require_uranium
from radon.data.design import Design
from radon.data.errors import RadonDataError
from radon.data.reading import read_csv
from radon.data.records import Radon
from radon.data.survey import load_radon

__all__ = [
    "Design",
    "Radon",
    "RadonDataError",
    "check_design",
    "load_radon",
    "read_csv",
    "require_uranium",
]

"""Homes and counties, checked before any model sees them."""

from radon.data.errors import RadonDataError
from radon.data.records import Design, Radon
from radon.data.survey import load_radon

__all__ = ["Design", "Radon", "RadonDataError", "load_radon"]

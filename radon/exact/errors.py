"""What cannot be answered exactly."""


class ExactError(ValueError):
    """The exact posterior does not cover this model or these homes."""


class ImproperError(ExactError):
    """There is no posterior: its mass is infinite."""

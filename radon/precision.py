"""Double precision where it is needed, on every JAX that Colab may have."""

from contextlib import AbstractContextManager

import jax


def double_precision() -> AbstractContextManager[None]:
    """Return the context in which JAX computes in 64 bits.

    Arrays made outside it belong to single precision: convert inside it
    (``jnp.asarray``) whatever a model is given, NumPy arrays included.

    Returns
    -------
    context manager
        To be entered with ``with``.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> with double_precision():
    ...     print(jnp.zeros(3).dtype)
    float64
    """
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    from jax.experimental import enable_x64  # type: ignore[attr-defined]  # JAX 0.7

    return enable_x64(True)

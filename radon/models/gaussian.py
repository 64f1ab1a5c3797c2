"""Homes that are linear and Gaussian given the scales, in closed form.

Every unknown but the scales is written as a number of standard deviations
from what its prior expects: its effect. Effects are standard normal before
the homes are seen, so a scale of 0 needs no special case, and what the homes
expect is a sum of effects. A county's homes on one floor are one cell, and a
county's part of the quadratic form of cell means d0 and d1 is
``basement * d0**2 + first * d1**2 + both * (d1 - d0)**2``.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from radon.data.design import Design
from radon.statistics import sufficient_statistics


class Cells(NamedTuple):
    """The homes, by county and floor.

    ``n`` and ``mean`` (county, 2) are the number of homes and their mean
    outcome, ``total`` is the number of all homes, ``spread`` their standard
    deviation within cells and ``has_spread`` whether that is above 0, as 0
    or 1 (``spread`` is 1 then).
    """

    n: jax.Array
    mean: jax.Array
    total: int
    spread: float
    has_spread: int


class Effects(NamedTuple):
    """What the homes expect, given the scales.

    ``expected`` (county, 2) with every effect at 0; ``shared`` (county, 2,
    p) by how much an effect that counties share moves it, ``own`` (county,
    2, q) an effect of the county's own; ``sigma`` () the spread of homes.
    """

    expected: jax.Array
    shared: jax.Array
    own: jax.Array
    sigma: jax.Array


def cells_of(
    design: Design, log_radon: "jax.Array | np.ndarray | Cells"
) -> Cells:
    """Reduce homes to cells, in double precision whatever JAX computes in.

    Parameters
    ----------
    design : Design
        Concrete arrays.
    log_radon : array_like or Cells
        (house,) [log pCi/L].  Cells are returned as they are: reduce many
        surveys first, and a program may be mapped over them.

    Returns
    -------
    Cells
        In JAX's precision.

    Raises
    ------
    TypeError
        Inside a compiled program, where the homes have no values yet.
    """
    if isinstance(log_radon, Cells):
        return log_radon
    if isinstance(log_radon, jax.core.Tracer):
        raise TypeError(
            "A marginalised model reduces the homes to statistics before "
            "anything is compiled, and here log_radon is a traced array. Give "
            "the homes themselves, not the argument of jax.jit or jax.vmap."
        )
    sums = sufficient_statistics(
        design.county, design.floor, log_radon, design.n_counties
    )
    total = int(sums.n.sum())
    within = float(sums.sum_of_squares.sum())
    return Cells(
        jnp.asarray(sums.n, float),
        jnp.asarray(sums.mean, float),
        total,
        float(np.sqrt(within / total)) if within > 0 else 1.0,
        int(within > 0),
    )


def log_likelihood(effects: Effects, cells: Cells) -> jax.Array:
    """Log density of the homes given the scales, up to a constant.

    Parameters
    ----------
    effects : Effects
        What the homes expect.
    cells : Cells
        The homes.

    Returns
    -------
    jax.Array
        () What is left out depends on the homes alone; without it single
        precision keeps its digits, however many homes there are.

    Notes
    -----
    The quadratic form is evaluated at its smallest value, as a sum of
    squares: there a rounding error of the effects enters squared.
    """
    weight, log_determinant = _weights(effects, cells)
    mean, factor = _shared_effects(effects, cells, weight)
    left = _channels(_residual(effects, cells, mean))
    square = mean @ mean + jnp.sum(weight * left**2)
    log_determinant += 2 * jnp.sum(jnp.log(jnp.diagonal(factor)))
    log_ratio = jnp.log(effects.sigma / cells.spread)
    within = log_ratio + cells.has_spread * jnp.expm1(-2 * log_ratio) / 2
    return -cells.total * within - 0.5 * (log_determinant + square)


def draw_effects(
    effects: Effects, cells: Cells, key: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Draw the effects from their posterior given the scales.

    Parameters
    ----------
    effects : Effects
        What the homes expect.
    cells : Cells
        The homes.
    key : jax.Array
        A random key.

    Returns
    -------
    shared, own : jax.Array
        (p,) and (county, q), in standard deviations.

    Notes
    -----
    Effects of the counties by Matheron's rule: draw them and homes to go
    with them before the homes are seen, then correct for what the homes say
    instead.
    """
    counties, _, q = effects.own.shape
    one, two, three = jax.random.split(key, 3)
    weight, _ = _weights(effects, cells)
    mean, factor = _shared_effects(effects, cells, weight)
    noise = jax.random.normal(one, mean.shape)
    shared = mean + jax.scipy.linalg.solve_triangular(factor.T, noise)
    own = jax.random.normal(two, (counties, q))
    per_home = effects.sigma / jnp.sqrt(jnp.maximum(cells.n, 1))
    imagined = jnp.einsum("jcq,jq->jc", effects.own, own)
    imagined += per_home * jax.random.normal(three, cells.n.shape)
    surprise = _residual(effects, cells, shared) - imagined
    in_basement, on_first, gap = jnp.moveaxis(
        weight * _channels(surprise), -1, 0
    )
    pull = jnp.stack([in_basement - gap, on_first + gap], axis=1)
    return shared, own + jnp.einsum("jcq,jc->jq", effects.own, pull)


def _weights(effects: Effects, cells: Cells) -> tuple[jax.Array, jax.Array]:
    """Weights of a county's channels, (county, 3), and log determinant."""
    basement, first = cells.n.T
    u0, u1 = jnp.moveaxis(effects.own / effects.sigma, 1, 0)
    minor = u0[:, :, None] * u1[:, None, :]
    area = jnp.sum((minor - jnp.swapaxes(minor, 1, 2)) ** 2, axis=(1, 2)) / 2
    determinant = (
        1
        + basement * jnp.sum(u0**2, axis=1)
        + first * jnp.sum(u1**2, axis=1)
        + basement * first * area
    )
    weight = jnp.stack(
        [
            basement * (1 + first * jnp.sum((u1 - u0) * u1, axis=1)),
            first * (1 - basement * jnp.sum((u1 - u0) * u0, axis=1)),
            basement * first * jnp.sum(u0 * u1, axis=1),
        ],
        axis=1,
    )
    weight /= determinant[:, None] * effects.sigma**2
    return weight, jnp.sum(jnp.log(determinant))


def _shared_effects(
    effects: Effects, cells: Cells, weight: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Posterior mean of the shared effects, and factor of their precision."""
    rows = _channels(effects.shared)
    weighted = weight[..., None] * rows
    left = _channels(cells.mean - effects.expected)
    precision = jnp.eye(rows.shape[-1])
    precision += jnp.einsum("jkp,jkr->pr", weighted, rows)
    factor = jnp.linalg.cholesky(precision)
    score = jnp.einsum("jkp,jk->p", weighted, left)
    return jax.scipy.linalg.cho_solve((factor, True), score), factor


def _residual(effects: Effects, cells: Cells, shared: jax.Array) -> jax.Array:
    return cells.mean - effects.expected - effects.shared @ shared


def _channels(cells: jax.Array) -> jax.Array:
    """Basement, first floor and the gap between them, along axis 1."""
    gap = cells[:, 1] - cells[:, 0]
    return jnp.stack([cells[:, 0], cells[:, 1], gap], axis=1)

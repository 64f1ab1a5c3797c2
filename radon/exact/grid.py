"""Quadrature over the scales of a hierarchical model.

Everything that involves the counties depends on the scales only through
a = sigma_alpha / sigma and b = sigma_beta / sigma, so a grid of (a, b)
carries the county algebra and sigma is a cheap inner axis. The coordinates
are u with a = c sinh(u), v with b = c sinh(v), and z, log sigma centred and
scaled given (a, b). Where the model fixes a scale but not sigma, z is log
sigma itself and the fixed ratio follows from it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial.legendre import leggauss, legvander

from radon.exact import algebra
from radon.exact.ladder import ExactError, log_prior

SCALE_ORDER = ("sigma_alpha", "sigma_beta", "sigma")
NEGLIGIBLE = 19.0  # log of the smallest density kept, below the largest
FAR = 48.0  # largest u, v and |z| that is looked at
LEVELS = ((20, 0.85), (28, 0.7), (40, 0.6), (58, 0.5), (84, 0.4), (122, 0.3))
SETTLED = 1e-3  # change between two levels, in posterior sds


class Problem(NamedTuple):
    """Homes and priors as the quadrature sees them.

    ``n``, ``mean`` (2, county, 1, 1, 1) and ``squares`` (county,) are the
    sufficient statistics, means relative to the ``reference`` line (2,);
    ``loc`` and ``scale`` (2,) the prior of the population means, ``loc``
    relative to the reference; ``slopes`` whether slopes vary.
    """

    n: np.ndarray
    mean: np.ndarray
    squares: np.ndarray
    reference: np.ndarray
    loc: np.ndarray
    scale: np.ndarray
    priors: dict[str, Any]
    fixed: dict[str, float]
    slopes: bool

    @property
    def centred_inside(self):
        """Whether log sigma is an inner axis, centred given (a, b)."""
        return "sigma" in self.priors and not (
            {"sigma_alpha", "sigma_beta"} & set(self.fixed)
        )


class Nodes(NamedTuple):
    """The posterior at some settings of the scales.

    All arrays broadcast to (u, v, z); ``terms`` (county, u, v, 1 or z).
    """

    a: np.ndarray
    b: np.ndarray
    sigma: np.ndarray
    log_density: np.ndarray
    means: algebra.Means
    terms: algebra.Terms


class Grid(NamedTuple):
    """Nodes with their weights, which add up to 1.

    ``axes`` holds the nodes of u, v and z and ``widths`` the quadrature
    weight of each node (None where an axis is a single point).
    """

    nodes: Nodes
    weight: np.ndarray
    log_evidence: float
    axes: tuple
    widths: tuple
    moments: dict[str, int]


def frame(ladder, statistics):
    """Prepare homes and priors for the quadrature.

    Parameters
    ----------
    ladder : Ladder
        A hierarchical model.
    statistics : Statistics
        Of the homes, (county, 2).

    Returns
    -------
    Problem
        Means relative to the line through the means of all homes.
    """
    n = statistics.n.T.astype(float)
    total = n.sum(1)
    level = (n * statistics.mean.T).sum(1) / np.maximum(total, 1)
    if total[0] == 0:
        level[0] = level[1]
    gap = level[1] - level[0] if total[1] else 0.0
    reference = np.array([level[0], gap])
    expected = np.array([level[0], level[0] + gap])[:, None]
    mean = np.where(n > 0, statistics.mean.T - expected, 0.0)
    return Problem(
        n[..., None, None, None],
        mean[..., None, None, None],
        statistics.sum_of_squares.sum(1),
        reference,
        ladder.loc - reference,
        ladder.scale,
        ladder.priors,
        ladder.fixed,
        ladder.kind == "varying_slopes",
    )


def units(problem):
    """Return c of a and of b, below which the homes cannot tell a scale from 0."""
    n = problem.n[:, :, 0, 0, 0]
    both = n[0] * n[1] / np.maximum(n.sum(0), 1)
    return tuple(
        (2 / max(np.sum(size**2), 1.0)) ** 0.25 for size in (n.sum(0), both)
    )


def evaluate(problem, u, v, z):
    """Evaluate the posterior density of the scales.

    Parameters
    ----------
    problem : Problem
        From :func:`frame`.
    u, v, z : numpy.ndarray
        Coordinates, broadcastable to one shape (u, v, z); those of a scale
        that is fixed or absent are ignored.

    Returns
    -------
    Nodes
        With the log density per du dv dz, priors and Jacobian included.
    """
    c_a, c_b = units(problem)
    free = problem.priors
    sigma = None
    if "sigma" in problem.fixed:
        sigma = np.full((1, 1, 1), problem.fixed["sigma"])
    elif not problem.centred_inside:
        sigma = np.exp(z)
    a = c_a * np.sinh(u) if "sigma_alpha" in free else (
        problem.fixed["sigma_alpha"] / sigma
    )
    b = np.zeros((1, 1, 1))
    if problem.slopes:
        b = c_b * np.sinh(v) if "sigma_beta" in free else (
            problem.fixed["sigma_beta"] / sigma
        )
    terms = algebra.county_terms(problem.n, a, b)
    sums = algebra.add_counties(
        terms,
        problem.mean[:, :, 0, 0, 0],
        problem.squares.sum(),
        problem.n.sum(),
    )
    log_volume = 0.0
    if problem.centred_inside:
        centre, width = _sigma_given_ratios(problem, sums)
        sigma = np.exp(centre + width * z)
        log_volume = np.log(width)
    log_density, means = algebra.log_marginal(
        sums, sigma, problem.loc, problem.scale
    )
    if "sigma" in free:
        log_volume = log_volume + np.log(sigma)
        log_density = log_density + log_prior(free["sigma"], sigma)
    for key, ratio, unit, x in (
        ("sigma_alpha", a, c_a, u),
        ("sigma_beta", b, c_b, v),
    ):
        if key in free:
            log_volume = log_volume + np.log(sigma * unit * np.cosh(x))
            log_density = log_density + log_prior(free[key], ratio * sigma)
    return Nodes(a, b, sigma, log_density + log_volume, means, terms)


def _sigma_given_ratios(problem, sums):
    """Rough centre and width of log sigma given (a, b), smooth in both."""
    n = problem.n.sum()
    typical = problem.squares.sum() + np.sum(problem.n * problem.mean**2)
    typical = typical / n if n > 2 and typical > 0 else 1.0
    basement, first, both = sums.weight
    prior = typical * problem.scale**-2.0
    p00 = basement + first + prior[0]
    p11 = first + both + prior[1]
    h0 = sums.score[0] + prior[0] * problem.loc[0]
    h1 = sums.score[1] + prior[1] * problem.loc[1]
    determinant = basement * p11 + first * (both + prior[1]) + prior[0] * p11
    explained = (
        p11 * h0**2 - 2 * first * h0 * h1 + p00 * h1**2
    ) / determinant
    left = sums.square + prior @ problem.loc**2 - explained
    variance = (np.maximum(left, 0) + typical) / (n + 1)
    return 0.5 * np.log(variance), 1 / np.sqrt(2 * n)


def integrate(problem):
    """Find where the mass lies, and refine until the answer stands still.

    Parameters
    ----------
    problem : Problem
        From :func:`frame`.

    Returns
    -------
    Grid
        The finer of two levels that agree to 1e-3 posterior standard
        deviations; as the error falls geometrically with the number of
        nodes, its own is below 1e-4.

    Raises
    ------
    ExactError
        If the posterior is improper, or no two levels agree.
    """
    moments = existing_moments(problem)
    bounds = region(problem, moments)
    before, moved = None, np.inf
    for level in LEVELS:
        grid = lay(problem, bounds, level, moments)
        after = moments_of(problem, grid)
        if before is not None:
            moved = _moved(before, after)
            if moved < SETTLED:
                return grid
        before = after
    raise ExactError(
        "the exact posterior did not settle: between grids of "
        f"{LEVELS[-2][0]} and {LEVELS[-1][0]} nodes an axis it still moved by "
        f"{moved:.1g} posterior sds. With so few counties "
        "the scales are all but free: give them tighter priors with "
        "radon.models.with_priors, or fix one with dist.Delta."
    )


def _moved(before, after):
    (mean, sd), (mean_, sd_) = before, after
    known = np.isfinite(sd_) & (sd_ > 0)
    shift = np.abs(mean - mean_)[known] / sd_[known]
    stretch = np.abs(sd / sd_ - 1)[known]
    return max(shift.max(initial=0), stretch.max(initial=0))


def free_axes(problem):
    """Which of u, v and z vary."""
    return tuple(key in problem.priors for key in SCALE_ORDER)


def _mesh(axes):
    u, v, z = axes
    return u[:, None, None], v[None, :, None], z[None, None, :]


def _weight_of_moments(nodes, order, typical):
    size = (nodes.a**2 + nodes.b**2 + 1) * nodes.sigma**2
    return 0.5 * order * np.log1p(size / typical)


def region(problem, moments, cells=16, negligible=NEGLIGIBLE):
    """Bounds of u, v and z outside which the mass is negligible.

    Parameters
    ----------
    problem : Problem
        From :func:`frame`.
    moments : dict
        From :func:`existing_moments`: the region also holds the mass of the
        moments that exist.
    cells : int
        Cells an axis and scan.
    negligible : float
        Log of the smallest density kept, below the largest.

    Returns
    -------
    list of tuple
        Lower and upper bound of each axis, None where it is one point.

    Raises
    ------
    ExactError
        If the scan finds no end to the mass.
    """
    free = free_axes(problem)
    low = [0.0, 0.0, -9.0 if problem.centred_inside else -20.0]
    high = [12.0, 12.0, 9.0 if problem.centred_inside else 20.0]
    order = min(moments.values(), default=2)
    for _ in range(40):
        edges = [
            np.linspace(low[k], high[k], (cells if free[k] else 1) + 1)
            for k in range(3)
        ]
        axes = [0.5 * (e[1:] + e[:-1]) for e in edges]
        nodes = evaluate(problem, *_mesh(axes))
        density = nodes.log_density + _weight_of_moments(nodes, order, 1.0)
        shape = tuple(map(len, axes))
        density = np.broadcast_to(np.nan_to_num(density, nan=-np.inf), shape)
        keep = density > density.max() - negligible
        settled = True
        for k in range(3):
            if not free[k]:
                continue
            others = tuple(i for i in range(3) if i != k)
            kept = np.flatnonzero(keep.any(axis=others))
            first, last = kept[0], kept[-1]
            floor = 0.0 if k < 2 else -np.inf
            width = high[k] - low[k]
            new_low = edges[k][max(first - 1, 0)]
            new_high = edges[k][min(last + 2, cells)]
            if first == 0 and low[k] > floor:
                new_low, settled = max(floor, low[k] - 0.5 * width), False
            if last == cells - 1:
                new_high, settled = high[k] + 0.5 * width, False
            if new_high - new_low < 0.8 * width:
                settled = False
            low[k], high[k] = new_low, new_high
            if high[k] > 3 * FAR * (1 if k < 2 else 20):
                raise ExactError(_improper("sigma"))
        if settled:
            break
    return [(low[k], high[k]) if free[k] else None for k in range(3)]


def _improper(key):
    return (
        f"the posterior of {key} is improper: these homes and this prior "
        "leave infinite mass where the homes are fitted without error. Give "
        f"{key} a prior that vanishes at 0, such as dist.LogNormal(0, 1), or "
        "fix it with dist.Delta."
    )


def lay(problem, bounds, level, moments):
    """Lay a grid of one level over the region.

    Returns
    -------
    Grid
        Gauss-Legendre in u and v, midpoints in z.
    """
    size, step = level
    axes, widths = [], []
    for k, bound in enumerate(bounds):
        if bound is None:
            axes.append(np.zeros(1))
            widths.append(None)
        elif k < 2:
            x, w = leggauss(size)
            half = 0.5 * (bound[1] - bound[0])
            axes.append(bound[0] + half * (x + 1))
            widths.append(half * w)
        else:
            scale = 1.0 if problem.centred_inside else (
                1 / np.sqrt(2 * problem.n.sum())
            )
            count = int(np.ceil((bound[1] - bound[0]) / (step * scale)))
            h = (bound[1] - bound[0]) / count
            axes.append(bound[0] + h * (np.arange(count) + 0.5))
            widths.append(np.full(count, h))
    nodes = evaluate(problem, *_mesh(axes))
    log_weight = nodes.log_density
    for k, w in enumerate(widths):
        if w is not None:
            shape = [1, 1, 1]
            shape[k] = -1
            log_weight = log_weight + np.log(w).reshape(shape)
    peak = log_weight.max()
    weight = np.exp(log_weight - peak)
    total = weight.sum()
    return Grid(
        nodes,
        weight / total,
        float(peak + np.log(total)),
        tuple(axes),
        tuple(widths),
        moments,
    )


def existing_moments(problem):
    """How many moments of each free scale exist: 0, 1 or 2.

    Returns
    -------
    dict
        By site name.

    Raises
    ------
    ExactError
        If not even the mass is finite.

    Notes
    -----
    Far out the density of a scale falls as a power; the slope of its
    logarithm against the logarithm of the scale, measured there, says which
    moments converge.
    """
    free = free_axes(problem)
    far = np.array([24.0, 25.0])
    wide = [np.linspace(0.5, 30, 24) if f else np.zeros(1) for f in free[:2]]
    n = problem.n.sum()
    reach = np.sqrt(2 * n) if problem.centred_inside else 1.0
    z_wide = np.zeros(1)
    if free[2]:
        z_wide = np.concatenate(
            [np.linspace(-6, 6, 25), reach * np.arange(-40, 41, 1.0)]
        )
        z_wide = np.unique(z_wide)
    existing = {}
    for k, key in enumerate(SCALE_ORDER):
        if not free[k]:
            continue
        axes = [*wide, z_wide]
        axes[k] = far if k < 2 else reach * np.array([40.0, 41.0])
        nodes = evaluate(problem, *_mesh(axes))
        shape = tuple(map(len, axes))
        value = (nodes.a, nodes.b, 1.0)[k] * nodes.sigma
        others = tuple(i for i in range(3) if i != k)
        slopes = []
        for order in range(3):
            log = np.broadcast_to(
                nodes.log_density + order * np.log(value), shape
            )
            ends = np.logaddexp.reduce(
                np.nan_to_num(log, nan=-np.inf), axis=others[1]
            )
            ends = np.logaddexp.reduce(ends, axis=others[0])
            slopes.append(
                -np.inf if ends[1] == -np.inf else ends[1] - ends[0]
            )
        if slopes[0] > -0.05:
            raise ExactError(_improper("sigma"))
        existing[key] = int(sum(s < -0.05 for s in slopes[1:]))
    return existing


def moments_of(problem, grid):
    """Means and sds of all parameters whose moments exist.

    Returns
    -------
    mean, sd : numpy.ndarray
        Of the scales, or of their logarithms where a moment of a scale does
        not exist, of the population means and of the coefficients.
    """
    missing = min(grid.moments.values(), default=2) < 2
    scales = (log_scale_moments if missing else scale_moments)(problem, grid)
    parts = [
        scales,
        mean_moments(problem, grid),
        coefficient_moments(problem, grid),
    ]
    return tuple(
        np.concatenate([np.ravel(part[i]) for part in parts]) for i in (0, 1)
    )


def scale_moments(problem, grid):
    """Mean and sd of each free scale, (2, scale).

    Where a moment does not exist the mean is NaN, the sd infinite.
    """
    nodes, w = grid.nodes, grid.weight
    values = {
        "sigma_alpha": nodes.a * nodes.sigma,
        "sigma_beta": nodes.b * nodes.sigma,
        "sigma": nodes.sigma,
    }
    moments = []
    for key, order in grid.moments.items():
        mean = np.sum(w * values[key])
        sd = np.sqrt(np.sum(w * (values[key] - mean) ** 2))
        moments.append((mean if order else np.nan, sd if order > 1 else np.inf))
    return np.array(moments).reshape(-1, 2).T


def mean_moments(problem, grid):
    """Mean and sd of the two population means, (2, 2)."""
    w = grid.weight
    mu, covariance = grid.nodes.means
    mean = np.array([np.sum(w * m) for m in mu])
    variance = [
        np.sum(w * ((mu[i] - mean[i]) ** 2 + covariance[2 * i]))
        for i in range(2)
    ]
    return np.array([problem.reference + mean, np.sqrt(variance)])


def log_scale_moments(problem, grid):
    """Mean and sd of the logarithm of each free scale, (2, scale).

    Notes
    -----
    Where the mass reaches a scale of 0 its logarithm is singular there, so
    the density along that axis is interpolated and integrated against the
    logarithm on nodes graded towards 0.
    """
    w = grid.weight
    log_sigma = np.broadcast_to(np.log(grid.nodes.sigma), w.shape)
    moments = []
    for k, is_free in enumerate(free_axes(problem)):
        if not is_free:
            continue
        total, rule = log_sigma, None
        if k < 2:
            total = log_sigma + np.log(units(problem)[k])
            rule = _log_rule(grid.axes[k], grid.widths[k])
        others = tuple(i for i in range(3) if i != k)
        first, second = (
            np.sum(w * total**p, axis=others) for p in (1, 2)
        )
        if rule is not None:
            mass = np.sum(w, axis=others)
            second = second + 2 * rule[0] * first + rule[1] * mass
            first = first + rule[0] * mass
        mean = first.sum()
        moments.append((mean, np.sqrt(second.sum() - mean**2)))
    return np.array(moments).reshape(-1, 2).T


def _log_rule(x, widths):
    """Factors by which node weights integrate log sinh x and its square."""
    low = (x[0] + x[-1]) / 2 - widths.sum() / 2
    high = low + widths.sum()
    if low > 1e-9 * high:
        logs = np.log(np.sinh(x))
        return logs, logs**2
    s, w = leggauss(100 + 4 * len(x))
    s, w, low = 0.5 * (s + 1), 0.5 * w, 0.0
    graded = high * s**4
    to_fine = interpolation(x, graded, low, high)
    mass = w * 4 * high * s**3
    logs = np.log(np.sinh(graded))
    return (
        (mass * logs) @ to_fine / widths,
        (mass * logs**2) @ to_fine / widths,
    )


def interpolation(x, at, low, high):
    """Matrix that carries values at Legendre nodes to other points."""
    scale = 2 / (high - low)
    there = legvander((at - low) * scale - 1, len(x) - 1)
    here = legvander((x - low) * scale - 1, len(x) - 1)
    return np.linalg.solve(here.T, there.T).T


def coefficient_moments(problem, grid):
    """Mean and sd of county coefficients, each (alpha and beta, county)."""
    nodes, w = grid.nodes, grid.weight
    terms, (mu, covariance) = nodes.terms, nodes.means
    folds = terms.determinant.shape[-1] == 1

    def fold(x):
        x = np.broadcast_to(x, w.shape)
        return (x.sum(-1) if folds else x).ravel()

    w0, s2 = fold(w), fold(w * nodes.sigma**2)
    m = [fold(w * mu[i]) for i in range(2)]
    mm = [
        fold(w * (mu[i] * mu[j] + covariance[i + j]))
        for i, j in ((0, 0), (0, 1), (1, 1))
    ]

    def flat(x):
        shape = np.broadcast_shapes(terms.determinant.shape, x.shape)
        return np.broadcast_to(x, shape).reshape(shape[0], -1)

    offset = algebra.coefficients(terms, nodes.a, nodes.b, *problem.mean)
    carry = algebra.carry(terms, problem.n, nodes.a, nodes.b)
    spread = algebra.spread(terms, problem.n, nodes.a, nodes.b)
    means, sds = [], []
    for i in range(2):
        k, p, q, d = map(
            flat, (offset[i], carry[2 * i], carry[2 * i + 1], spread[2 * i])
        )
        first = k @ w0 + p @ m[0] + q @ m[1]
        second = (
            (k * k) @ w0
            + 2 * ((k * p) @ m[0] + (k * q) @ m[1] + (p * q) @ mm[1])
            + (p * p) @ mm[0]
            + (q * q) @ mm[2]
            + d @ s2
        )
        means.append(problem.reference[i] + first)
        sds.append(np.sqrt(np.maximum(second - first**2, 0)))
    if grid.moments.get("sigma_beta", 2) < 2:
        unseen = problem.n[1, :, 0, 0, 0] == 0
        sds[1][unseen] = np.inf
        if grid.moments["sigma_beta"] < 1:
            means[1][unseen] = np.nan
    return np.array([means, sds])

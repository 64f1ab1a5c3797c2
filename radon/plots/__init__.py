"""The book's figures, as functions of data, fits and exact posteriors.

Every function takes the axes to draw on (``ax=None`` makes new ones) and
returns them; a grid takes a figure and returns an array of axes. None of
them sets a title, save a county's name in small multiples, or changes
anything global. An argument of another kind is refused with a TypeError
before anything is drawn. The look is the style sheet's:
``plt.style.use("radon.radon")``.
"""

from radon.plots._palette import EIGHT, PALETTE, SYMBOLS
from radon.plots.calibration import loo_pit, predictive_check
from radon.plots.chains import funnel, rank_plot
from radon.plots.counties import county_grid
from radon.plots.decisions import tornado, worth_of_testing
from radon.plots.exceedance import exceedance
from radon.plots.gaps import floor_gaps
from radon.plots.groups import estimates_by_uranium
from radon.plots.growth import growth
from radon.plots.intervals import intervals
from radon.plots.lineups import lineup
from radon.plots.maps import county_map
from radon.plots.modes import beside_modes
from radon.plots.original import three_counties
from radon.plots.plates import plate_diagram
from radon.plots.pooling import shrinkage, weights
from radon.plots.predictive import predictive_ecdf, prior_predictive
from radon.plots.priors import by_prior_scale, under_priors
from radon.plots.ranking import rank_intervals
from radon.plots.ranks import rank_ecdf, rank_grid, recovered
from radon.plots.recovery import recovery, spread_by_groups
from radon.plots.sizes import estimates_by_size, homes_per_county
from radon.plots.traces import trace_plot

__all__ = [
    "EIGHT",
    "PALETTE",
    "SYMBOLS",
    "beside_modes",
    "by_prior_scale",
    "county_grid",
    "county_map",
    "estimates_by_size",
    "estimates_by_uranium",
    "exceedance",
    "floor_gaps",
    "funnel",
    "growth",
    "homes_per_county",
    "intervals",
    "lineup",
    "loo_pit",
    "plate_diagram",
    "predictive_check",
    "predictive_ecdf",
    "prior_predictive",
    "rank_ecdf",
    "rank_grid",
    "rank_intervals",
    "rank_plot",
    "recovered",
    "recovery",
    "shrinkage",
    "spread_by_groups",
    "three_counties",
    "tornado",
    "trace_plot",
    "under_priors",
    "weights",
    "worth_of_testing",
]

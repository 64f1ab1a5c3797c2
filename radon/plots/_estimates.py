"""Read county by county estimates from a fit, an exact posterior or a table.

A fit is a DataTree with a ``posterior`` group, the answer of
`radon.exact.posterior`, or a DataFrame with a row a county. The figures
ask `Estimates` and never look inside.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from radon.plots._groups import group, known
from radon.plots._kinds import floats, is_exact
from radon.plots._palette import KINDS, PALETTE

if TYPE_CHECKING:
    from radon.exact.posterior import Posterior

QUANTILES = {"q05": 0.05, "q25": 0.25, "q75": 0.75, "q95": 0.95}
EXACT_DRAWS = 4000


type Fit = xr.DataTree | Posterior | pd.DataFrame


@dataclass(frozen=True, eq=False)
class Estimates:
    """What the figures need to know of a fit, computed once a figure."""

    fit: Any  # whichever of `Fit`

    @cached_property
    def is_table(self) -> bool:
        """Whether the fit is a table of estimates, without draws."""
        return isinstance(self.fit, pd.DataFrame)

    @cached_property
    def is_exact(self) -> bool:
        """Whether the fit is an exact posterior."""
        return is_exact(self.fit)

    @cached_property
    def kind(self) -> str:
        """Which pooling made the fit: a key of `PALETTE`."""
        if self.is_table:
            model = self.fit.attrs.get("model", "separate_regressions")
        elif self.is_exact:
            model = self.fit.model
        else:
            group(self.fit, "posterior")
            model = self.fit.attrs.get("model")
        if model is None:
            raise ValueError(
                "This fit does not say which model made it. Wanted: a tree "
                "from radon.fit, whose attrs['model'] is the model's name, "
                "or a posterior from radon.exact."
            )
        return KINDS.get(model, "partial pooling")

    @property
    def colour(self) -> str:
        """The colour of the fit's pooling."""
        return PALETTE[self.kind]

    @cached_property
    def summary(self) -> pd.DataFrame | None:
        """The exact posterior's own table, None for anything else."""
        return self.fit.summary() if self.is_exact else None

    @cached_property
    def moments(self) -> pd.DataFrame | None:
        """The exact posterior's means, quicker to have than its quantiles."""
        return self.fit.moments() if self.is_exact else None

    @cached_property
    def draws(self) -> xr.Dataset:
        """The draws as a Dataset with one dimension ``sample``.

        An exact posterior is asked for independent draws, always the same
        ones, so that a figure does not change from build to build.
        """
        tree = self.fit
        if self.is_exact:
            tree = self.fit.draws(EXACT_DRAWS, seed=0)
        posterior = group(tree, "posterior").to_dataset()
        if not {"chain", "draw"} <= set(posterior.dims):
            raise ValueError(
                "The fit has no draws by chain and draw. Wanted: a tree from "
                "radon.fit."
            )
        if "constant_data" in tree.children:
            fixed = tree["constant_data"].to_dataset()
            names = [name for name in fixed if name not in posterior]
            posterior = posterior.assign({name: fixed[name] for name in names})
        return posterior.stack(sample=("chain", "draw"), create_index=False)

    @cached_property
    def counties(self) -> list[str]:
        """The counties that have an estimate of their own, in order."""
        if self.is_table:
            return list(self.fit.index)
        if "county" not in self.draws.coords:
            raise ValueError(
                "The fit has one value for all counties. Name the counties "
                "wanted: counties=[...]."
            )
        return list(self.draws["county"].to_numpy())

    def site(self, name: str) -> xr.DataArray:
        """Return a site's draws, or say which sites there are."""
        if name not in self.draws:
            names = ", ".join(map(str, self.draws.data_vars))
            raise ValueError(f"The fit has no {name!r}; it has {names}.")
        return self.draws[name]

    def scalar(self, name: str) -> xr.DataArray:
        """Return the draws (sample,) of a scalar, ``alpha[Cass]`` too."""
        found = re.fullmatch(r"(\w+)\[(.+)\]", name)
        if found:
            base, county = found.groups()
            return self.per_county(base, [county]).isel(county=0)
        values = self.site(name)
        if "county" in values.dims:
            first = values["county"].to_numpy()[0]
            raise ValueError(
                f"{name!r} has one value a county: name one, as in "
                f"'{name}[{first}]'."
            )
        return values

    def check_scalars(self, names: Iterable[str]) -> None:
        """Refuse a fit without some scalars, or without its model's name."""
        for name in names:
            self.scalar(name)
        self.kind  # noqa: B018

    def per_county(self, name: str, counties: Iterable[str]) -> xr.DataArray:
        """Return draws (sample, county), repeated where nothing varies."""
        values = self.site(name)
        if "county" not in values.dims:
            values = values.expand_dims(county=list(counties))
        if "sample" not in values.dims:
            values = values.expand_dims(sample=self.draws.sizes["sample"])
        known(counties, values["county"].to_numpy())
        return values.sel(county=list(counties)).transpose("sample", "county")

    def means(self, name: str, counties: Iterable[str]) -> pd.Series:
        """Return the estimates (county,) of one site, a Series."""
        index = pd.Index(list(counties), name="county")
        if self.is_table:
            if name not in self.fit:
                raise ValueError(
                    f"The table has no column {name!r}; it has "
                    f"{', '.join(map(str, self.fit.columns))}."
                )
            known(counties, self.fit.index)
            return floats(name, self.fit[name].reindex(index))
        if self.moments is not None:
            rows = self._rows(self.moments, name, counties)
            return self.moments["mean"].loc[rows].set_axis(index)
        values = self.per_county(name, counties).mean("sample")
        return pd.Series(values.to_numpy(), index)

    def intervals(self, name: str, counties: Iterable[str]) -> pd.DataFrame:
        """Return mean and quantiles of one site, a row a county.

        Parameters
        ----------
        name : str
            A site: ``"alpha"``, ``"beta"``, ``"sigma"``.
        counties : sequence of str
            The rows wanted. A site without counties is repeated.

        Returns
        -------
        DataFrame
            Index county; columns mean, q05, q25, q75, q95.
        """
        values = self.per_county(name, counties)
        index = pd.Index(list(counties), name="county")
        columns = {
            key: values.quantile(share, "sample").to_numpy()
            for key, share in QUANTILES.items()
        }
        mean = self.means(name, counties).to_numpy()
        table = pd.DataFrame({"mean": mean} | columns, index)
        if self.summary is not None:
            rows = self._rows(self.summary, name, counties)
            for column in ("q05", "q95"):
                table[column] = self.summary.loc[rows, column].to_numpy()
        return table

    def population_mean(self, name: str) -> float | None:
        """Return the mean of ``mu_<name>``, None where there is none."""
        centre = f"mu_{name}"
        if self.is_table:
            return None
        if self.moments is not None:
            return self.moments["mean"].get(centre)
        if centre not in self.draws:
            return None
        return float(self.draws[centre].mean())

    def _rows(
        self, moments: pd.DataFrame, name: str, counties: Iterable[str]
    ) -> list[str]:
        index = moments.index
        if name in index:
            return [name for _ in counties]
        inside = [
            row[len(name) + 1 : -1]
            for row in index
            if row.startswith(f"{name}[")
        ]
        if not inside:
            sites = ", ".join(
                dict.fromkeys(row.split("[")[0] for row in index)
            )
            raise ValueError(f"The fit has no {name!r}; it has {sites}.")
        known(counties, inside)
        return [f"{name}[{county}]" for county in counties]


def with_lines(fits: Iterable[Fit], counties: list[str]) -> list[Estimates]:
    """Return estimates of fits, each of which has a line a county."""
    estimates = [Estimates(fit) for fit in fits]
    for fit in estimates:
        for name in ("alpha", "beta"):
            fit.means(name, counties)
        fit.kind  # noqa: B018
    return estimates


def lines(estimates: Estimates, county: str) -> np.ndarray:
    """Return draws of one county's line at both floors, (sample, 2)."""
    alpha = estimates.per_county("alpha", [county]).to_numpy()[:, 0]
    beta = estimates.per_county("beta", [county]).to_numpy()[:, 0]
    return np.column_stack([alpha, alpha + beta])

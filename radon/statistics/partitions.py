"""Many parts of a survey, each reduced where Dask puts it.

A part that cannot be used is no exception on its worker: its fault comes
back as text, so that all faults are known before anything is added up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from pathlib import Path
from typing import Any

import pandas as pd

from radon.data.cells import column
from radon.data.errors import RadonDataError, plural
from radon.statistics.parts import Recipe, statistics_of
from radon.statistics.sums import Statistics, combine

BATCH = 1 << 20  # homes of a file that are in memory at once
NAMED = 20  # bad parts that a message lists


def of_files(
    folder: str | Path, recipe: Recipe, scheduler: str | None
) -> Statistics:
    """Reduce the parquet files of a folder.

    Parameters
    ----------
    folder : str or pathlib.Path
        Searched for ``*.parquet``, in its own folders too.
    recipe : Recipe
        How to read them.
    scheduler : str, optional
        Address of a Dask scheduler whose workers see the same folder.

    Returns
    -------
    Statistics

    Raises
    ------
    RadonDataError
        If there is no such file, or any cannot be used; all are named.
    """
    folder = Path(str(folder).replace("\0", "")).resolve()
    files = sorted(folder.rglob("*.parquet"))
    if not files:
        raise RadonDataError(
            f"No file {folder}/*.parquet. Wanted a folder of parquet files, "
            "one row a home."
        )
    read = partial(_fault_or_statistics, _of_file, recipe=recipe)
    names = [str(file.relative_to(folder)) for file in files]
    return _total(_computed(read, files, scheduler), names, "file")


def of_dask(homes: Any, recipe: Recipe, scheduler: str | None) -> Statistics:
    """Reduce a Dask DataFrame, partition by partition.

    Parameters
    ----------
    homes : dask.dataframe.DataFrame
        One row a home.
    recipe : Recipe
        How to read it.
    scheduler : str, optional
        Address of a Dask scheduler.

    Returns
    -------
    Statistics

    Raises
    ------
    RadonDataError
        If a partition cannot be used; all are named by their number.
    """
    for name, holds in recipe.columns.items():
        column(homes._meta, name, holds)
    wanted = homes[list(recipe.columns)].to_delayed()
    read = partial(_fault_or_statistics, statistics_of, recipe=recipe)
    names = [f"partition {k}" for k in range(len(wanted))]
    return _total(_computed(read, wanted, scheduler), names, "partition")


def _computed(
    function: Callable[[Any], Statistics | str],
    parts: Iterable[Any],
    scheduler: str | None,
) -> Sequence[Statistics | str]:
    """Apply a function to every part, on a cluster or on this machine."""
    import dask

    tasks = [dask.delayed(function, pure=False)(part) for part in parts]
    if scheduler is None:
        return dask.compute(*tasks)
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        return client.gather(client.compute(tasks))


def _fault_or_statistics(
    function: Callable[[Any, Recipe], Statistics], part: Any, recipe: Recipe
) -> Statistics | str:
    try:
        return function(part, recipe)
    except RadonDataError as error:
        return str(error)


def _of_file(path: Path, recipe: Recipe) -> Statistics:
    """Reduce one file, a batch of homes at a time."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            names = pd.DataFrame(columns=file.schema_arrow.names)
            for name, holds in recipe.columns.items():
                column(names, name, holds)
            batches = file.iter_batches(BATCH, columns=list(recipe.columns))
            return reduce(combine, _of_batches(batches, recipe))
    except (OSError, pyarrow.ArrowException) as error:
        raise RadonDataError(f"it cannot be read: {error}") from None


def _of_batches(
    batches: Iterable[Any], recipe: Recipe
) -> Iterator[Statistics]:
    nothing = pd.DataFrame({name: [0] for name in recipe.columns}).iloc[:0]
    yield statistics_of(nothing, recipe)
    start = 0
    for batch in batches:
        homes = batch.to_pandas(ignore_metadata=True)
        homes.index = pd.RangeIndex(start, start + len(homes), name="row")
        yield statistics_of(homes, recipe)
        start += len(homes)


def _total(
    parts: Sequence[Statistics | str], names: list[str], noun: str
) -> Statistics:
    """Add the parts up, unless one of them is a fault."""
    faults = [
        f"- {name}: {part}"
        for name, part in zip(names, parts, strict=True)
        if isinstance(part, str)
    ]
    if faults:
        left = len(faults) - NAMED
        more = [f"- and {left:,} more"] if left > 0 else []
        raise RadonDataError(
            f"{len(faults)} of {plural(len(names), noun)} cannot be used, "
            "so none was:\n" + "\n".join([*faults[:NAMED], *more])
        )
    return reduce(
        combine, [part for part in parts if not isinstance(part, str)]
    )

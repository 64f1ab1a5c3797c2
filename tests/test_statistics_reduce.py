"""A survey reduced by pandas, by Dask and from files is one and the same."""

import re

import numpy as np
import pandas as pd
import pytest

import radon
from radon import RadonDataError
from radon.statistics import reduce

dask_frame = pytest.importorskip("dask.dataframe")
TOLERANCE = 1e-9


def assert_same(a, b, tolerance):
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(x, y, rtol=tolerance, atol=tolerance)


@pytest.fixture(scope="module")
def data():
    return radon.load_radon()


@pytest.fixture(scope="module")
def counties(data):
    return pd.concat([data.unmeasured, data.counties])


@pytest.fixture(scope="module")
def homes(data):
    return data.houses[["county", "floor", "radon"]].reset_index(drop=True)


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        silence_logs="ERROR",  # of a worker that is slow to leave
    ) as workers:
        yield workers


@pytest.fixture
def folder(homes, tmp_path):
    """Write the survey as five files of unequal size, one of them empty."""
    for k, rows in enumerate(
        np.split(np.arange(len(homes)), [1, 40, 40, 600])
    ):
        homes.iloc[rows].to_parquet(tmp_path / f"{k}.parquet")
    return tmp_path


def spoilt(homes, column, value):
    """Return a few homes, of which the third cannot be used."""
    few = homes.head(9).astype({column: object})
    few.loc[2, column] = value
    return few.astype({column: type(value)} if column != "county" else {})


def test_a_frame_gives_the_surveys_own_statistics(data, homes, counties):
    sums = reduce(homes, counties)
    assert_same(sums.statistics, data.statistics, 0)
    assert sums.counties.equals(data.counties)
    assert sums.unmeasured.equals(data.unmeasured)
    assert repr(sums) == (
        "Reduced(919 homes in 85 counties, 2 unmeasured, zeros='shift')"
    )


def test_what_is_known_of_counties_is_kept(data, homes, counties):
    design = reduce(homes, counties).design
    assert len(design.county) == len(design.floor) == 0
    for field in ("log_uranium", "mean_floor", "state"):
        np.testing.assert_array_equal(
            getattr(design, field), getattr(data.design, field)
        )
    assert design.n_counties == 85


def test_a_sketch_has_a_home_in_every_cell_that_has_any(data, homes, counties):
    sketch = reduce(homes, counties).sketch
    cells = data.houses.groupby(["county", "floor"])["log_radon"].mean()
    names = data.counties.index[sketch.design.county]
    drawn = pd.Series(sketch.log_radon, [names, sketch.design.floor])
    assert len(drawn) == len(cells)
    np.testing.assert_allclose(drawn[cells.index], cells)


def test_the_order_of_homes_and_counties_does_not_matter(homes, counties):
    rng = np.random.default_rng(4)
    shuffled = reduce(
        homes.iloc[rng.permutation(len(homes))],
        counties.iloc[rng.permutation(len(counties))],
    )
    straight = reduce(homes, counties)
    assert shuffled.counties.equals(straight.counties)
    assert_same(shuffled.statistics, straight.statistics, TOLERANCE)


def test_days_of_measuring_add_up(homes, counties):
    monday, tuesday = (
        reduce(homes.iloc[rows], counties)
        for rows in (slice(0, 7), slice(7, None))
    )
    assert len(monday.counties) < 85
    both, whole = monday + tuesday, reduce(homes, counties)
    assert_same(both.statistics, whole.statistics, TOLERANCE)
    assert both.counties.equals(whole.counties)


def test_what_does_not_add_up_is_refused(homes, counties):
    sums = reduce(homes, counties)
    with pytest.raises(RadonDataError, match="tables of 87 and 85 rows"):
        sums + reduce(homes, counties.iloc[2:])
    with pytest.raises(RadonDataError, match="one recipe"):
        sums + reduce(homes, counties, zeros="replace")
    with pytest.raises(TypeError):
        sums + 1


def test_logarithms_are_taken_as_they_are(data, counties):
    sums = reduce(data.houses, counties, log_radon="log_radon")
    assert_same(sums.statistics, data.statistics, 0)
    assert sums.to_pci(sums.from_pci(4.0)) == pytest.approx(4.0)


@pytest.mark.parametrize("name", ["radon", "radon_bq"])
def test_becquerels_are_turned_as_the_survey_turns_them(homes, counties, name):
    becquerels = homes.assign(radon=homes["radon"] * 37.0)
    becquerels = becquerels.rename(columns={"radon": name})
    asked = {"radon": name, "unit": "Bq/m3"}
    survey = radon.Radon.from_frame(
        becquerels, counties.drop(columns="log_uranium"), **asked
    )
    sums = reduce(becquerels, counties, **asked)
    assert_same(sums.statistics, survey.statistics, 0)


@pytest.mark.parametrize(
    ("name", "unit", "says"),
    [
        ("radon_bq", "pCi/L", "its name says Bq/m3, and unit='pCi/L'"),
        ("radon_pci_l", "Bq/m3", "its name says pCi/L, and unit='Bq/m3'"),
        ("radon", "Bq/m", "Did you mean 'Bq/m3'"),
    ],
)
def test_a_unit_is_refused_as_the_survey_refuses_it(
    homes, counties, name, unit, says
):
    named = homes.rename(columns={"radon": name})
    table = counties.drop(columns="log_uranium")
    for read in (reduce, radon.Radon.from_frame):
        with pytest.raises(RadonDataError, match=says):
            read(named, table, radon=name, unit=unit)


def test_outcomes_in_becquerels_are_refused(data, counties):
    with pytest.raises(RadonDataError, match="wanted log pCi/L"):
        reduce(data.houses, counties, log_radon="log_radon", unit="Bq/m3")


def test_a_county_is_found_by_code_as_by_name(data, counties):
    coded = data.houses.astype({"fips": int})
    sums = reduce(coded, counties, county="fips")
    assert_same(sums.statistics, data.statistics, 0)


@pytest.mark.parametrize(
    "types",
    [
        {"floor": bool},
        {"floor": "boolean", "radon": "Float64"},
        {"county": "category", "floor": "int8"},
        {"county": "string[pyarrow]", "radon": "double[pyarrow]"},
    ],
)
def test_every_type_that_holds_the_same_is_the_same(
    data, homes, counties, types
):
    sums = reduce(homes.astype(types), counties)
    assert_same(sums.statistics, data.statistics, 0)


def test_a_dask_frame_gives_the_same(data, homes, counties, cluster):
    frame = dask_frame.from_pandas(homes, npartitions=3)
    for scheduler in (None, cluster.scheduler_address):
        sums = reduce(frame, counties, scheduler=scheduler)
        assert_same(sums.statistics, data.statistics, TOLERANCE)
        assert sums.counties.equals(data.counties)


def test_a_folder_gives_the_same(data, folder, counties, cluster):
    for scheduler in (None, cluster.scheduler_address):
        sums = reduce(folder, counties, scheduler=scheduler)
        assert_same(sums.statistics, data.statistics, TOLERANCE)
    assert_same(reduce(str(folder), counties).totals, sums.totals, TOLERANCE)


def test_a_file_is_read_in_batches(data, homes, tmp_path, counties):
    homes.to_parquet(tmp_path / "all.parquet")
    from radon.statistics import partitions

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partitions, "BATCH", 100)
        sums = reduce(tmp_path, counties)
        late = homes.copy()
        late.loc[777, "floor"] = 9
        late.to_parquet(tmp_path / "all.parquet")
        with pytest.raises(RadonDataError, match="row 777: 9"):
            reduce(tmp_path, counties)
    assert_same(sums.statistics, data.statistics, TOLERANCE)


TEXT = pd.Series(["1"]).dtype  # pandas 2 and 3 call it otherwise
FAULTS = {
    "nothing": ("radon", np.nan, "'radon': 1 row of 9 are missing"),
    "endless": ("radon", np.inf, "'radon': 1 row of 9 are infinite"),
    "below": ("radon", -1.0, "'radon': 1 row of 9 are negative"),
    "upstairs": ("floor", 9, r"neither 0 nor 1 \(row 2: 9\)"),
    "elsewhere": ("county", "Saint Louis", "Did you mean 'St. Louis'"),
    "nowhere": ("county", None, "'county': 1 row of 9 are missing"),
    "written": (
        "radon",
        "1.5",
        f"'radon' is of type {TEXT}, wanted numbers",
    ),
    "said": ("floor", "1", f"'floor' is of type {TEXT}, wanted numbers"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_used_is_refused(homes, counties, fault):
    column, value, says = FAULTS[fault]
    with pytest.raises(RadonDataError, match=says):
        reduce(spoilt(homes, column, value), counties)


def test_all_bad_files_are_named_at_once(homes, folder, counties, cluster):
    for name, (column, value, _) in FAULTS.items():
        bad = spoilt(homes, column, value)
        bad.to_parquet(folder / f"{name}.parquet")
    homes.drop(columns="floor").to_parquet(folder / "floorless.parquet")
    (folder / "note.parquet").write_text("not parquet")
    says = {name: fault[2] for name, fault in FAULTS.items()} | {
        "floorless": "No column 'floor' for the floor",
        "note": "it cannot be read",
    }
    for scheduler in (None, cluster.scheduler_address):
        with pytest.raises(RadonDataError) as caught:
            reduce(folder, counties, scheduler=scheduler)
        first, *lines = str(caught.value).splitlines()
        assert first.startswith("10 of 15 files cannot be used, so none was")
        assert len(lines) == len(says)
        for line in lines:
            name = line.removeprefix("- ").split(".parquet: ")[0]
            assert re.search(says[name], line)


def test_a_bad_partition_is_named_by_its_number(homes, counties):
    bad = homes.astype({"radon": float})
    bad.loc[500, "radon"] = np.nan
    frame = dask_frame.from_pandas(bad, npartitions=3, sort=False)
    with pytest.raises(RadonDataError) as caught:
        reduce(frame, counties)
    assert "1 of 3 partitions" in str(caught.value)
    assert "- partition 1: Column 'radon'" in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"floor": "storey"}, "No column 'storey' for the floor"),
        ({"floor": "radon"}, "named for two purposes"),
        ({"zeros": "drop"}, "no recipe"),
        ({"scheduler": "tcp://head:8786"}, "without the scheduler"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(homes, counties, asked, says):
    with pytest.raises(RadonDataError, match=says):
        reduce(homes, counties, **asked)


def test_what_holds_no_homes_is_refused(tmp_path, counties):
    with pytest.raises(RadonDataError, match=r"No file .*/\*\.parquet"):
        reduce(tmp_path, counties)
    with pytest.raises(RadonDataError, match="homes are a list"):
        reduce([1, 2], counties)

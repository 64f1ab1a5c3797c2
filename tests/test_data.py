"""The survey as it is loaded, against its published figures."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import radon.tables
from radon.data import RadonDataError, load_radon

TABLES = Path(radon.tables.__file__).parent
ORIGINAL = Path(__file__).parent / "data" / "original.csv"


@pytest.fixture(scope="module")
def data():
    return load_radon()


@pytest.fixture(scope="module")
def nation():
    return load_radon(state=None)


@pytest.fixture(scope="module")
def original():
    return pd.read_csv(ORIGINAL, dtype={"fips": str})


@pytest.fixture(scope="module")
def everything():
    """Every row of the survey, as text."""
    houses = TABLES / "houses.csv"
    return pd.read_csv(houses, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def uranium():
    """Uranium of every county by FIPS code, as the table has it."""
    table = pd.read_csv(TABLES / "counties.csv", dtype={"fips": str})
    return table.set_index("fips")["uranium"]


def test_every_home_is_the_original_s_home(data, original):
    assert len(original) == len(data.houses)
    assert data.houses["fips"].tolist() == original["fips"].tolist()
    assert data.houses["floor"].tolist() == original["floor"].tolist()


def test_the_shifted_outcome_is_the_original_s(data, original):
    # NumPy's logarithm differs by a few last bits between its versions; two
    # readings, given to 0.1 pCi/L, differ by more than 1e-4 in theirs.
    np.testing.assert_allclose(
        data.log_radon, original["log_radon"], rtol=1e-13
    )


def test_eighty_nine_rows_do_not_become_927_homes(data):
    assert len(data.houses) == 919
    assert data.counties.index.is_unique
    assert data.counties["fips"].is_unique
    assert len(data.counties) + len(data.unmeasured) == 87


def test_minnesota_is_919_homes_in_85_counties(data):
    sizes = data.counties["n_houses"]
    assert len(sizes) == 85
    assert sizes.sum() == 919
    assert sizes.min() == 1
    assert sizes[sizes == 1].index.tolist() == [
        "Mahnomen",
        "Murray",
        "Wilkin",
    ]
    assert sizes.max() == sizes["St. Louis"] == 116
    assert sizes.median() == 5
    assert (sizes <= 5).sum() == 46
    assert data.dropped.empty


def test_a_county_s_homes_are_counted_from_the_homes(data):
    counted = data.houses["county"].value_counts()
    expected = data.counties["n_houses"].to_dict()
    assert counted.to_dict() == expected


def test_766_readings_are_from_basements_and_153_are_not(data):
    assert data.houses["floor"].value_counts().to_dict() == {0: 766, 1: 153}
    first = data.houses.groupby("county")["floor"].sum()
    assert (first == 0).sum() == 25


def test_92_first_floor_readings_are_in_houses_with_a_basement(data):
    upstairs = data.houses[data.houses["floor"] == 1]
    assert upstairs["basement"].sum() == 92
    assert upstairs["basement"].isna().any()


def test_three_homes_read_zero(data):
    assert (data.houses["radon"] == 0).sum() == 3


def test_grant_and_red_lake_have_uranium_and_no_home(data):
    apart = data.unmeasured
    assert apart["fips"].to_dict() == {"Grant": "27051", "Red Lake": "27125"}
    assert apart["n_houses"].tolist() == [0, 0]
    assert np.isfinite(apart["log_uranium"]).all()
    assert apart.columns.equals(data.counties.columns)


def test_counties_are_named_by_the_census_and_ordered_by_fips(data):
    names = {"St. Louis", "Lac qui Parle", "McLeod", "Lake of the Woods"}
    assert names <= set(data.counties.index)
    assert data.counties["fips"].is_monotonic_increasing
    assert not data.counties.index.is_monotonic_increasing


def test_uranium_follows_the_county_and_not_the_row(data, uranium):
    home = np.exp(data.design.log_uranium[data.design.county])
    expected = uranium.loc[data.houses["fips"]]
    np.testing.assert_allclose(home, expected, rtol=1e-15)


def test_the_design_says_what_the_tables_say(data):
    design = data.design
    assert design.n_counties == 85
    labels = data.coords["county"][design.county]
    assert labels.tolist() == data.houses["county"].tolist()
    shares = data.houses.groupby("county")["floor"].mean()
    np.testing.assert_allclose(
        design.mean_floor, shares.loc[data.counties.index], rtol=1e-15
    )
    assert design.state.tolist() == [0] * 85
    assert data.coords["state"].tolist() == ["MN"]
    assert data.coords["house"].tolist() == data.houses.index.tolist()
    integers = (design.county, design.floor, design.state)
    assert {column.dtype for column in integers} == {np.dtype(np.int64)}


def test_a_record_cannot_be_changed(data):
    with pytest.raises(ValueError, match="read-only"):
        data.design.county[0] = 3
    with pytest.raises(ValueError, match="read-only"):
        data.log_radon[0] = 3.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.zeros = "replace"


def test_sufficient_statistics_count_each_home_once(data):
    assert data.statistics.n.sum() == 919
    assert data.statistics.n[:, 1].sum() == 153


def test_the_two_recipes_differ_for_every_reading_but_zero():
    shifted, replaced = load_radon(), load_radon(zeros="replace")
    radon = shifted.houses["radon"].to_numpy()
    zero = radon == 0
    expected = {
        "shift": np.log(radon + 0.1),
        "replace": np.log(np.where(zero, 0.1, radon)),
    }
    for data in (shifted, replaced):
        np.testing.assert_allclose(
            data.log_radon, expected[data.zeros], rtol=1e-15
        )
    assert (shifted.log_radon > replaced.log_radon).tolist() == (
        ~zero
    ).tolist()


def test_the_action_level_depends_on_the_recipe():
    shifted, replaced = load_radon(), load_radon(zeros="replace")
    assert shifted.from_pci(4) == pytest.approx(np.log(4.1), rel=1e-15)
    assert replaced.from_pci(4) == pytest.approx(np.log(4), rel=1e-15)
    for data in (shifted, replaced):
        assert data.from_pci(0) == pytest.approx(np.log(0.1), rel=1e-15)


@pytest.mark.parametrize("zeros", ["shift", "replace"])
def test_radon_survives_the_way_to_its_logarithm_and_back(zeros):
    data = load_radon(zeros=zeros)
    radon = np.array([[0.4, 4.0], [273.5, 0.1]])
    back = data.to_pci(data.from_pci(radon))
    # exp(log(x + 0.1)) - 0.1 loses at most a few units of rounding
    np.testing.assert_allclose(back, radon, rtol=1e-14)
    assert data.to_pci([1.0, 2.0]).shape == (2,)


def test_an_outcome_below_every_reading_is_no_negative_radon(data):
    assert data.to_pci(np.log(0.1) - 1) == 0
    assert data.to_pci(data.from_pci(0)) == pytest.approx(0, abs=1e-15)


def test_conversions_keep_the_labels_of_a_series(data):
    radon = data.houses["radon"]
    assert data.from_pci(radon).index.equals(radon.index)
    assert data.to_pci(data.houses["log_radon"]).index.equals(radon.index)


@pytest.mark.parametrize("dtype", ["string", object, "category", "Float64"])
def test_readings_that_are_text_have_logarithms_too(data, dtype):
    plain = pd.Series([0.5, 4.0], index=["a", "b"])
    text = plain.astype(str).astype(dtype)
    expected = data.from_pci(plain)
    pd.testing.assert_series_equal(
        data.from_pci(text), expected, check_dtype=dtype != "Float64"
    )
    assert data.from_pci(["0.5", "4"]) == pytest.approx(expected.to_numpy())


@pytest.mark.parametrize(
    "bad",
    [-0.1, [1.0, np.nan], np.inf, "much", pd.Series(["1", "much"])],
    ids=str,
)
def test_what_has_no_logarithm_is_refused(data, bad):
    with pytest.raises(RadonDataError, match="pCi/L"):
        data.from_pci(bad)


def test_the_survey_is_12_777_rows_of_eight_regions(everything):
    assert len(everything) == 12_777
    assert everything["state"].nunique() == 8
    codes = everything["floor"].value_counts()
    assert codes["9"] == 287
    assert {"2", "3"} < set(codes.index)


def test_the_tribal_region_is_left_out_and_counted(everything, nation):
    tribal = everything[everything["state"] == "R5"]
    assert len(tribal) == nation.dropped["region R5"] == 934
    minnesota = load_radon().counties["fips"]
    assert tribal["fips"].isin(minnesota).sum() == 263
    assert "R5" not in nation.coords["state"]


def test_every_home_without_a_county_is_the_tribal_region_s(
    everything, uranium
):
    lost = everything[~everything["fips"].isin(uranium.index)]
    assert lost["state"].value_counts().to_dict() == {"R5": 204}


def test_the_nation_is_11_523_homes_of_seven_states(everything, nation):
    states = everything[everything["state"] != "R5"]
    assert len(states) == 11_843
    assert states["fips"].nunique() == 439
    assert nation.coords["state"].tolist() == sorted(states["state"].unique())
    assert len(nation.coords["state"]) == 7
    dropped = nation.dropped
    assert dropped["floor code 9"] == 280
    assert dropped["floor code 2"] + dropped["floor code 3"] == 40
    assert len(nation.houses) == 11_523
    assert len(nation.houses) + dropped.sum() == len(everything)
    assert len(nation.counties) == 439
    assert set(nation.houses["floor"]) == {0, 1}


def test_a_home_keeps_its_state(everything, nation):
    kept = everything[everything["state"] != "R5"]
    kept = kept[kept["floor"].isin(["0", "1"])]
    state = nation.coords["state"][nation.design.state[nation.design.county]]
    assert state.tolist() == kept["state"].tolist()


def test_59_county_names_are_found_in_more_than_one_state(nation):
    names = nation.counties.index.str.rsplit(", ", n=1).str[0]
    states = nation.counties["state"].groupby(names).nunique()
    assert (states > 1).sum() == 59
    assert nation.counties.index.is_unique


def test_a_city_and_a_county_of_one_name_stay_two(nation):
    missouri = load_radon("MO").counties
    assert missouri.loc["St. Louis", "fips"] == "29189"
    assert missouri.loc["St. Louis city", "fips"] == "29510"
    assert {"St. Louis, MO", "St. Louis, MN"} < set(nation.counties.index)


def test_uranium_zero_is_missing_and_180_homes_have_it(everything, nation):
    unknown = nation.counties[nation.counties["uranium"].isna()]
    assert set(unknown.index) == {
        "Barnstable, MA",
        "Dukes, MA",
        "Suffolk, MA",
        "La Paz, AZ",
    }
    assert unknown["log_uranium"].isna().all()
    homes = everything[everything["state"] != "R5"]["fips"]
    assert homes.isin(unknown["fips"]).sum() == 180
    assert np.isfinite(nation.counties["log_uranium"]).sum() == 435


def test_the_states_of_the_survey_add_up_to_the_nation(nation):
    states = [load_radon(state) for state in nation.coords["state"]]
    assert sum(len(data.houses) for data in states) == len(nation.houses)
    assert sum(len(data.counties) for data in states) == len(nation.counties)
    left_out = sum(data.dropped.sum() for data in states)
    assert left_out + nation.dropped["region R5"] == nation.dropped.sum()


@pytest.mark.parametrize(
    ("state", "essentials"),
    [
        ("mn", "Did you mean 'MN'"),
        ("Minnesota", "It has 'AZ', 'IN'"),
        ("WI", "It has 'AZ', 'IN'"),
        ("R5", "tribal region"),
        (27, "It has 'AZ', 'IN'"),
    ],
)
def test_a_state_without_a_survey_is_refused(state, essentials):
    with pytest.raises(RadonDataError, match=essentials):
        load_radon(state)


def test_an_unknown_recipe_is_refused():
    with pytest.raises(RadonDataError, match="Did you mean 'replace'"):
        load_radon(zeros="replaced")


def test_new_homes_stand_in_the_full_county_table(data):
    design = data.at(["Aitkin", "St. Louis"], [0, 1])
    names = data.coords["county"][design.county]
    assert names.tolist() == ["Aitkin", "St. Louis"]
    assert design.floor.tolist() == [0, 1]
    assert design.n_counties == 85
    assert (design.log_uranium == data.design.log_uranium).all()


@pytest.mark.parametrize(
    ("county", "floor", "homes"),
    [
        ("Aitkin", 0, 1),
        ("Aitkin", [0, 1], 2),
        (["Aitkin", "Anoka", "Cass"], 1, 3),
        (pd.Series(["Aitkin"]), np.array([True, False]), 2),
        (["Aitkin"], [1.0], 1),
    ],
)
def test_one_county_or_floor_serves_for_many_homes(data, county, floor, homes):
    design = data.at(county, floor)
    assert len(design.county) == len(design.floor) == homes


@pytest.mark.parametrize(
    ("county", "floor", "essentials"),
    [
        ("Saint Louis", 0, "Did you mean 'St. Louis'"),
        ("LACQUIPARLE", 0, "Did you mean 'Lac qui Parle'"),
        ("Hennepin ", 0, "Did you mean 'Hennepin'"),
        ("Paris", 0, "No county named 'Paris'"),
        ("Grant", 0, "No home was measured in 'Grant'"),
        (["Aitkin", "Red Lake"], 0, "No home was measured in 'Red Lake'"),
        (["Aitkin", "Anoka"], [0, 1, 0], "2 counties and 3 floors"),
        ([], 0, "0 counties"),
        (7, 0, "No county named 7"),
        ("Aitkin", 2, "neither 0 nor 1"),
        ("Aitkin", None, "missing"),
    ],
)
def test_a_home_that_cannot_be_placed_is_refused(
    data, county, floor, essentials
):
    with pytest.raises(RadonDataError, match=essentials):
        data.at(county, floor)


def test_a_county_of_the_nation_is_suggested_with_its_state(nation):
    with pytest.raises(RadonDataError, match="Did you mean 'Aitkin, MN'"):
        nation.at("Aitkin", 0)

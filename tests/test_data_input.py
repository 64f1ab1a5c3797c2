"""A reader's own homes: what is refused, and what is taken as it is."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import radon.tables
from radon.data import Radon, RadonDataError, load_radon, read_csv

TABLES = Path(radon.tables.__file__).parent
TEXT = "county,floor,radon\nCass,0,3.1\nCass,1,0\nClay,0,5.2\n"


@pytest.fixture
def homes():
    return pd.DataFrame(
        {
            "county": ["Cass", "Cass", "Clay"],
            "floor": [0, 1, 0],
            "radon": [3.1, 0.0, 5.2],
        }
    )


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "fips": ["27027", "27021", "27051"],
            "county": ["Clay", "Cass", "Grant"],
            "state": ["MN", "MN", "MN"],
            "uranium": [1.4, 0.5, 1.5],
        }
    )


@pytest.fixture
def written(tmp_path):
    """Write a file and return its path."""

    def write(content, name="homes.csv"):
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return path

    return write


def refused(*essentials):
    """Expect an error that says all of these, in this order."""
    return pytest.raises(
        RadonDataError,
        match="(?s)" + ".*".join(re.escape(part) for part in essentials),
    )


def same(data, other):
    """Whether two surveys hold the same homes in the same counties."""
    pd.testing.assert_frame_equal(data.houses, other.houses)
    pd.testing.assert_frame_equal(data.counties, other.counties)
    assert data.coords["county"].tolist() == other.coords["county"].tolist()
    return True


# Files


def test_a_file_and_a_frame_give_the_same_survey(written, homes):
    assert same(read_csv(written(TEXT)), Radon.from_frame(homes))


def test_a_missing_file_is_named_with_the_folder_it_was_sought_from():
    with refused("No file 'nowhere.csv'", str(Path.cwd()), "correct"):
        read_csv("nowhere.csv")


def test_a_folder_is_no_file(written):
    path = written(TEXT)
    with refused(str(path.parent), "folder", "'homes.csv'"):
        read_csv(path.parent)


@pytest.mark.parametrize(
    ("content", "essentials"),
    [
        ("", ["homes.csv", "empty (0 bytes)", "Wanted a header"]),
        ("\n \n", ["homes.csv", "empty (3 bytes)", "Wanted a header"]),
        (",,\n,,\n", ["no filled cell", "Wanted a header"]),
        (
            "county,floor,radon\n",
            ["header and no rows", "county, floor, radon", "Wanted one line"],
        ),
        (
            TEXT + "Clay,1",
            ["1 row of 4", "3 fields", "line 5: 2", "cut off", "again"],
        ),
        (TEXT + "Clay,1,", ["'radon'", "1 row of 4", "missing", "line 5"]),
        (TEXT + 'Clay,"1', ["line 5", "unexpected end of data", "quotation"]),
        (
            "county,floor,radon\nCass,0\nClay,0,5.2\n",
            ["1 row of 2", "line 2: 2", "fill short lines up"],
        ),
        (
            "county,floor,radon\nCass,0,3,1\nClay,0,5,2\n",
            ["2 rows of 2", "line 2: 4, line 3: 4", "decimals with a point"],
        ),
        (
            TEXT.replace(",", ";"),
            ["semicolons", "wanted commas", "sep=';', decimal=','"],
        ),
        (TEXT.replace(",", "\t"), ["tabs", "wanted commas", "sep='\\t'"]),
        (
            TEXT.replace("Clay", "Cláy").encode("latin-1"),
            ["not UTF-8", "line 4", "0xe1 0x79", "Save it as UTF-8"],
        ),
        (
            TEXT.encode("utf-16"),
            ["not UTF-8", "line 1", "0xff 0xfe", "'utf-16'"],
        ),
        (
            TEXT.encode("utf-16-le"),
            ["0x00", "line 1", "UTF-16", "Save it as UTF-8"],
        ),
        (
            "County,floor,radon\nCass,0,3.1\n",
            ["No column 'county'", "Did you mean 'County'", "county='...'"],
        ),
        (
            "county,level,radon\nCass,0,3.1\n",
            ["No column 'floor'", "'county', 'level', 'radon'", "floor='...'"],
        ),
        (
            "county,floor,radon,floor\nCass,0,3.1,1\n",
            ["'floor'", "2 columns", "Rename or drop"],
        ),
        (
            TEXT + "Cass,9,1.0\nClay,2,1.0\n",
            ["'floor'", "2 rows of 5", "neither 0 nor 1", "line 5: '9'"],
        ),
        (
            TEXT + "\nClay,0,<0.5\n",
            ["'radon'", "1 row of 4", "not numbers", "line 6: '<0.5'"],
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(written, content, essentials):
    with refused(*essentials):
        read_csv(written(content))


@pytest.mark.parametrize(
    "content",
    [
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        "\ufeff" + TEXT,
        TEXT.rstrip("\n"),
        TEXT.replace("\n", "\n\n") + ",,\n",
        TEXT.replace(",", " , "),
        TEXT.replace("Cass", '"Cass"'),
        "note,county,floor,radon\nx,Cass,0,3.1\n,Cass,1,0\ny,Clay,0,5.2\n",
        "county,floor,radon\nCass,0.0,3.10\nCass,1.0,0e0\nClay,0,5.2\n",
    ],
    ids=[
        "CRLF",
        "CR",
        "a byte order mark",
        "no end of the last line",
        "empty lines",
        "spaces around fields",
        "quotation marks",
        "an extra column",
        "numbers written otherwise",
    ],
)
def test_a_file_written_otherwise_is_the_same_survey(written, homes, content):
    assert same(read_csv(written(content)), Radon.from_frame(homes))


def test_a_field_that_spans_lines_does_not_shift_the_line_numbers(written):
    content = 'county,note,floor,radon\nCass,"a\nb",0,3.1\nClay,,9,1.0\n'
    with refused("'floor'", "line 4: '9'"):
        read_csv(written(content))


def test_the_survey_s_own_files_can_be_read_back(written):
    data = load_radon()
    path = written(data.houses.to_csv(index=False))
    counties = pd.read_csv(TABLES / "counties.csv")
    minnesota = counties[counties["state"] == "MN"]
    again = read_csv(path, minnesota)
    assert (again.log_radon == data.log_radon).all()
    for mine, theirs in zip(again.design, data.design, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert again.unmeasured.index.tolist() == data.unmeasured.index.tolist()


# Frames


def test_counties_without_a_table_are_those_of_the_homes(homes):
    data = Radon.from_frame(homes)
    assert data.counties.index.tolist() == ["Cass", "Clay"]
    assert data.counties["n_houses"].tolist() == [2, 1]
    assert np.isnan(data.design.log_uranium).all()
    assert data.unmeasured.empty
    assert data.dropped.empty


def test_a_county_table_brings_uranium_and_counties_without_homes(
    homes, table
):
    data = Radon.from_frame(homes, table)
    assert data.counties.index.tolist() == ["Cass", "Clay"]
    assert data.unmeasured.index.tolist() == ["Grant"]
    np.testing.assert_array_equal(data.design.log_uranium, np.log([0.5, 1.4]))
    assert data.houses["fips"].tolist() == ["27021", "27021", "27027"]


def test_the_order_of_either_table_does_not_matter(homes, table):
    data = Radon.from_frame(homes, table)
    turned = Radon.from_frame(homes.iloc[::-1], table.iloc[::-1])
    pd.testing.assert_frame_equal(data.counties, turned.counties)
    assert turned.log_radon.tolist() == data.log_radon[::-1].tolist()


def test_homes_and_counties_join_by_fips_however_it_is_written(homes, table):
    by_name = Radon.from_frame(homes, table)
    table["fips"] = ["04001", "04003", "04005"]
    expected = Radon.from_frame(homes, table)
    homes = homes.drop(columns="county")
    for codes in (
        ["04003", "04003", "04001"],
        [4003, 4003, 4001],
        [4003.0, 4003.0, 4001.0],
        ["4003.0", " 4003", "4001"],
    ):
        data = Radon.from_frame(
            homes.assign(code=codes, fips=codes), table, county="fips"
        )
        assert data.houses["fips"].tolist() == ["04003", "04003", "04001"]
        assert data.houses["county"].tolist() == ["Cass", "Cass", "Clay"]
        assert same(data, expected)
    assert by_name.counties.index.tolist() != data.counties.index.tolist()


def test_the_counties_of_a_survey_serve_as_a_table(homes):
    minnesota = load_radon()
    table = pd.concat([minnesota.counties, minnesota.unmeasured])
    data = Radon.from_frame(homes, table)
    assert len(data.counties) == 2
    assert len(data.unmeasured) == 85
    assert data.counties.loc["Cass", "fips"] == "27021"
    assert data.counties["n_houses"].tolist() == [2, 1]


def test_columns_may_have_names_of_their_own(homes):
    names = {"county": "where", "floor": "level", "radon": "pCi/L"}
    renamed = homes.rename(columns=names)
    data = Radon.from_frame(
        renamed, county="where", floor="level", radon="pCi/L"
    )
    assert same(data, Radon.from_frame(homes))


def test_basements_are_kept_where_they_are_known(homes):
    told = homes.assign(basement=["Y", "N", "0"])
    kept = Radon.from_frame(told).houses["basement"]
    assert kept.iloc[:2].tolist() == [True, False]
    assert kept.isna().tolist() == [False, False, True]
    assert Radon.from_frame(homes).houses["basement"].isna().all()


@pytest.mark.parametrize(
    "told",
    [
        ["Y", "n", None],
        ["Yes", " NO ", "NA"],
        ["TRUE", "false", ""],
        [True, False, None],
        [1, 0, np.nan],
        ["1", "0", np.nan],
        pd.array([True, False, pd.NA], dtype="boolean"),
        pd.Categorical(["y", "N", "0"]),
    ],
)
def test_a_basement_is_told_in_many_ways(homes, told):
    kept = Radon.from_frame(homes.assign(basement=told)).houses["basement"]
    assert kept.dtype == "boolean"
    assert kept.iloc[:2].tolist() == [True, False]
    assert kept.isna().tolist() == [False, False, True]


@pytest.mark.parametrize("other", ["crawl space", "2", "Y?", 0.5])
def test_a_basement_that_is_neither_yes_nor_no_is_refused(homes, other):
    told = homes.assign(basement=["Y", other, "N"])
    with refused("'basement'", "1 row", f"row 1: {other!r}", "Y or N"):
        Radon.from_frame(told)


@pytest.mark.parametrize(
    "convert",
    [
        lambda frame: frame.convert_dtypes(),
        lambda frame: frame.astype({"county": "category"}),
        lambda frame: frame.assign(
            county=pd.Categorical(
                frame["county"], categories=["Zion", "Clay", "Cass", "Aitkin"]
            )
        ),
        lambda frame: frame.astype({"county": "string", "radon": "Float64"}),
        lambda frame: frame.astype({"floor": "category", "radon": "object"}),
        lambda frame: frame.astype({"floor": float}),
        lambda frame: frame.astype({"floor": bool}),
        lambda frame: frame.astype({"floor": "boolean"}),
        lambda frame: frame.astype({"floor": "Int8"}),
        lambda frame: frame.astype(str),
        lambda frame: frame.assign(county=frame["county"] + "  "),
        lambda frame: frame.assign(colour="red", length=np.inf),
        lambda frame: frame.set_index(pd.Index([7, 7, 7])),
        lambda frame: frame.set_index(pd.Index(["a", "b", "c"], name="radon")),
        lambda frame: frame[["radon", "floor", "county"]],
    ],
    ids=[
        "extension types",
        "a categorical county",
        "categories that no home has",
        "a string county",
        "a categorical floor",
        "a floating floor",
        "a true or false floor",
        "a nullable floor",
        "a short floor",
        "everything as text",
        "county names with spaces at their ends",
        "extra columns",
        "an index of one value",
        "an index with a column's name",
        "columns in another order",
    ],
)
def test_a_frame_of_other_types_is_the_same_survey(homes, convert):
    assert same(Radon.from_frame(convert(homes)), Radon.from_frame(homes))


def test_the_homes_of_a_survey_without_codes_can_be_read_again(homes):
    data = Radon.from_frame(homes)
    assert data.houses["fips"].isna().all()
    assert same(Radon.from_frame(data.houses), data)


def test_a_frame_is_not_changed(homes, table):
    before, counties = homes.copy(), table.copy()
    Radon.from_frame(homes, table)
    pd.testing.assert_frame_equal(homes, before)
    pd.testing.assert_frame_equal(table, counties)


@pytest.mark.parametrize(
    ("column", "values", "essentials"),
    [
        ("radon", [1.0, np.nan, 2.0], ["1 row of 3", "missing", "row 1: nan"]),
        ("radon", [1.0, None, None], ["2 rows of 3", "missing", "row 1"]),
        ("radon", ["1", "NA", " "], ["2 rows of 3", "missing", "1: 'NA'"]),
        (
            "radon",
            [1.0, np.inf, -np.inf],
            ["2 rows", "infinite", "1: inf"],
        ),
        ("radon", ["1", "inf", "2"], ["1 row", "infinite", "row 1: 'inf'"]),
        ("radon", [1.0, -0.5, -1.0], ["2 rows", "negative", "row 1: -0.5"]),
        (
            "radon",
            ["1", "low", "<1"],
            ["2 rows", "not numbers", "1: 'low'"],
        ),
        ("radon", ["1,5", "1_5", "１"], ["3 rows", "not numbers", "a point"]),
        ("radon", [1.0, True, 2.0], ["1 row", "not numbers", "row 1: True"]),
        (
            "radon",
            pd.to_datetime(["1987-11-29"] * 3),
            ["3 rows", "not numbers", "Timestamp"],
        ),
        ("radon", [1.0, 1 + 2j, 2.0], ["3 rows", "not numbers"]),
        ("floor", [0, 9, 2], ["2 rows", "0 nor 1", "row 1: 9", "basement"]),
        ("floor", [0, 0.5, 1], ["1 row", "neither 0 nor 1", "row 1: 0.5"]),
        ("floor", [0, -1, 1], ["1 row", "neither 0 nor 1", "row 1: -1"]),
        ("floor", ["0", "up", "1"], ["1 row", "not numbers", "row 1: 'up'"]),
        ("floor", [0, np.nan, 1], ["1 row", "missing", "drop homes"]),
        ("county", ["Cass", None, "Clay"], ["1 row", "missing", "row 1"]),
        (
            "county",
            ["Cass", "  ", "Clay"],
            ["1 row", "missing", "1: '  '"],
        ),
        ("county", ["Cass", "CASS", "Clay"], ["'CASS'", "one spelling"]),
        ("county", ["Cass", "St Louis", "St. Louis"], ["2 spellings"]),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(
    homes, column, values, essentials
):
    homes[column] = values
    with refused(f"'{column}'", *essentials):
        Radon.from_frame(homes)


def test_only_the_first_offending_rows_are_listed(homes):
    many = pd.concat([homes] * 4, ignore_index=True).assign(floor=9)
    with refused("12 rows of 12", "row 0: 9", "row 4: 9 and 7 more") as error:
        Radon.from_frame(many)
    assert "row 5" not in str(error.value)


def test_a_frame_without_rows_is_refused(homes):
    with refused("no rows", "Wanted one row a home"):
        Radon.from_frame(homes[homes["radon"] > 100])


def test_something_else_than_a_frame_is_refused(homes, table):
    with refused("a dict", "pandas.DataFrame"):
        Radon.from_frame(homes.to_dict())
    with refused("county table is a list", "pandas.DataFrame"):
        Radon.from_frame(homes, table["county"].tolist())


def test_one_column_cannot_serve_twice(homes):
    with refused("two purposes", "Wanted three columns"):
        Radon.from_frame(homes, floor="radon")


def test_a_missing_and_a_doubled_column_are_refused(homes):
    with refused("No column 'radon'", "Say which one", "radon='...'"):
        Radon.from_frame(homes.drop(columns="radon"))
    twice = pd.concat([homes, homes[["radon"]]], axis=1)
    with refused("'radon'", "2 columns", "Rename or drop"):
        Radon.from_frame(twice)


@pytest.mark.parametrize(
    ("name", "essentials"),
    [
        ("CLAY", ["No county 'CLAY'", "Did you mean 'Clay'"]),
        ("Kass", ["No county 'Kass'", "Did you mean 'Cass'"]),
        ("Paris", ["No county 'Paris'", "add the county"]),
    ],
)
def test_a_county_that_the_table_lacks_is_refused(
    homes, table, name, essentials
):
    homes.loc[2, "county"] = name
    with refused("'county'", "1 row of 3", f"row 2: '{name}'", *essentials):
        Radon.from_frame(homes, table)


def test_an_error_names_the_reader_s_own_column(homes, table):
    homes = homes.rename(columns={"county": "where"})
    homes.loc[2, "where"] = "Klay"
    with refused("'where'", "1 row of 3", "Did you mean 'Clay'"):
        Radon.from_frame(homes, table, county="where")
    homes.loc[1, "where"] = "klay"
    with refused("'where'", "2 spellings"):
        Radon.from_frame(homes, county="where")


def test_two_counties_of_one_label_are_refused(homes, table):
    table.loc[2, "county"] = "Clay"
    with refused("'county'", "2 rows of 3", "row 0: 'Clay', row 2", "apart"):
        Radon.from_frame(homes, table)
    homes["fips"] = ["27021", "27021", "27027"]
    with refused("'county'", "2 rows of 3", "row 0: 'Clay', row 2", "apart"):
        Radon.from_frame(homes, table, county="fips")


def test_one_fips_code_for_two_counties_is_refused(homes, table):
    homes["fips"] = ["27021", "27021", "27027"]
    table["fips"] = [27027, 27021, 27027]
    with refused("'fips'", "2 rows of 3", "share"):
        Radon.from_frame(homes, table, county="fips")


def test_one_label_in_two_states_is_refused_without_a_table(homes):
    homes = homes.assign(county="Clay", state=["MN", "MO", "MN"])
    with refused("'county'", "row 0: 'Clay (MN)'", "'Clay, MO'"):
        Radon.from_frame(homes)


@pytest.mark.parametrize(
    ("column", "value"), [("fips", "27051"), ("state", "MO")]
)
def test_a_home_whose_code_contradicts_its_county_is_refused(
    homes, table, column, value
):
    code = {"fips": ["27021", "27021", "27027"], "state": ["MN"] * 3}
    Radon.from_frame(homes.assign(**code), table)
    code[column][2] = value
    with refused(f"'{column}'", "1 row of 3", f"row 2: '{value}'", "'Clay'"):
        Radon.from_frame(homes.assign(**code), table)


@pytest.mark.parametrize(
    ("uranium", "essentials"),
    [
        ([1.4, "much", 1.5], ["1 row of 3", "not numbers", "row 1: 'much'"]),
        ([1.4, -0.5, 1.5], ["1 row of 3", "negative", "parts per million"]),
        ([1.4, np.inf, 1.5], ["1 row of 3", "infinite", "row 1: inf"]),
    ],
)
def test_uranium_that_is_no_concentration_is_refused(
    homes, table, uranium, essentials
):
    with refused("'uranium'", *essentials):
        Radon.from_frame(homes, table.assign(uranium=uranium))


@pytest.mark.parametrize("unknown", [0, 0.0, np.nan, None, "", "NA"])
def test_uranium_of_zero_or_none_is_unknown(homes, table, unknown):
    table["uranium"] = pd.Series([1.4, unknown, 1.5], dtype=object)
    data = Radon.from_frame(homes, table)
    assert np.isnan(data.counties.loc["Cass", "log_uranium"])
    assert np.isnan(data.counties.loc["Cass", "uranium"])


def test_zeros_follow_the_recipe_of_the_reader(homes):
    shifted = Radon.from_frame(homes).log_radon
    replaced = Radon.from_frame(homes, zeros="replace").log_radon
    np.testing.assert_allclose(np.exp(shifted), [3.2, 0.1, 5.3], rtol=1e-14)
    np.testing.assert_allclose(np.exp(replaced), [3.1, 0.1, 5.2], rtol=1e-14)


# Units


@pytest.mark.parametrize("name", ["radon", "Bq/m3", "radon_bq", "Rn [Bq m-3]"])
def test_becquerels_are_turned_into_picocuries(homes, name):
    becquerels = homes.assign(radon=homes["radon"] * 37.0)
    data = Radon.from_frame(
        becquerels.rename(columns={"radon": name}), radon=name, unit="Bq/m3"
    )
    np.testing.assert_allclose(data.houses["radon"], homes["radon"])
    np.testing.assert_allclose(
        data.log_radon, Radon.from_frame(homes).log_radon, rtol=1e-14
    )


def test_a_file_s_unit_is_turned_too(written):
    text = "county,floor,radon\nCass,0,148\nClay,1,0\n"
    data = read_csv(written(text), unit="Bq/m3")
    assert data.houses["radon"].tolist() == [4.0, 0.0]


@pytest.mark.parametrize(
    "name", ["Bq/m3", "radon_bq", "RADON BQ", "radon_Bqm3", "bq.per.m3"]
)
def test_a_name_that_contradicts_the_unit_is_refused(homes, name):
    renamed = homes.rename(columns={"radon": name})
    with refused(f"'{name}'", "says Bq/m3", "'pCi/L'", "unit='Bq/m3'"):
        Radon.from_frame(renamed, radon=name)


def test_picocuries_given_as_becquerels_are_refused(homes):
    renamed = homes.rename(columns={"radon": "radon_pci_l"})
    with refused("'radon_pci_l'", "says pCi/L", "'Bq/m3'", "unit='pCi/L'"):
        Radon.from_frame(renamed, radon="radon_pci_l", unit="Bq/m3")


@pytest.mark.parametrize(
    "name", ["abqradon", "radon_kBq", "pCi/L (from Bq/m3)", "radon"]
)
def test_a_name_that_says_no_unit_is_no_contradiction(homes, name):
    renamed = homes.rename(columns={"radon": name})
    assert same(Radon.from_frame(renamed, radon=name), Radon.from_frame(homes))


def test_an_unknown_unit_is_refused(homes):
    with refused("'Bq/m'", "Did you mean 'Bq/m3'", "Wanted", "convert"):
        Radon.from_frame(homes, unit="Bq/m")
    with refused("'WL'", "'pCi/L', 'Bq/m3'"):
        Radon.from_frame(homes, unit="WL")


def test_a_large_reading_is_no_error(homes):
    high = Radon.from_frame(homes.assign(radon=[101.0, 10.0, 7400.0]))
    assert high.houses["radon"].tolist() == [101.0, 10.0, 7400.0]


def test_a_reading_below_the_limit_of_detection_is_not_to_be_dropped(homes):
    below = homes.astype({"radon": object})
    below.loc[1, "radon"] = "<0.5"
    with refused("not numbers", "row 1: '<0.5'", "too high", "half of the"):
        Radon.from_frame(below)
    with refused("not numbers", "row 1: 'low'") as error:
        Radon.from_frame(below.replace("<0.5", "low"))
    assert "half" not in str(error.value)


def test_further_spellings_are_counted_only_where_there_are_some(homes):
    homes["county"] = ["Cass", "CASS", "Clay"]
    with refused("2 spellings. Choose one"):
        Radon.from_frame(homes)
    twice = pd.concat([homes, homes.replace({"Clay": "CLAY"})])
    with refused("'Cass', 'CASS'", "2 spellings (and 1 more like it)"):
        Radon.from_frame(twice)

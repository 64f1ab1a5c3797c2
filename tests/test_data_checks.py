"""Inputs on which a model would be wrong without a word."""

import re

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from radon.data import (
    Design,
    Radon,
    RadonDataError,
    check_design,
    load_radon,
    require_uranium,
)


@pytest.fixture(scope="module")
def data():
    return load_radon()


def refused(*essentials):
    """Expect an error that says all of these, in this order."""
    return pytest.raises(
        RadonDataError,
        match="(?s)" + ".*".join(re.escape(part) for part in essentials),
    )


def changed(array, place, value):
    """Return a copy in which one entry is another."""
    copy = np.array(array)
    copy[place] = value
    return copy


def test_the_survey_passes_unchanged(data):
    design, log_radon = check_design(data.design, data.log_radon)
    for mine, theirs in zip(design, data.design, strict=True):
        np.testing.assert_array_equal(mine, theirs)
        assert mine.dtype == theirs.dtype
    assert log_radon.tolist() == data.log_radon.tolist()


def test_a_design_without_an_outcome_may_leave_counties_empty(data):
    design, nothing = check_design(data.at("Aitkin", [0, 1]))
    assert nothing is None
    assert design.n_counties == 85


def test_other_types_are_converted(data):
    given = Design(
        county=jnp.array(data.design.county),
        floor=data.design.floor.astype(bool),
        log_uranium=data.design.log_uranium.tolist(),
        mean_floor=pd.Series(data.design.mean_floor),
        state=data.design.state.astype(np.int8),
    )
    design, log_radon = check_design(given, pd.Series(data.log_radon))
    for mine, theirs in zip(design, data.design, strict=True):
        np.testing.assert_array_equal(mine, theirs)
        assert mine.dtype == theirs.dtype
    assert log_radon.dtype == np.float64


def test_an_integer_outcome_becomes_a_float(data):
    whole = np.arange(919)
    _, log_radon = check_design(data.design, whole)
    assert log_radon.dtype == np.float64
    assert (log_radon == whole).all()


def test_a_county_index_counted_from_1_is_refused(data):
    design = data.design._replace(county=data.design.county + 1)
    with refused("'county'", "2 rows of 919", "0 to 84", "row 917: 85", "1"):
        check_design(design, data.log_radon)
    with refused("count from 1: subtract 1"):
        check_design(design)


def test_counted_from_1_with_a_county_too_many_is_refused(data):
    design = data.design
    longer = design._replace(
        county=design.county + 1,
        log_uranium=np.append(design.log_uranium, 0.0),
        mean_floor=np.append(design.mean_floor, 0.0),
        state=np.append(design.state, 0),
    )
    with refused("'county'", "1 of 86 counties", "index 0", "from 0"):
        check_design(longer, data.log_radon)


def test_a_county_index_of_minus_1_is_refused(data):
    county = changed(data.design.county, [3, 8], -1)
    with refused("'county'", "2 rows of 919", "row 3: -1, row 8: -1", "found"):
        check_design(data.design._replace(county=county), data.log_radon)


def test_too_few_counties_are_refused(data):
    design = data.design
    shorter = design._replace(
        log_uranium=design.log_uranium[:-1],
        mean_floor=design.mean_floor[:-1],
        state=design.state[:-1],
    )
    with refused("'county'", "2 rows of 919", "0 to 83", "row 917: 84"):
        check_design(shorter, data.log_radon)


def test_too_many_counties_are_refused(data):
    design = data.design
    longer = design._replace(
        log_uranium=np.append(design.log_uranium, [0.0, 0.0]),
        mean_floor=np.append(design.mean_floor, [0.0, 0.0]),
        state=np.append(design.state, [0, 0]),
    )
    with refused("'county'", "2 of 87", "no home", "85, 86", "from_frame"):
        check_design(longer, data.log_radon)


def test_county_columns_of_different_lengths_are_refused(data):
    with refused("county columns differ", "'state': 84", "every county"):
        check_design(data.design._replace(state=data.design.state[:-1]))


@pytest.mark.parametrize(
    ("county", "essentials"),
    [
        (0.5, ["1 row", "not whole", "row 3: 0.5", "from 0"]),
        (np.nan, ["1 row", "missing", "row 3: nan", "from 0"]),
        (np.inf, ["1 row", "infinite", "row 3: inf"]),
    ],
)
def test_a_county_index_that_is_no_index_is_refused(data, county, essentials):
    broken = changed(data.design.county.astype(float), 3, county)
    with refused("'county'", *essentials):
        check_design(data.design._replace(county=broken), data.log_radon)


def test_floor_9_is_refused(data):
    floor = changed(data.design.floor, [0, 5], 9)
    with refused("'floor'", "2 rows of 919", "row 0: 9, row 5: 9", "basement"):
        check_design(data.design._replace(floor=floor), data.log_radon)


def test_a_floor_column_of_another_length_is_refused(data):
    with refused("'floor' has 1 row", "'county' has 919"):
        check_design(data.design._replace(floor=[0]), data.log_radon)


@pytest.mark.parametrize(
    ("outcome", "essentials"),
    [
        (lambda y: y[:1], ["has 1 row", "'county' has 919", "same order"]),
        (lambda y: y[:-1], ["has 918 rows", "'county' has 919"]),
        (lambda y: y[:, None], ["(919, 1)", "one dimension", "reshape(-1)"]),
        (lambda y: y[None, :], ["(1, 919)", "one dimension", "reshape(-1)"]),
        (lambda y: pd.DataFrame({"y": y}), ["(919, 1)", "one dimension"]),
        (lambda y: y[0], ["shape ()", "one dimension"]),
        (lambda y: changed(y, 4, np.nan), ["1 row of 919", "row 4: nan"]),
        (lambda y: changed(y, 4, np.inf), ["infinite", "row 4: inf"]),
        (
            lambda y: np.ma.masked_array(y, np.arange(919) == 4),
            ["1 row of 919", "missing", "row 4"],
        ),
        (lambda y: y.astype(str).tolist()[:-1] + ["?"], ["row 918: '?'"]),
        (lambda y: y > 1, ["919 rows", "not numbers", "row 0: False"]),
        (lambda y: [[1.0], [2.0, 3.0]], ["differ in length"]),
    ],
)
def test_an_outcome_that_would_be_stretched_or_lost_is_refused(
    data, outcome, essentials
):
    with refused("'log_radon'", *essentials):
        check_design(data.design, outcome(data.log_radon))


def test_one_home_is_a_survey():
    home = pd.DataFrame({"county": ["Cass"], "floor": [0], "radon": [3.1]})
    data = Radon.from_frame(home)
    design, log_radon = check_design(data.design, data.log_radon)
    assert len(log_radon) == len(design.county) == design.n_counties == 1


@pytest.mark.parametrize(
    ("state", "essentials"),
    [([1] * 85, ["leave out 0"]), ([-1] + [0] * 84, ["from -1 to 0"])],
)
def test_a_state_index_that_skips_a_state_is_refused(data, state, essentials):
    with refused("'state'", *essentials):
        check_design(data.design._replace(state=state), data.log_radon)


def test_something_else_than_a_design_is_refused(data):
    with refused("is a tuple", "data.design"):
        check_design(tuple(data.design), data.log_radon)
    with refused("no rows"):
        check_design(data.design._replace(county=[], floor=[]))


def test_uranium_models_refuse_counties_without_uranium_by_name():
    nation = load_radon(state=None)
    with refused(
        "'log_uranium'",
        "4 of 439 counties",
        "'La Paz, AZ', 'Barnstable, MA', 'Dukes, MA', 'Suffolk, MA'",
        "leave these counties' homes out",
    ):
        require_uranium(nation)
    where = np.flatnonzero(np.isnan(nation.design.log_uranium))
    with refused("4 of 439", ", ".join(map(str, where))):
        require_uranium(nation.design)
    require_uranium(load_radon())
    require_uranium(load_radon("PA").design)

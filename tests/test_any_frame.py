"""Any table of homes is read right, or refused by column, row and remedy.

Tables are made up of cells whose meaning is known beforehand, right ones and
damaged ones, so that what is to come out is known without the package: homes
are counted and their logarithms added up cell by cell, in plain Python.
"""

import datetime
import math
import re
from statistics import fmean

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from radon import Radon, RadonDataError, read_csv
from radon.statistics import reduce

often = settings(
    max_examples=60, derandomize=True, deadline=None, database=None
)
DAMAGED = None
REMEDIES = ["Correct", "Drop", "Fill", "Floor", "Readings", "Write", "'<0.5'"]

# A cell and what it means.
COUNTIES = [
    ("Cass", "Cass"),
    (" Clay ", "Clay"),
    ("St. Louis", "St. Louis"),
    ("Żory", "Żory"),
    (12, "12"),
    ("12.0", "12"),
]
NO_COUNTIES = [None, math.nan, "", "  ", "NA", ["Cass"], b"Cass", math.inf]
FLOORS = [(0, 0), (1, 1), (0.0, 0), (1.0, 1)]
TOLD_FLOORS = [("0", 0), (" 1 ", 1), (True, 1), (False, 0), ("1.0", 1)]
NO_FLOORS = [9, 2, -1, 0.5, None, math.nan, "up", "", [0], "NA", "１"]
NO_READINGS = [
    -0.5,
    -9999,
    None,
    math.nan,
    math.inf,
    "low",
    "<0.5",
    "1,5",
    "1_5",
    "",
    True,
    [1.0],
    datetime.date(1987, 11, 29),
    10**400,
]
readings = st.one_of(
    st.floats(0, 1e6).map(lambda x: (x, x)),
    st.integers(0, 10_000).map(lambda x: (x, float(x))),
    st.just((0.0, 0.0)),
)
told_readings = st.floats(0, 1e6).map(lambda x: (f" {x!r} ", x))


CELLS = {
    "county": (st.sampled_from(COUNTIES), NO_COUNTIES),
    "floor": (st.sampled_from(FLOORS + TOLD_FLOORS), NO_FLOORS),
    "radon": (readings | told_readings, NO_READINGS),
}
OF_NUMBERS = CELLS | {
    "floor": (st.sampled_from(FLOORS), NO_FLOORS),
    "radon": (readings, NO_READINGS),
}
KNOWN = [label for _, label in COUNTIES[:5]]
AT_FAULT = [(), (), ("county",), ("floor",), ("radon",), tuple(CELLS)]


@st.composite
def homes(draw, kinds=CELLS, at_fault=AT_FAULT):
    """Draw a table and the meaning of its cells, by column."""
    n = draw(st.integers(1, 8))
    columns = {
        name: draw(st.lists(right, min_size=n, max_size=n))
        for name, (right, _) in kinds.items()
    }
    for name in draw(st.sampled_from(at_fault)):
        for row in draw(st.sets(st.integers(0, n - 1), min_size=1)):
            cell = draw(st.sampled_from(kinds[name][1]))
            columns[name][row] = (cell, DAMAGED)
    names = draw(st.permutations(list(columns)))
    index = pd.Index(draw(st.permutations(range(100, 100 + n))), name="home")
    frame = pd.DataFrame(
        {
            name: column([cell for cell, _ in columns[name]], index)
            for name in names
        }
    )
    meaning = {
        name: [meant for _, meant in pairs] for name, pairs in columns.items()
    }
    return frame, meaning


def column(cells, index):
    """Return cells as a column, of objects where pandas 2 wants it told."""
    kind = object if 10**400 in cells else None
    return pd.Series(cells, index, dtype=kind)


def reduced(frame):
    """Reduce homes of any county that is drawn."""
    return reduce(frame, pd.DataFrame({"county": KNOWN}))


def damage(meaning):
    """Return the rows at fault of each column that has some."""
    wrong = {
        name: {i for i, cell in enumerate(meant) if cell is DAMAGED}
        for name, meant in meaning.items()
    }
    return {name: rows for name, rows in wrong.items() if rows}


def said(error, wrong, row_of):
    """Hold a message against the cells at fault: column, row and remedy."""
    found = re.match(
        r"Column '(\w+)': (\d+) rows? of \d+ .*? \((\w+ \d+): .*\)\. (\S+)",
        str(error),
        re.DOTALL,
    )
    name, count, row, remedy = found.groups()
    assert int(count) <= len(wrong[name])
    assert row in {row_of(i) for i in wrong[name]}
    assert remedy in REMEDIES


def plainly(meaning, shift=0.1):
    """Count homes, and average and square their logarithms, cell by cell."""
    seen = {}
    for county, floor, radon in zip(*meaning.values(), strict=True):
        seen.setdefault((county, floor), []).append(math.log(radon + shift))
    return {
        cell: (len(y), fmean(y), sum((x - fmean(y)) ** 2 for x in y))
        for cell, y in seen.items()
    }


def agree(statistics, counties, expected):
    """Hold sums by county and floor against those counted plainly."""
    for j, county in enumerate(counties):
        for floor in (0, 1):
            n, mean, squares = expected.get((county, floor), (0, 0.0, 0.0))
            assert statistics.n[j, floor] == n
            assert statistics.mean[j, floor] == pytest.approx(mean)
            assert statistics.sum_of_squares[j, floor] == pytest.approx(
                squares, abs=1e-9
            )


@often
@given(homes())
def test_a_table_of_homes_is_read_right_or_refused(drawn):
    frame, meaning = drawn
    wrong = damage(meaning)
    if wrong:
        with pytest.raises(RadonDataError) as caught:
            Radon.from_frame(frame)
        said(caught.value, wrong, lambda i: f"home {frame.index[i]}")
        return
    data = Radon.from_frame(frame)
    assert data.houses["county"].tolist() == meaning["county"]
    assert data.houses["floor"].tolist() == meaning["floor"]
    assert data.houses["radon"].tolist() == meaning["radon"]
    assert data.counties.index.tolist() == sorted(set(meaning["county"]))
    place = [data.counties.index[j] for j in data.design.county]
    assert place == meaning["county"]
    agree(data.statistics, data.counties.index, plainly(meaning))


@pytest.mark.parametrize(
    ("name", "cell"),
    [(name, cell) for name, (_, cells) in CELLS.items() for cell in cells],
    ids=repr,
)
@settings(often, max_examples=4)
@given(homes(OF_NUMBERS, at_fault=[()]), st.integers(0, 7))
def test_no_damaged_cell_is_overlooked_wherever_it_stands(
    name, cell, drawn, at
):
    frame, meaning = drawn
    row = at % len(frame)
    cells = [*frame[name][:row], cell, *frame[name][row + 1 :]]
    frame = frame.assign(**{name: column(cells, frame.index)})
    for read in (Radon.from_frame, reduced):
        with pytest.raises(RadonDataError) as caught:
            read(frame)
        message = str(caught.value)
        if read is Radon.from_frame or "is of type" not in message:
            wrong = {name: {row}}
            said(message, wrong, lambda i: f"home {frame.index[i]}")


@often
@given(homes(OF_NUMBERS))
def test_a_table_is_reduced_right_or_refused(drawn):
    """Text is refused as a type of its column, by which no row is named."""
    frame, meaning = drawn
    wrong = damage(meaning)
    if wrong:
        with pytest.raises(RadonDataError) as caught:
            reduced(frame)
        message = str(caught.value)
        if "is of type" not in message:
            said(caught.value, wrong, lambda i: f"home {frame.index[i]}")
        else:
            assert message.split("'")[1] in wrong
            assert "Convert it where the table is made" in message
        return
    agree(reduced(frame).totals, KNOWN, plainly(meaning))


@often
@given(homes(), st.integers(1, 7))
def test_parts_of_a_table_add_up_to_the_whole(drawn, at):
    frame, meaning = drawn
    assume(not damage(meaning))
    frame = Radon.from_frame(frame).houses
    parts = reduced(frame.iloc[:at]) + reduced(frame.iloc[at:])
    agree(parts.totals, KNOWN, plainly(meaning))


def written(cell):
    """Write a cell as a file has it."""
    if cell is None or isinstance(cell, float) and math.isnan(cell):
        return ""
    text = str(cell)
    quote = '"' if "," in text else ""
    return f"{quote}{text}{quote}"


PLAIN = str | int | float | None


@often
@given(homes())
def test_a_file_of_homes_is_read_right_or_refused(tmp_path_factory, drawn):
    frame, meaning = drawn
    written_otherwise = frame.map(
        lambda cell: (
            not isinstance(cell, PLAIN)
            or isinstance(cell, bool)
            or cell in (math.inf, 10**400)
        )
    )
    assume(not written_otherwise.any(axis=None))
    rows = [",".join(frame.columns)]
    rows += [",".join(map(written, row)) for row in frame.to_numpy(object)]
    path = tmp_path_factory.getbasetemp() / "homes.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    wrong = damage(meaning)
    if wrong:
        with pytest.raises(RadonDataError) as caught:
            read_csv(path)
        said(caught.value, wrong, lambda i: f"line {i + 2}")
        return
    data = read_csv(path)
    agree(data.statistics, data.counties.index, plainly(meaning))


@often
@given(
    st.one_of(
        st.binary(max_size=80),
        st.text('county,floor,radon\n\r01."; \t\0é|', max_size=80).map(
            str.encode
        ),
        st.text('01,."\n;é', max_size=40).map(
            lambda rest: f"county,floor,radon\nCass,0,1\n{rest}".encode()
        ),
    )
)
def test_a_file_of_anything_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "anything.csv"
    path.write_bytes(content)
    try:
        data = read_csv(path)
    except RadonDataError as error:
        assert str(error).rstrip().endswith((".", "'"))
    else:
        assert len(data.houses) == data.statistics.n.sum() > 0
        assert np.isfinite(data.log_radon).all()


@often
@given(
    st.dictionaries(
        st.sampled_from(["county", "floor", "radon", "fips", "state", 3]),
        st.sampled_from(["floats", "text", "dates", "truths", "nothing"]),
    )
)
def test_a_table_of_anything_is_read_or_refused(columns):
    kinds = {
        "floats": [0.0, 1.0],
        "text": ["0", "1"],
        "dates": pd.to_datetime(["1987-11-29", "1988-11-29"]),
        "truths": [True, False],
        "nothing": [None, None],
    }
    frame = pd.DataFrame({name: kinds[kind] for name, kind in columns.items()})
    try:
        data = Radon.from_frame(frame)
    except RadonDataError as error:
        assert "olumn" in str(error)
    else:
        assert len(data.houses) == 2
        assert data.houses["radon"].tolist() == [0.0, 1.0]

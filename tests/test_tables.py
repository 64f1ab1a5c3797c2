"""The committed tables, against the codebook and against each other."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from radon.tables import outlines, rebuild, survey

FOLDER = Path(rebuild.HERE)
ORIGINAL = Path(__file__).parent / "data" / "original.csv"


@pytest.fixture(scope="module")
def counties():
    text = (FOLDER / "counties.csv").read_text(encoding="utf-8")
    return {row["fips"]: row for row in csv.DictReader(io.StringIO(text))}


@pytest.fixture(scope="module")
def shapes():
    """Read the outer rings of every county, as arrays of degrees."""
    text = (FOLDER / "minnesota.geojson").read_text(encoding="utf-8")
    rings = {}
    for feature in json.loads(text)["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        rings[feature["id"]] = [np.array(polygon[0]) for polygon in polygons]
        assert all(len(polygon) == 1 for polygon in polygons)
    return rings


def segments(ring):
    """Split a ring into borders, pairs of points in its direction."""
    points = [tuple(point) for point in ring]
    return list(zip(points[:-1], points[1:], strict=True))


def inside(point, ring):
    """Whether a ray from the point eastwards crosses the ring oddly."""
    x, y = point
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return np.sum(crosses & (x < at)) % 2 == 1


@pytest.mark.parametrize(
    "path",
    [
        FOLDER / "houses.csv",
        FOLDER / "counties.csv",
        FOLDER / "minnesota.geojson",
        ORIGINAL,
    ],
    ids=lambda path: path.name,
)
def test_a_table_is_the_one_of_the_codebook(path):
    content = path.read_bytes()
    line = next(
        line
        for line in rebuild.CODEBOOK.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{path.name}`")
    )
    rows, size = [cell.strip() for cell in line.split("|")[3:5]]
    assert rebuild.published()[path.name] == rebuild.sha256(content)
    assert size == f"{len(content):,}"
    if path.suffix == ".csv":
        assert rows == f"{len(content.splitlines()) - 1:,}"


def test_the_tables_stay_small():
    sizes = [path.stat().st_size for path in FOLDER.glob("*.csv")]
    assert max(sizes) < 500_000
    assert (FOLDER / "minnesota.geojson").stat().st_size < 40_000


def test_the_original_s_file_is_the_one_the_facts_name():
    assert rebuild.RAW["pymc3/examples/data/radon.csv"].startswith("4101a87a")


def test_a_county_has_one_row_and_a_name_of_its_own_in_its_state(counties):
    assert len(counties) == 3_111
    assert list(counties) == sorted(counties)
    names = {(row["state"], row["county"]) for row in counties.values()}
    assert len(names) == len(counties)


def test_a_state_has_one_postal_code(counties):
    codes = {(fips[:2], row["state"]) for fips, row in counties.items()}
    # 48 states and the District of Columbia: no Alaska, no Hawaii
    assert len(codes) == len({code for _, code in codes}) == 49
    assert "CN" not in {code for _, code in codes}


def test_unknown_uranium_is_empty_and_never_zero(counties):
    uranium = [row["uranium"] for row in counties.values()]
    assert all(float(value) > 0 for value in uranium if value)
    assert 0 < sum(value == "" for value in uranium) < 83


def test_a_county_s_first_row_is_kept():
    cty = (
        b"stfips,ctfips,st,cty,lon,lat,Uppm\n"
        b"27,019,MN,CARVER, -93.803,  44.821,1.10061\n"
        b"27,019,MN,CARVER, -93.574,  44.900,1.10061\n"
        b"09,001,CN,FAIRFIELD, -73.372,  41.225,0\n"
    )
    geometries = [
        {"id": "27019", "properties": {"name": "Carver"}},
        {"id": "09001", "properties": {"name": "Fairfield"}},
    ]
    atlas = {"objects": {"counties": {"geometries": geometries}}}
    table = survey.counties(cty, json.dumps(atlas)).decode().splitlines()
    assert table[1:] == [
        "09001,CT,Fairfield,,-73.372,41.225",
        "27019,MN,Carver,1.10061,-93.803,44.821",
    ]


def test_every_county_of_minnesota_is_drawn_under_its_name(counties):
    text = (FOLDER / "minnesota.geojson").read_text(encoding="utf-8")
    drawn = {
        feature["properties"]["fips"]: feature["properties"]["county"]
        for feature in json.loads(text)["features"]
    }
    named = {
        fips: row["county"]
        for fips, row in counties.items()
        if row["state"] == "MN"
    }
    assert len(drawn) == 87
    assert drawn == named


def test_every_county_s_centroid_lies_in_its_outline(shapes, counties):
    misplaced = [
        fips
        for fips, rings in shapes.items()
        for row in [counties[fips]]
        for point in [(float(row["longitude"]), float(row["latitude"]))]
        if not any(inside(point, ring) for ring in rings)
    ]
    # Half of Cook County (27031) is Lake Superior, which is not drawn.
    assert misplaced == ["27031"]


def test_neighbours_share_their_borders(shapes):
    borders = [
        pair
        for rings in shapes.values()
        for ring in rings
        for pair in segments(ring)
    ]
    assert len(set(borders)) == len(borders)
    # A border between two counties is walked once each way; what is walked
    # one way only is the state's own border, and encloses the same area.
    outer = [pair for pair in borders if pair[::-1] not in set(borders)]
    assert len(outer) < len(borders) / 2
    state = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in outer) / 2
    parts = sum(
        outlines.area(ring) for rings in shapes.values() for ring in rings
    )
    assert state == pytest.approx(parts, rel=1e-9)
    starts = sorted(start for start, _ in outer)
    assert starts == sorted(end for _, end in outer)


def test_outlines_run_anticlockwise_and_never_cross_themselves(shapes):
    for fips, rings in shapes.items():
        for ring in rings:
            assert outlines.area(ring) > 0, fips
            assert (ring[0] == ring[-1]).all(), fips
            assert len({tuple(p) for p in ring}) == len(ring) - 1, fips
            assert not crossing(ring), fips


def crossing(ring):
    """Whether two borders of a ring cross between their ends."""
    start, end = ring[:-1], ring[1:]

    def side(p, a, b):
        return np.sign(
            (b[:, None, 0] - a[:, None, 0]) * (p[None, :, 1] - a[:, None, 1])
            - (b[:, None, 1] - a[:, None, 1]) * (p[None, :, 0] - a[:, None, 0])
        )

    apart = side(start, start, end) * side(end, start, end) < 0
    return bool((apart & apart.T).any())


def test_minnesota_is_as_large_as_it_is(shapes):
    # A degree of latitude is 111.2 km; of longitude, that times its cosine.
    km2 = sum(
        outlines.area(ring) * 111.2**2 * np.cos(np.radians(ring[:, 1].mean()))
        for rings in shapes.values()
        for ring in rings
    )
    # The Census gives 225,163 km2 with water, 206,232 km2 without. Its
    # outlines leave out Lake Superior (some 6,600 km2) and no other lake.
    assert km2 == pytest.approx(225_163 - 6_600, rel=0.01)


def test_a_point_on_the_chord_is_dropped_and_a_corner_kept():
    line = np.array([[0.0, 0.0], [0.5, 0.0], [1.0, 0.0], [1.0, 1.0]])
    thin = outlines.simplified(line, 1e-9)
    assert thin.tolist() == [[0, 0], [1, 0], [1, 1]]


def test_an_island_keeps_a_shape():
    island = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)
    assert len(outlines.simplified(island, 0.1)) > 3


def test_a_damaged_raw_file_is_refused(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "pymc3.whl", "w") as wheel:
        for name in rebuild.RAW:
            wheel.writestr(name, "something else")
    with pytest.raises(SystemExit, match=r"SHA-256 .* wanted"):
        rebuild.unpack(tmp_path)


def test_a_missing_raw_file_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"srrs2\.dat is in no archive"):
        rebuild.unpack(tmp_path)


def test_without_npm_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(rebuild.shutil, "which", lambda name: None)
    monkeypatch.setattr(rebuild.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="Install Node"):
        rebuild.npm()
    with pytest.raises(SystemExit, match="needs pip"):
        rebuild.pip()

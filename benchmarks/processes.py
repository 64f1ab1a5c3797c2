"""Fresh processes, one after the other, and what they ran on."""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from shutil import which

import pandas as pd

HERE = Path(__file__).parent
RESULTS = HERE / "results"


def contender(name, *, seed=1, calls=1, script="contenders.py"):
    """Run one contender in a fresh Python process; return what it says."""
    return fresh(script, name, seed, calls)


def fresh(script, *arguments):
    """Run a Python script of this folder; return the JSON that it prints."""
    return json.loads(_output([sys.executable, HERE / script, *arguments]))


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


def machine():
    """Describe the machine and the versions that the times belong to."""
    packages = ["numpy", "scipy", "pandas", "jax", "numpyro", "arviz"]
    if which("Rscript"):
        r, lme4, blas = rscript("versions.R").split()
    else:
        r = lme4 = blas = "not installed"
    rows = {
        "processor": _processor(),
        "CPUs": os.cpu_count(),
        "system": platform.system(),
        "Python": platform.python_version(),
        **{package: version(package) for package in packages},
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


def _output(command):
    environment = os.environ | {
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": str(HERE.parent),
        "TQDM_DISABLE": "1",
    }
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)  # compile every time
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr}")
    return done.stdout

"""The peers' environment: made once, and anew when its list changes.

Usage: python benchmarks/environment.py [PYTHON]

PyStan's programs do not load in Python 3.13, so a 3.12 is looked for: the one
named, else the first that starts of those on PATH and of pyenv's.
"""

import subprocess
import sys
from pathlib import Path
from shutil import which

HERE = Path(__file__).parent
FOLDER = HERE.parent / ".cache" / "peers"
WANTED = HERE / "requirements.txt"
VERSION = "3.12"


def peers_python(python=None):
    """Return the interpreter of the peers' environment; make it if need be."""
    made = FOLDER / "installed.txt"
    inside = FOLDER / "bin" / "python"
    if made.exists() and made.read_text() == WANTED.read_text():
        return inside
    print(f"Making {FOLDER.relative_to(HERE.parent)}", flush=True)
    _run(python or _find(), "-m", "venv", "--clear", FOLDER)
    _run(inside, "-m", "pip", "install", "--quiet", "-r", WANTED)
    made.write_text(WANTED.read_text())
    return inside


def _find():
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{VERSION}*/bin/python3"))
    on_path = which(f"python{VERSION}")
    for candidate in filter(None, [on_path, sys.executable, *pyenv]):
        said = "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run(
            [candidate, "-c", said], capture_output=True, text=True
        )
        if done.stdout.strip() == VERSION:  # a name on PATH may be a shim
            return candidate
    raise SystemExit(
        f"No Python {VERSION} starts, and the peers need it. Install it, or "
        "name it: python benchmarks/environment.py PYTHON"
    )


def _run(*command):
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr}")


if __name__ == "__main__":
    print(peers_python(*sys.argv[1:]))

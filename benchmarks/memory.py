"""How much memory a process has held at most."""

import re
from pathlib import Path


def peak():
    """Megabytes that this program has held at most, on Linux.

    `getrusage` would also count what the process that started it held.
    """
    status = Path("/proc/self/status").read_text()
    (kibibytes,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kibibytes) * 1024 / 1e6

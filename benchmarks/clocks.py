"""Two clocks: the wall's, and the processor's with all that it started.

This file needs Python alone, so that the peers' environment has it too.
"""

import os
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple


class Seconds(NamedTuple):
    """How long something took: for who waits, and of all processors."""

    wall: float
    processor: float


def timed(function, *arguments, **options):
    """Call a function; return what it took and what it returned."""
    wall, processor = perf_counter(), processor_time()
    result = function(*arguments, **options)
    return (
        Seconds(perf_counter() - wall, processor_time() - processor),
        result,
    )


def processor_time():
    """Seconds that this session's processes have used so far.

    Some samplers run a chain in a process of its own.  Where Linux tells,
    the processes of this session are added up, those that have ended with
    whoever waited for them; elsewhere this process alone counts.
    """
    here = Path("/proc/self/stat")
    if not here.exists():
        return process_time()
    session = _fields(here)[3]
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = _fields(path)
        except OSError:  # it has just ended
            continue
        if fields[3] == session:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(path):
    """Fields of a process's status from the third on; see ``man 5 proc``."""
    return path.read_text().rpartition(")")[2].split()

"""What the benchmarks count, before anything is measured."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
COUNTS_CHILDREN = """
import subprocess, sys
from clocks import timed
burn = "x = sum(i * i for i in range(6_000_000))"
took, _ = timed(subprocess.run, [sys.executable, "-c", burn])
print(took.wall, took.processor)
"""
TELLS_ITS_PEAK = "from memory import peak; print(peak())"


def printed(program, **options):
    """Run a program in a process of its own; return the numbers it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=BENCHMARKS,
        capture_output=True,
        text=True,
        check=True,
        **options,
    )
    return [float(number) for number in done.stdout.split()]


@pytest.fixture
def scripts(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="no /proc to read"
)
def test_a_child_s_work_is_counted_by_the_processors_clock():
    """A sampler that runs a chain in a process of its own gains nothing."""
    wall, processor = printed(COUNTS_CHILDREN, start_new_session=True)
    assert 0.1 < processor < wall + 0.1


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="no /proc to read"
)
def test_a_process_does_not_own_to_the_memory_of_its_parent():
    held = np.ones(25_000_000)
    (peak,) = printed(TELLS_ITS_PEAK)
    assert 1 < peak < held.nbytes / 1e6


def test_the_worst_parameter_is_the_one_with_fewest_effective_samples(scripts):
    from judging import POPULATION, judged

    rng = np.random.default_rng(1)
    draws = {name: rng.normal(size=(4, 1000)) for name in POPULATION}
    draws["sigma_beta"] = np.repeat(draws["sigma_beta"][:, ::20], 20, axis=1)
    found = judged(draws, 3)
    assert found["worst"] == "sigma_beta"
    assert 100 < found["effective"] < 400
    assert (found["draws"], found["divergences"]) == (4000, 3)


def test_contenders_are_held_against_the_best_peer(scripts):
    """At either clock the best peer may be another one."""
    from hierarchical import OURS, PEERS, table_of

    def run(effective, first, compiled):
        told = {"worst": "sigma", "draws": 4000, "divergences": 0}
        told["effective"] = effective
        return {
            "load": 1.0,
            "first": told | {"wall": first, "processor": first},
            "compiled": told | {"wall": compiled, "processor": compiled},
        }

    seen = {name: [run(1000, 10, 1)] for name in OURS | PEERS}
    seen["pystan"] = [run(1000, 100, 0.5)]
    seen["exact"] = [run(4000, 1, 0.1)]
    table = table_of(seen)
    assert table.loc["nutpie", "times the best peer, with compiling"] == 1
    assert table.loc["pystan", "times the best peer, compiled"] == 1
    assert table.loc["exact", "times the best peer, with compiling"] == 40
    assert table.loc["exact", "times the best peer, compiled"] == 20


def test_every_package_of_the_peers_is_pinned(scripts):
    from processes import versions_of_peers

    lines = (BENCHMARKS / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"\S+==\S+", pin) for pin in pins)
    assert set(versions_of_peers()) == {"PyMC", "nutpie", "PyStan"}


def test_the_original_s_path_is_made_of_chapters(scripts, tmp_path):
    """A chapter that is renamed is renamed there too."""
    from building import EDITED, PATH, only_path

    toc = only_path(tmp_path) / "_toc.yml"
    named = re.findall(r"book/[a-z-]+", toc.read_text())
    assert named == [f"book/{name}" for name in PATH]
    assert all((BENCHMARKS.parent / f"{name}.md").is_file() for name in named)
    assert EDITED in PATH

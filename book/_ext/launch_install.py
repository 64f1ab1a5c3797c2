"""Install the book's package and what it needs, where it is missing.

Of what is here already nothing moves but ArviZ before version 1.
"""


def prepare(version, wheel, address):
    """Install the wheel that lies beside the notebook, or at the address."""
    import os
    import subprocess
    import sys
    import tempfile
    from importlib import invalidate_caches, metadata
    from pathlib import Path

    def installed():
        return {item.name: item.version for item in metadata.distributions()}

    def pip(*words):
        command = [sys.executable, "-m", "pip", *words]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
        return done.stdout

    before = installed()
    if "radon" in before:
        raise RuntimeError(
            f"Another program named radon ({before['radon']}, which measures "
            "code) is installed here, and the two cannot live together. Run "
            "`%pip uninstall -y radon radon-book`, restart the kernel and "
            "run this cell again."
        )
    if before.get("radon-book") != version:
        beside = Path(wheel).resolve()
        if not beside.exists() and not address:
            raise RuntimeError(
                f"{wheel} is not beside this notebook: `make bundle` puts "
                "both in one folder."
            )
        source = beside.as_uri() if beside.exists() else address + wheel
        present = pip("list", "--format=freeze", "--exclude", "radon-book")
        held = [
            line
            for line in present.splitlines()
            if not line.startswith("arviz==0.")
        ]
        with tempfile.TemporaryDirectory() as folder:
            constraints = Path(folder, "held.txt")
            constraints.write_text("\n".join(held))
            pip(
                "install",
                "--constraint",
                str(constraints),
                f"radon-book[chapters] @ {source}",
            )
        invalidate_caches()
        for name, now in sorted(installed().items()):
            if before.get(name) != now:
                print(name, before.get(name, "not here"), "->", now)

    # A program compiled once is ready when the next cell needs it again.
    cache = Path(tempfile.gettempdir(), "radon-book")
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(cache))
    for least in ("COMPILE_TIME_SECS", "ENTRY_SIZE_BYTES"):
        os.environ.setdefault(f"JAX_PERSISTENT_CACHE_MIN_{least}", "-1")

    import radon

    if not hasattr(radon, "load_radon"):
        raise RuntimeError(
            f"The radon found at {radon.__file__} is not the book's: move it "
            "away, restart the kernel and run this cell again."
        )
    print(f"radon-book {version} is ready.")

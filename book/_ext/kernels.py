"""The environment in which chapters run: this radon, one CPU, no chatter."""

import importlib
import os
import sys
from pathlib import Path

from _ext import kept

ENVIRONMENT = {
    "JAX_PLATFORMS": "cpu",
    # Programs compiled in one chapter are ready in the next, and next time.
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    # The kernel is this Python, whatever the reader's home folder says.
    "JUPYTER_PREFER_ENV_PATH": "1",
    # Whatever a cell prints to stderr fails the build: what is left is ours.
    "PYTHONWARNINGS": ",".join(
        [
            "ignore:IProgress not found",
            # Two kernels may meet at one compiled program.
            "ignore:Error reading persistent compilation cache entry",
            "ignore:Error writing persistent compilation cache entry",
        ]
    ),
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TQDM_DISABLE": "1",
}
WHATEVER_THE_SHELL_SAYS = {
    # Under another backend a page would have no figures.
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # Sets have one order in every build, and numbers the same digits.
    "PYTHONHASHSEED": "0",
    "JAX_ENABLE_X64": "0",
    "XLA_FLAGS": "",
}

IPYTHON_CONFIG = """\
c = get_config()
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = "CRITICAL"
c.InlineBackend.figure_formats = {"retina"}
"""


def setup(app):
    """Set what kernels inherit, before one starts."""
    root = Path(app.srcdir)
    sys.path.insert(0, str(root))
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(root), os.environ.get("PYTHONPATH")])
    )
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ.update(WHATEVER_THE_SHELL_SAYS)
    cache = kept.folder(app)
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(cache / "jax"))
    # Figures are drawn alike whatever the reader's home folder says, and
    # where there is none.
    os.environ["MPLCONFIGDIR"] = str(cache / "matplotlib")
    profile = cache / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(IPYTHON_CONFIG)
    os.environ["IPYTHONDIR"] = str(profile.parent)
    # On a new machine this lists the fonts, and says so on stderr.
    importlib.import_module("matplotlib.font_manager")
    return {"parallel_read_safe": True}

"""The environment in which chapters run: this radon, one CPU, no chatter."""

import importlib
import os
import sys
from pathlib import Path

from _ext import kept

# What the shell says to JAX is not for chapters: it may want another device.
OF_THE_SHELL = ("JAX_", "XLA_")
ENVIRONMENT = {
    "JAX_PLATFORMS": "cpu",
    # Programs compiled in one chapter are ready in the next, and next time.
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    # The kernel is this Python, whatever the reader's home folder says.
    "JUPYTER_PREFER_ENV_PATH": "1",
    # Under another backend a page would have no figures.
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # Sets have one order in every build.
    "PYTHONHASHSEED": "0",
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
    for name in list(os.environ):
        if name.startswith(OF_THE_SHELL):
            del os.environ[name]
    os.environ.update(ENVIRONMENT)
    cache = kept.folder(app)
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(cache / "jax")
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

"""Execute the chapters that need it, on all cores, before they are read.

MyST-NB's cache looks at a chapter's code alone. Here its folder is named by
a digest of everything else that decides the output, so a change in the
package, its tables or its environment executes the book anew.
"""

import os
import shutil
import tempfile
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from _ext import digest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from jupyter_client.kernelspec import NoSuchKernel
from myst_nb.core.read import create_nb_reader
from nbclient.exceptions import DeadKernelError
from sphinx.util import logging
from traitlets.config import Config

logger = logging.getLogger(__name__)
NO_KERNEL = (
    "there is no kernel named {!r}. Its header should ask for python3, which "
    "comes with the packages of requirements.txt."
)
CHANGED = (
    "the package, its data or the lock changed while it ran. Build again."
)
STARTS = 3  # of a kernel: by a socket first, and then by new ports
NEVER_STARTED = "Kernel died before replying"  # in jupyter_client's words
SOCKET_PATH = 90  # bytes; Linux takes 107, macOS 103
KEPT = 3  # caches of earlier states, for who goes back and forth


def _choose_cache(app, config):
    folder = Path(app.outdir).parent / ".jupyter_cache"
    path = folder / digest.of_code(app.srcdir)
    path.mkdir(parents=True, exist_ok=True)
    os.utime(path)
    if not _sound(path):
        logger.info("The cache of executed chapters was damaged: made anew.")
        shutil.rmtree(path)
    states = [item for item in folder.iterdir() if item.is_dir()]
    states.sort(key=lambda state: state.stat().st_mtime, reverse=True)
    for old in states[KEPT:]:
        shutil.rmtree(old)
    config.nb_execution_cache_path = str(path)


def _sound(path):
    try:
        cache = get_cache(path)
        for record in cache.list_cache_records():
            cache.get_cache_bundle(record.pk)
    except Exception:  # whatever it is, the cure is the same
        return False
    return True


def _notebook(env, docname):
    """Return the page's notebook as MyST-NB reads it, or None."""
    path = Path(env.doc2path(docname))
    text = path.read_text(encoding="utf8")
    reader = create_nb_reader(
        str(path), env.myst_config, env.mystnb_config, text
    )
    return reader and reader.read(text)


def _cached(cache, notebook):
    try:
        return cache.match_cache_notebook(notebook)
    except KeyError:
        return None


def _connection(folder):
    """Return how to reach a kernel: by a socket in a folder of its own.

    Another program may take a port between its being found free and used.
    """
    address = str(Path(folder, "kernel"))
    if os.name != "posix" or len(os.fsencode(address)) > SOCKET_PATH:
        return Config()
    return Config(KernelManager={"transport": "ipc", "ip": address})


def _run(notebook, path, timeout, starts=STARTS):
    """Execute in place; return seconds and, if it failed, why."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            result = single_nb_execution(
                notebook,
                cwd=str(path.parent),
                timeout=timeout,
                allow_errors=False,
                config=_connection(folder) if starts == STARTS else Config(),
            )
    except NoSuchKernel as error:
        return 0.0, NO_KERNEL.format(error.name)
    except DeadKernelError:
        return 0.0, "its kernel died (DeadKernelError): is memory short?"
    except Exception as error:
        if NEVER_STARTED in str(error) and starts > 1:
            return _run(notebook, path, timeout, starts - 1)
        return 0.0, traceback.format_exc()
    return result.time, result.err and str(result.err)


def _execute(app, env, docnames):
    cache = get_cache(env.mystnb_config.execution_cache_path)
    notebooks = {name: _notebook(env, name) for name in docnames}
    waiting = {
        name: notebook
        for name, notebook in notebooks.items()
        if notebook is not None and not _cached(cache, notebook)
    }
    if not waiting:
        return
    workers = min(len(waiting), os.cpu_count())
    logger.info("Executing %d chapter(s), %d at once", len(waiting), workers)
    timeout = env.mystnb_config.execution_timeout
    state = Path(env.mystnb_config.execution_cache_path).name
    failed = []
    with ThreadPoolExecutor(workers) as pool:
        running = {
            pool.submit(
                _run, notebook, Path(env.doc2path(name)), timeout
            ): name
            for name, notebook in waiting.items()
        }
        for done in as_completed(running):
            name = running[done]
            seconds, error = done.result()
            if not error and digest.of_code(app.srcdir) != state:
                error = CHANGED
            if error:
                failed.append(name)
                logger.error("%s: %s", name, error)
                continue
            logger.info("  %s: %.0f s", name, seconds)
            bundle = CacheBundleIn(
                waiting[name],
                env.doc2path(name),
                data={"execution_seconds": seconds},
            )
            cache.cache_notebook_bundle(
                bundle, check_validity=False, overwrite=True
            )
    if failed:
        # An exception would bury what went wrong under Sphinx's own trace.
        raise SystemExit(f"Failed, see above: {', '.join(sorted(failed))}")


def setup(app):
    """Fill the cache that MyST-NB reads."""
    app.connect("config-inited", _choose_cache)
    app.connect("env-before-read-docs", _execute)
    return {"parallel_read_safe": True}

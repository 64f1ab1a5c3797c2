"""A chapter's kernel, where another program gets in its way."""

import os
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook

from tests.project import ROOT

sys.path.insert(0, str(ROOT / "book"))

from _ext import execution  # noqa: E402


@pytest.fixture
def starts(monkeypatch):
    """Count starts; the first so many kernels find their port taken."""
    count = SimpleNamespace(made=0, fail=0)

    def execute(notebook, **how):
        count.made += 1
        if count.made <= count.fail:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return SimpleNamespace(time=1.5, err=None)

    monkeypatch.setattr(execution, "single_nb_execution", execute)
    return count


def test_a_kernel_that_never_started_is_started_again(starts):
    starts.fail = 2
    assert execution._run(None, Path("chapter.md"), 60) == (1.5, None)
    assert starts.made == 3


def test_a_kernel_that_never_starts_fails_the_chapter(starts):
    starts.fail = 9
    seconds, why = execution._run(None, Path("chapter.md"), 60)
    assert "Kernel died before replying" in why
    assert starts.made == execution.STARTS


def test_these_are_the_words_of_a_kernel_that_cannot_start():
    """Its parent says so, whatever the reason it died of."""
    with pytest.raises(RuntimeError, match=execution.NEVER_STARTED):
        start_new_kernel(
            extra_arguments=["--no-such-option=1", "--ip=8.8.8.8"]
        )


@pytest.mark.skipif(os.name != "posix", reason="no sockets with a path")
@pytest.mark.parametrize(
    ("name", "transport"),
    [
        ("short", "ipc"),
        ("l" + execution.SOCKET_PATH * "o" + "ng", "tcp"),
        (execution.SOCKET_PATH // 2 * "ö", "tcp"),
    ],
    ids=["short", "long", "long in bytes"],
)
def test_a_kernel_listens_where_nobody_else_can(
    name, transport, tmp_path, monkeypatch
):
    """It listens at a port only where a socket's path would be too long."""
    within = tempfile.TemporaryDirectory(dir="/tmp")
    folder = Path(within.name, name)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    notebook = new_notebook(
        cells=[
            new_code_cell(
                "import ipykernel; "
                "ipykernel.get_connection_info(unpack=True)['transport']"
            )
        ]
    )
    with within:
        _, error = execution._run(notebook, tmp_path / "chapter.md", 60)
        assert not error
        (output,) = notebook.cells[0].outputs
        assert output.data["text/plain"] == repr(transport)
        assert not list(folder.iterdir())

"""What an accident left in `_build` is found, dropped and made again."""

import pytest

GARBAGE = b"not what was here\n" * 10
DAMAGED = {
    "a truncated list of executed chapters": ("global.db", False),
    "garbage for the list of executed chapters": ("global.db", True),
    "a truncated executed chapter": ("executed/*/base.ipynb", False),
    "garbage for an executed chapter": ("executed/*/base.ipynb", True),
}


def damage(path, garbage):
    """Write garbage into a file, or cut it in two."""
    content = path.read_bytes()
    path.write_bytes(GARBAGE if garbage else content[: len(content) // 2])


@pytest.mark.parametrize("accident", DAMAGED)
def test_a_damaged_cache_heals(book, accident):
    pattern, garbage = DAMAGED[accident]
    caches = book.build_folder / ".jupyter_cache"
    path = next(caches.glob(f"*/{pattern}"))
    damage(path, garbage)
    code, output = book.build()
    assert code == 0, output
    assert "made anew" in output
    assert "Executing 2 chapter" in output
    assert "forty-one homes" in book.page


def test_what_sphinx_remembers_may_be_damaged(book):
    for garbage, path in enumerate(book.build_folder.glob(".doctrees/*")):
        if path.is_file():
            damage(path, garbage % 2)
    code, output = book.build()
    assert code == 0, output
    assert "forty-one homes" in book.page

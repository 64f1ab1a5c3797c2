"""What readers take home: the tables, and the book to read offline."""

from zipfile import ZipFile


def test_the_tables_come_with_their_codebook(site):
    with ZipFile(site / "radon-tables.zip") as archive:
        names = archive.namelist()
        codebook = archive.read("radon-tables/README.md").decode()
    tables = {name for name in names if name.endswith((".csv", ".geojson"))}
    assert len(tables) == len(names) - 1
    assert all(name.rpartition("/")[2] in codebook for name in tables)


def test_the_archive_holds_the_book_and_not_itself(site):
    with ZipFile(site / "radon-book.zip") as archive:
        names = {
            name.removeprefix("radon-book/") for name in archive.namelist()
        }
        front = archive.read("radon-book/index.html").decode()
        dates = {entry.date_time for entry in archive.infolist()}
    assert {"index.html", "search.html", "radon-tables.zip"} <= names
    assert "radon-book.zip" not in names
    assert 'href="radon-book.zip"' not in front
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_the_archive_reads_well_from_a_disk(site, browser, tmp_path):
    with ZipFile(site / "radon-book.zip") as archive:
        archive.extractall(tmp_path)
    tab, errors = browser.new_page(), []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on(
        "console",
        lambda message: message.type != "error" or errors.append(message.text),
    )
    for page in ("index.html", "book/the-survey.html"):
        tab.goto((tmp_path / "radon-book" / page).as_uri())
        tab.locator(".copybtn").first.wait_for(state="attached")
        styled = tab.evaluate("getComputedStyle(document.body).fontFamily")
        assert "sans" in styled
    tab.close()
    assert errors == []

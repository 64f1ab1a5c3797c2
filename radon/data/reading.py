"""A reader's file, read so that no row changes without a word."""

import csv
import io
import os
from os import PathLike
from pathlib import Path

import pandas as pd

from radon.data.errors import RadonDataError, listed, plural
from radon.data.records import Radon

BY_HAND = "Or read it yourself and hand the frame to Radon.from_frame"
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_csv(
    path: str | PathLike[str],
    counties: pd.DataFrame | None = None,
    *,
    county: str = "county",
    floor: str = "floor",
    radon: str = "radon",
    unit: str = "pCi/L",
    zeros: str = "shift",
) -> Radon:
    r"""Read a file of homes, one row a home, separated by commas.

    The file is UTF-8 text with a header; decimals are written with a point.
    A byte order mark, any ends of lines, empty lines and further columns do
    no harm. In messages, rows are numbered as the lines of the file are.

    Parameters
    ----------
    path : str or os.PathLike
        The file.
    counties : pandas.DataFrame, optional
        The county table; see `Radon.from_frame`, also for what follows.
    county, floor, radon : str
        The columns that hold the county, the floor (0 basement, 1 first
        floor) and the reading.
    unit : str
        Unit of the readings, "pCi/L" or "Bq/m3".
    zeros : str
        The recipe of the outcome, "shift" or "replace".

    Returns
    -------
    Radon
        The survey.

    Raises
    ------
    RadonDataError
        If the file cannot be read, a line has too few or too many fields,
        or `Radon.from_frame` refuses what is in it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> text = "county,floor,radon\nCass,0,3.1\nClay,1,0.4\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "homes.csv"
    ...     _ = path.write_text(text)
    ...     read_csv(path)
    Radon(2 homes in 2 counties, 0 unmeasured, zeros='shift')
    """
    if not isinstance(path, str | os.PathLike):
        raise RadonDataError(
            f"The path is a {type(path).__name__}; wanted text or a Path. "
            "Homes that are in a table already go to Radon.from_frame."
        )
    houses = _table(_text(Path(path)), path)
    return Radon.from_frame(
        houses,
        counties,
        county=county,
        floor=floor,
        radon=radon,
        unit=unit,
        zeros=zeros,
    )


def _text(path: Path) -> str:
    """Read a file's text, or say why there is none."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise RadonDataError(
            f"No file {str(path)!r}. Paths start from {str(Path.cwd())!r}: "
            "correct the path or give it in full."
        ) from error
    except IsADirectoryError as error:
        held = sorted(found.name for found in path.glob("*.csv"))
        inside = f" It holds {listed(held)}." if held else ""
        raise RadonDataError(
            f"{str(path)!r} is a folder, wanted a file.{inside}"
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise RadonDataError(
            f"{str(path)!r} cannot be read: {why}. Correct the path."
        ) from error
    if not content.strip():
        raise RadonDataError(
            f"{str(path)!r} is empty ({plural(len(content), 'byte')}). Wanted "
            "a header and one line a home."
        )
    return _decoded(content, path)


def _decoded(content: bytes, path: Path) -> str:
    """Decode UTF-8, or name the first bytes that are something else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = " ".join(f"0x{b:02x}" for b in content[error.start :][:2])
        raise RadonDataError(
            f"{str(path)!r} is not UTF-8: line {line} has the bytes {found}. "
            f"Save it as UTF-8. {BY_HAND}: "
            "pandas.read_csv(path, encoding='latin-1'), or 'utf-16' for a "
            "spreadsheet's Unicode text."
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise RadonDataError(
            f"{str(path)!r} has a byte 0x00 in line {line}: it is damaged, or "
            f"UTF-16. Save it as UTF-8. {BY_HAND}: pandas.read_csv(path, "
            "encoding='utf-16-le')."
        )
    return text


def _table(text: str, path: str | PathLike[str]) -> pd.DataFrame:
    """Split text into a frame whose index numbers the file's lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, start = [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                lines.append((start, row))
            start = reader.line_num + 1
    except csv.Error as error:
        raise RadonDataError(
            f"{str(path)!r} breaks off or is no table from line {start} on: "
            f"{error}. Look there for a quotation mark that is never closed."
        ) from error
    if not lines:
        raise RadonDataError(
            f"{str(path)!r} has no filled cell. Wanted a header and one line "
            "a home."
        )
    (_, header), *lines = lines
    header = [name.strip() for name in header]
    _refuse_separator(header, path)
    if not lines:
        raise RadonDataError(
            f"{str(path)!r} has a header and no rows: {', '.join(header)}. "
            "Wanted one line a home."
        )
    _refuse_lengths(header, lines, path)
    return pd.DataFrame(
        [row for _, row in lines],
        columns=header,
        index=pd.Index([line for line, _ in lines], name="line"),
        dtype=object,
    )


def _refuse_separator(header: list[str], path: str | PathLike[str]) -> None:
    """Refuse a file whose header is one field with another separator."""
    if len(header) > 1:
        return
    for mark, name in OTHER_SEPARATORS.items():
        if mark in header[0]:
            raise RadonDataError(
                f"{str(path)!r} is separated by {name}; wanted commas. Save "
                f"it with commas and decimal points. {BY_HAND}: "
                f"pandas.read_csv(path, sep={mark!r}, decimal=',') where "
                "decimals have a comma."
            )


def _refuse_lengths(
    header: list[str],
    lines: list[tuple[int, list[str]]],
    path: str | PathLike[str],
) -> None:
    """Refuse lines with another number of fields than the header."""
    wrong = [
        (line, len(row)) for line, row in lines if len(row) != len(header)
    ]
    if not wrong:
        return
    shown = ", ".join(f"line {line}: {count}" for line, count in wrong[:5])
    more = f" and {len(wrong) - 5:,} more" if len(wrong) > 5 else ""
    last = lines[-1]
    if wrong == [(last[0], len(last[1]))] and len(last[1]) < len(header):
        advice = "The last line is cut off: fetch the file again."
    else:
        advice = (
            "Put text that holds a comma in quotation marks, write decimals "
            "with a point, and fill short lines up."
        )
    raise RadonDataError(
        f"{str(path)!r}: {plural(len(wrong), 'row')} of {len(lines):,} "
        f"without exactly {len(header)} fields, as the header has ({shown}"
        f"{more}). {advice}"
    )

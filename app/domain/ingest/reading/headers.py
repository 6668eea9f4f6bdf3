"""Which row is the header, and what its columns are called."""

import re
from collections import Counter

from ..synonyms import SYNONYMS, normalised
from .shapes import RawRow

DEPTH = 20
DATA_LIKE = re.compile(
    r"[-+$€£]?[\d][\d\s.,:/()%+-]*(?:[ap]\.?m\.?)?"  # numbers, dates, times, phones
    r"|\+?\(?\d[\d\s().+-]{5,}(?:x\d+)?"
    r"|[^@\s]+@[^@\s]+\.[^@\s]+"
    r"|https?://\S+",
    re.IGNORECASE,
)


def header_row_of(lead: list[RawRow]) -> int:
    """Return the file's row number of the most header-like of the first rows, 0 where none is.

    A header is a row of short, different texts, wide as the rows below it, that look unlike those
    rows or are words we know (SCREENS A3, step 2).
    """
    filled = [row for row in lead if any(cell.strip() for cell in row.cells)]
    if not filled:
        return 0
    width = _usual_width(filled)
    scored = [(_score(row, filled[at + 1 :], width), -row.row) for at, row in enumerate(filled[:DEPTH])]
    best, number = max(scored)
    return -number if best >= 0.5 else 0


def _usual_width(rows: list[RawRow]) -> int:
    widths = Counter(len([cell for cell in row.cells if cell.strip()]) for row in rows)
    common = max(widths.values())
    return max(width for width, count in widths.items() if count >= common * 0.5)


def _score(row: RawRow, below: list[RawRow], width: int) -> float:
    cells = [cell.strip() for cell in row.cells if cell.strip()]
    texts = [cell for cell in cells if not DATA_LIKE.fullmatch(cell) and len(cell) <= 120]
    fill = min(1.0, len(cells) / max(width, 1))
    # A row with cells that are plainly data is data, and a lone cell above a table is its title.
    if len(texts) < len(cells) * 0.8 or fill < 0.5:
        return 0.0
    unique = len({cell.casefold() for cell in cells}) / len(cells)
    known = sum(normalised(cell) in SYNONYMS for cell in cells) / len(cells)
    contrast = _contrast(row, below)
    alone = 0.0 if below else 0.1
    return (
        0.2 * fill
        + 0.2 * unique
        + 0.35 * min(1.0, known * 2)
        + 0.35 * min(1.0, contrast * 2)
        + alone
        + (0.15 if not _recurs(row, below) else 0.0)
    )


def _contrast(row: RawRow, below: list[RawRow]) -> float:
    """Return the share of columns whose cell here is text while most cells below are data."""
    sample = below[:50]
    if not sample:
        return 0.0
    differing = 0
    for column, cell in enumerate(row.cells):
        if not cell.strip():
            continue
        under = [other.cells[column].strip() for other in sample if len(other.cells) > column]
        values = [value for value in under if value]
        data = sum(bool(DATA_LIKE.fullmatch(value)) for value in values)
        differing += bool(values) and data >= len(values) * 0.7
    return differing / max(1, len([cell for cell in row.cells if cell.strip()]))


def _recurs(row: RawRow, below: list[RawRow]) -> bool:
    """Tell whether a cell of this row stands again below it: values repeat, headers do not."""
    return any(
        cell.strip() and any(len(other.cells) > column and other.cells[column] == cell for other in below)
        for column, cell in enumerate(row.cells)
    )


def column_names(header: list[str], width: int) -> list[str]:
    """Return one distinct name per column: “Phone”, “Phone (2)”, and “Column D” for the nameless."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for column in range(max(width, len(header))):
        given = " ".join(header[column].split()) if column < len(header) else ""
        name = given or f"Column {letters(column)}"
        seen[name.casefold()] += 1
        while seen[name.casefold()] > 1 or name in names:
            name = f"{given or name} ({seen[(given or name).casefold()]})"
            seen[name.casefold()] += 1
        names.append(name)
    return names


def letters(column: int) -> str:
    """Return a spreadsheet's name of a column: 0 is A, 25 is Z, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text

"""Text files as tables: encoding, delimiter, quoted line breaks, and the file's own row numbers."""

import csv
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from itertools import islice
from pathlib import Path

from .encodings import NOT_TEXT, encoding_of
from .shapes import MAX_CELL, Choices, Table, Unreadable

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_RECORDS = 100
SAMPLE_CHARACTERS = 64 * 1024


def open_table(source: Path, kind: str, choices: Choices) -> Table:
    """Return the text file's table; its records are read as they are asked for, never all at once."""
    encoding, warnings = encoding_of(source, choices.encoding)
    delimiter = choices.delimiter or _delimiter(source, encoding, kind)
    if len(delimiter) != 1:
        raise Unreadable("A delimiter is one character.")
    return Table(
        format=kind,
        encoding=encoding,
        delimiter=delimiter,
        records=_records(source, encoding, delimiter),
        warnings=warnings,
    )


def _records(source: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(MAX_CELL)
    number = line = last = 0
    with source.open(encoding=encoding, errors="replace", newline="") as stream:
        # PostgreSQL stores no zero character; a file in UTF-16, or with an encoding chosen, may have some.
        reader = csv.reader((line.replace("\0", "") for line in stream), delimiter=delimiter)
        try:
            for cells in reader:
                number += 1
                yield number, cells
                last, line = line, reader.line_num
        except csv.Error as problem:
            raise Unreadable(_csv_sentence(str(problem), number + 1)) from problem
    if number and line - last > 1:
        _refuse_an_open_quote(source, encoding, delimiter, first_line=last, number=number)


def _csv_sentence(problem: str, number: int) -> str:
    if "field larger" in problem:
        return (
            f"Row {number} has a cell of more than {MAX_CELL:,} characters. Most likely a quotation mark "
            "in or before that row is never closed; mend it, or export the file again."
        )
    return NOT_TEXT if "NUL" in problem else f"Row {number} cannot be read: {problem}."


def _refuse_an_open_quote(
    source: Path, encoding: str, delimiter: str, *, first_line: int, number: int
) -> None:
    """Refuse a last record that swallowed the rest of the file because its quotation mark stays open."""
    with source.open(encoding=encoding, errors="replace", newline="") as stream:
        reader = csv.reader(islice(stream, first_line, None), delimiter=delimiter, strict=True)
        try:
            for _ in reader:
                pass
        except csv.Error as problem:
            if "unexpected end" in str(problem):
                raise Unreadable(
                    f"A quotation mark in row {number} is never closed, so the rest of the file runs "
                    "together. Mend that row, or export the file again."
                ) from problem


def _delimiter(source: Path, encoding: str, kind: str) -> str:
    """Vote by which delimiter gives the most records one same width; ask clevercsv where that is a tie."""
    with source.open(encoding=encoding, errors="replace", newline="") as stream:
        sample = stream.read(SAMPLE_CHARACTERS)
    if len(sample) == SAMPLE_CHARACTERS:
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {delimiter: _consistency(sample, delimiter) for delimiter in DELIMITERS}
    if kind == "tsv" and scores["\t"] > 0:
        return "\t"
    ranked = sorted(DELIMITERS, key=lambda delimiter: -scores[delimiter])
    best, second = scores[ranked[0]], scores[ranked[1]]
    if best == 0:
        return "\t" if kind == "tsv" else ","
    if best >= 0.6 and second < best * 0.8:
        return ranked[0]
    return _ask_clevercsv(sample) or ranked[0]


def _consistency(sample: str, delimiter: str) -> float:
    """Return 0 to 1: the share of records with the commonest width, 0 where that width is one cell."""
    try:
        widths = Counter(
            len(cells)
            for cells in islice(csv.reader(StringIO(sample, newline=""), delimiter=delimiter), SAMPLE_RECORDS)
            if cells
        )
    except csv.Error:
        return 0.0
    wide = [(count, width) for width, count in widths.items() if width > 1]
    if not wide:
        return 0.0
    return max(wide)[0] / sum(widths.values())


def _ask_clevercsv(sample: str) -> str | None:
    # Importing it costs a fifth of a second, and only an ambiguous file needs it.
    detector = import_module("clevercsv").Detector()
    dialect = detector.detect(sample[:8192], delimiters=list(DELIMITERS))
    found = dialect.delimiter if dialect is not None else None
    return found if found in DELIMITERS else None

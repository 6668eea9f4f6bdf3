"""Small spreadsheets for the tests of this room, and the shortest way through reading and judging them."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from app.domain.ingest.evaluate import CleaningContext, Totals, evaluate
from app.domain.ingest.ledger import LedgerRow, problems, raw_rows, row_values
from app.domain.ingest.load_map import LoadMap, MappedColumn
from app.domain.ingest.read import Choices, Reading, read_file

REAL = Path(__file__).resolve().parents[4] / "shared" / "data"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def read(
    folder: Path, content: bytes, filename: str = "people.csv", **choices: Any
) -> tuple[Reading, list[list[str]]]:
    """Read bytes as a file of that name; return the facts and the data rows as lists of texts."""
    source, rows_file = folder / "original", folder / "rows.parquet"
    source.write_bytes(content)
    reading = read_file(source, filename=filename, rows_file=rows_file, choices=Choices(**choices))
    return reading, [cells for _, cells in raw_rows(rows_file, len(reading.columns))]


def csv_bytes(rows: Iterable[Sequence[object]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Write rows as a text file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(sheets: dict[str, list[list[object]]], hidden: Sequence[str] = ()) -> bytes:
    """Write sheets of rows as a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods_bytes(rows: list[list[str]]) -> bytes:
    """Write the smallest OpenDocument spreadsheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="People">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{ODS_TYPE}"/></m:manifest>'
    )
    return zip_bytes({"mimetype": ODS_TYPE, "content.xml": content, "META-INF/manifest.xml": manifest})


def zip_bytes(entries: dict[str, str]) -> bytes:
    """Write a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def judge(
    folder: Path,
    rows: list[list[object]],
    fields: Sequence[str | None],
    *,
    record_key: tuple[str, ...] = (),
    date_order: str = "MDY",
    context: CleaningContext | None = None,
) -> tuple[Totals, Path]:
    """Read rows below a header and judge them; `fields` are targets, `+name` an extra, None ignored."""
    header = [f"Column for {field}" for field in fields]
    read(folder, csv_bytes([header, *rows]), header_row=1)
    columns = tuple(
        MappedColumn(
            column=at,
            header=header[at],
            field=field if field and not field.startswith("+") else None,
            extra=field[1:] if field and field.startswith("+") else None,
            date_order=date_order if field in ("appointment_date", "date_of_birth") else None,
        )
        for at, field in enumerate(fields)
    )
    ledger = folder / "ledger.parquet"
    totals = evaluate(
        folder / "rows.parquet",
        LoadMap(columns, record_key=record_key),
        context=context or CleaningContext(company_zone="America/New_York"),
        ledger_file=ledger,
    )
    return totals, ledger


def one(folder: Path, **values: str) -> LedgerRow:
    """Judge a single row given by its fields; it has a usable phone unless one is given."""
    values = {"phone_number": "201-555-0123"} | values
    _, ledger = judge(folder, [list(values.values())], list(values))
    return row_values(ledger, 2)


def kept_out(ledger: Path) -> dict[int, str]:
    """Return the reasons of all rows that became no record."""
    return {row.row: row.reason or "" for row in problems(ledger)}

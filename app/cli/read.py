"""`carillon read`: shows what the reader makes of a file, one JSON line a row."""

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from app.domain.ingest.ledger import raw_rows
from app.domain.ingest.read import Choices, read_file


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command; it needs no database."""
    parser = subparsers.add_parser("read", help="show what is read from a spreadsheet")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--sheet", metavar="NAME", help="the sheet; by default the visible one with most rows"
    )
    parser.add_argument("--header-row", type=int, metavar="N", help="the header's row, 0 for none")
    parser.add_argument("--encoding", metavar="NAME", help="utf-8, utf-16, cp1252 or mac_roman")
    parser.add_argument("--delimiter", metavar="CHARACTER", help="between the cells of a text file")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    choices = Choices(arguments.sheet, arguments.header_row, arguments.encoding, arguments.delimiter)
    with tempfile.TemporaryDirectory(prefix="carillon-") as folder:
        rows_file = Path(folder) / "rows.parquet"
        reading = read_file(
            arguments.file,
            filename=arguments.file.name,
            rows_file=rows_file,
            choices=replace(choices, delimiter="\t" if choices.delimiter == "\\t" else choices.delimiter),
            progress=_say_rows,
        )
        facts = ("format", "encoding", "delimiter", "sheet", "header_row", "columns")
        _print({name: getattr(reading, name) for name in facts})
        for _, cells in raw_rows(rows_file, len(reading.columns)):
            _print(dict(zip(reading.columns, cells, strict=True)))
    for warning in reading.warnings:
        sys.stderr.write(f"{warning}\n")
    sys.stderr.write(f"{reading.rows:,} rows.\n")
    return 0


def _say_rows(rows: int) -> None:
    sys.stderr.write(f"{rows:,} rows read …\n")


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")

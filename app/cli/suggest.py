"""`carillon suggest`: says which column of a file is probably which field, and why."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from app.domain.ingest.read import read_file
from app.domain.ingest.suggest import suggest


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command; it needs no database."""
    parser = subparsers.add_parser("suggest", help="say what the columns of a spreadsheet mean")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="carillon-") as folder:
        rows_file = Path(folder) / "rows.parquet"
        reading = read_file(arguments.file, filename=arguments.file.name, rows_file=rows_file)
        found = suggest(reading, rows_file)
    if arguments.json:
        columns = [
            {"header": each.header, "field": each.field, "confidence": each.confidence, "why": each.why}
            for each in found
        ]
        sys.stdout.write(json.dumps({"columns": columns}, ensure_ascii=False) + "\n")
        return 0
    for each in found:
        sys.stdout.write(f"{each.header}: {each.field or 'kept under its own name'}\n")
        if each.confidence:
            sys.stderr.write(f"  {each.confidence}: {each.why}\n")
    return 0

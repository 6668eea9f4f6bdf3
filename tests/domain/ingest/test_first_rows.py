"""The first row as its columns are matched now: what is kept is what the import's own cleaning says."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.ingest import first_rows
from app.domain.ingest.evaluate import CleaningContext, evaluate
from app.domain.ingest.first_rows import FirstRow, first_row
from app.domain.ingest.ledger import row_values
from app.domain.ingest.load_map import LoadMap, MappedColumn
from tests.domain.ingest.spreadsheets import csv_bytes, read

CUSTOMERS = {"North  Clinic": 7, "İZMİR": 8}
FILES: dict[str, dict[str, str]] = {
    "plain": {"first_name": "Ada", "mobile_phone": "(212) 555-0142", "email_address": "Ada@Example.ORG"},
    "a full name and a date with its time": {
        "full_name": "Dr. María de la Cruz Jr.",
        "phone_number": "212-555-0142 ext. 5",
        "appointment_date": "03/25/2030 9:30 AM",
    },
    "own parts beside a full name": {
        "full_name": "Grace Brewster Hopper",
        "first_name": "Amazing",
        "last_name": "",
        "appointment_date": "2030-03-25 10:00",
        "appointment_time": "14:15",
        "email_address": "grace@example.org",
    },
    "nothing usable": {
        "first_name": "n/a",
        "mobile_phone": "no",
        "email_address": "at home",
        "zip": "2134.0",
    },
    "two phones, of which one is none": {"mobile_phone": "none", "home_phone": "+44 20 7946 0018"},
    "extras": {
        "+bus": " 12 ",
        "+quoted": 'say "hi" \\ now',
        "state": "new york",
        "external_id": "12.0",
        "home_phone": "2125550142.0",
        "date_of_birth": "1/2/71",
    },
    "a customer": {"mobile_phone": "212 555 0142", "location": "north clinic"},
    "a customer with letters of its own": {"mobile_phone": "212 555 0142", "location": "izmİr"},
}


def written(folder: Path, values: dict[str, str]) -> LoadMap:
    """Read a file of one row, and a second that must not matter; return how its columns are matched."""
    second = ["x" for _ in values]
    read(folder, csv_bytes([list(values), list(values.values()), second]), header_row=1)
    return LoadMap(
        tuple(
            MappedColumn(
                at,
                name,
                field=None if name.startswith("+") else name,
                extra=name[1:] if name.startswith("+") else None,
                date_order="MDY" if "date" in name else None,
            )
            for at, name in enumerate(values)
        )
    )


def evaluated(folder: Path, load_map: LoadMap, customer_id: int | None = None) -> FirstRow:
    """What the whole file's cleaning says of its first row."""
    context = CleaningContext(customers_by_external_id=CUSTOMERS, customer_id=customer_id)
    ledger = folder / "ledger.parquet"
    evaluate(folder / "rows.parquet", load_map, context=context, ledger_file=ledger)
    row = row_values(ledger, 2)
    return FirstRow(row.phone, row.email, row.customer_id, row.data)


def looked_up(folder: Path, load_map: LoadMap, customer_id: int | None = None) -> FirstRow:
    rows = folder / "rows.parquet"
    return first_row(rows, load_map, customer_id=customer_id, customers=lambda: CUSTOMERS)


@pytest.mark.parametrize("values", FILES.values(), ids=FILES.keys())
def test_it_is_what_the_import_would_make_of_it_at_every_look(tmp_path: Path, values: dict[str, str]) -> None:
    load_map = written(tmp_path, values)
    expected = evaluated(tmp_path, load_map)
    assert [looked_up(tmp_path, load_map) for _ in range(2)] == [expected, expected]


def test_an_upload_for_one_customer_is_all_that_customers(tmp_path: Path) -> None:
    load_map = written(tmp_path, FILES["a customer"])
    assert looked_up(tmp_path, load_map, 3) == evaluated(tmp_path, load_map, 3)


def test_the_column_that_names_the_customer_may_be_any(tmp_path: Path) -> None:
    values = {"mobile_phone": "212 555 0142", "+site": "North Clinic"}
    load_map = replace(written(tmp_path, values), customer_column=1)
    assert looked_up(tmp_path, load_map).customer_id == 7
    assert looked_up(tmp_path, load_map) == evaluated(tmp_path, load_map)


def test_a_look_cleans_nothing_and_a_change_cleans_one_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_map = written(tmp_path, FILES["plain"])
    looked_up(tmp_path, load_map)
    cleaned: list[str] = []
    cells = first_rows._cells

    def noted(rows: Path, whole: LoadMap, columns: list[MappedColumn]) -> list[first_rows.Values]:
        cleaned.extend(each.header for each in columns)
        return cells(rows, whole, columns)

    monkeypatch.setattr(first_rows, "_cells", noted)
    looked_up(tmp_path, load_map)
    assert cleaned == []
    other = (replace(load_map.columns[0], field="last_name"), *load_map.columns[1:])
    changed = replace(load_map, columns=other)
    assert looked_up(tmp_path, changed) == evaluated(tmp_path, changed)
    assert cleaned == ["first_name"]


def test_a_file_read_anew_is_looked_at_anew(tmp_path: Path) -> None:
    load_map = written(tmp_path, FILES["plain"])
    assert looked_up(tmp_path, load_map).data["first_name"] == "Ada"
    written(tmp_path, FILES["plain"] | {"first_name": "Bea"})
    assert looked_up(tmp_path, load_map).data["first_name"] == "Bea"

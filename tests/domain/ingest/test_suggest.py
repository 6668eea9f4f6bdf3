"""What the columns of a file mean: on real files, on headers seen in the wild, and from memory."""

from pathlib import Path

import pytest

from app.domain.ingest.fields import BY_KEY
from app.domain.ingest.fingerprints import fingerprint, header_set, likeness
from app.domain.ingest.load_map import LoadMap, MappedColumn, extra_names, proposed_map
from app.domain.ingest.read import read_file
from app.domain.ingest.suggest import CHECK, RIGHT, SAME, KnownMap, Suggestion, suggest
from app.domain.ingest.synonyms import NAMES, SYNONYMS, normalised
from app.errors import Rejected
from tests.domain.ingest.spreadsheets import REAL, csv_bytes, read

PHONES = [f"201-555-01{at:02}" for at in range(20)]
EMAILS = [f"person{at}@mail.org" for at in range(20)]
NAMED = ["Maria Garcia", "John Smith", "Wei Chen", "Ana Lopez"] * 5


def suggested(
    folder: Path, columns: dict[str, list[str]], known: tuple[KnownMap, ...] = ()
) -> list[Suggestion]:
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    reading, _ = read(folder, csv_bytes(rows), header_row=1)
    return suggest(reading, folder / "rows.parquet", known)


def fields(found: list[Suggestion]) -> dict[str, str | None]:
    return {each.header: each.field for each in found}


@pytest.mark.skipif(not REAL.is_dir(), reason="The real files are not on this machine.")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "us-500.csv",
            {
                "employee_first_name": "first_name",
                "employee_last_name": "last_name",
                "company_name": None,
                "company_address": "address_1",
                "company_city": "city",
                "company_county": None,
                "company_state": "state",
                "company_zip": "zip",
                "company_phone1": "phone_number",
                "personal_phone2": "mobile_phone",
                "personal_email": "email_address",
                "company_web": None,
            },
        ),
        (
            "cms_hospital_general_information.csv",
            {
                "Provider ID": "external_id",
                "Hospital Name": "location",
                "Address": "address_1",
                "City": "city",
                "State": "state",
                "ZIP Code": "zip",
                "Phone Number": "phone_number",
            },
        ),
        (
            "us_legislators-current.csv",
            {
                "last_name": "last_name",
                "first_name": "first_name",
                "middle_name": "middle_name",
                "full_name": "full_name",
                "birthday": "date_of_birth",
                "state": "state",
                "address": "address_1",
                "phone": "phone_number",
                "bioguide_id": "external_id",
            },
        ),
        (
            "us_legislators-district-offices.csv",
            {
                "id": "external_id",
                "address": "address_1",
                "building": "location",
                "city": "city",
                "phone": "phone_number",
                "state": "state",
                "suite": "address_2",
                "zip": "zip",
            },
        ),
    ],
)
def test_real_files_are_understood_and_nothing_is_made_up(
    tmp_path: Path, name: str, expected: dict[str, str | None]
) -> None:
    rows_file = tmp_path / "rows.parquet"
    found = suggest(read_file(REAL / name, filename=name, rows_file=rows_file), rows_file)
    assert {each.header: each.field for each in found if each.field} == {
        header: field for header, field in expected.items() if field
    }


def test_columns_as_clinics_name_them(tmp_path: Path) -> None:
    found = suggested(
        tmp_path,
        {
            "MRN": [f"A{at:04}" for at in range(20)],
            "PatientName": NAMED,
            "Pt Cell": PHONES,
            "Home Ph #": PHONES,
            "Appt Dt": [f"03/{at + 1:02}/2026" for at in range(20)],
            "Appt Tm": ["9:30 AM", "14:00"] * 10,
            "Doctor": NAMED,
            "Comments": ["bring the card"] * 20,
        },
    )
    assert fields(found) == {
        "MRN": "external_id",
        "PatientName": "full_name",
        "Pt Cell": "mobile_phone",
        "Home Ph #": "home_phone",
        "Appt Dt": "appointment_date",
        "Appt Tm": "appointment_time",
        "Doctor": "provider",
        "Comments": "notes",
    }


def test_spanish_headers_are_understood(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"Nombre": ["Ana"] * 20, "Teléfono": PHONES, "Correo electrónico": EMAILS})
    assert list(fields(found).values()) == ["first_name", "phone_number", "email_address"]


def test_values_overrule_a_header_that_promises_something_else(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"Phone": EMAILS, "Date of birth": PHONES, "Name": NAMED})
    assert fields(found)["Phone"] == "email_address"
    assert fields(found)["Date of birth"] != "date_of_birth"


@pytest.mark.parametrize(
    "header", ["Fax", "Emergency contact phone", "Insurance phone", "Emergency services"]
)
def test_somebody_elses_number_is_never_taken_for_the_persons(tmp_path: Path, header: str) -> None:
    assert fields(suggested(tmp_path, {"Name": NAMED, header: PHONES}))[header] is None


def test_no_field_is_proposed_twice(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"Phone": PHONES, "Phone number": PHONES, "Telephone": PHONES, "Tel": PHONES})
    proposed = [each.field for each in found if each.field]
    assert len(proposed) == len(set(proposed)) == 2


def test_a_near_miss_asks_to_be_checked_and_says_why(tmp_path: Path) -> None:
    (found,) = suggested(tmp_path, {"Contact info": PHONES})
    assert (found.field, found.confidence) == ("phone_number", CHECK)
    assert "10 of 10 values look like phone numbers" in found.why


def test_samples_fill_rate_and_kind_are_said(tmp_path: Path) -> None:
    _, found = suggested(tmp_path, {"Name": NAMED, "E-mail": [*EMAILS[:10], *[""] * 10]})
    assert (found.samples, found.filled, found.kind) == (tuple(EMAILS[:3]), 0.5, "e-mail")
    assert found.confidence == RIGHT


def test_an_earlier_load_map_is_taken_over_word_for_word(tmp_path: Path) -> None:
    known = KnownMap("Daily", ("Name", "Nickname"), {"Name": "guardian_name", "Nickname": None})
    found = suggested(tmp_path, {"name": NAMED, "NICKNAME": NAMED}, (known,))
    assert [(each.field, each.confidence) for each in found] == [("guardian_name", SAME), (None, SAME)]


def test_a_load_map_of_quite_different_headers_is_not_taken_over(tmp_path: Path) -> None:
    known = KnownMap("Daily", ("Name", "X", "Y", "Z"), {"Name": "guardian_name"})
    assert fields(suggested(tmp_path, {"Name": NAMED}, (known,))) == {"Name": "full_name"}


def test_a_fingerprint_forgets_case_and_marks_but_not_the_order() -> None:
    assert fingerprint(["First_Name", "PHONE #"]) == fingerprint(["first name", "Phone"])
    assert fingerprint(["a", "b"]) != fingerprint(["b", "a"])
    assert likeness(header_set(["a", "b"]), header_set(["B", "A"])) == 1.0


def test_every_synonym_leads_to_a_field_and_to_one_alone() -> None:
    assert set(SYNONYMS.values()) == set(NAMES) == set(BY_KEY)
    meant = {(normalised(name), field) for field, names in NAMES.items() for name in names.split(",")}
    assert len(meant) == len(SYNONYMS)


def test_extras_have_names_a_wording_can_use() -> None:
    names = extra_names(["Bus Route #", "Año", "2 doors", "¿?", "Bus route", "City"])
    assert names == ["bus_route", "ano", "column_2_doors", "column_d", "bus_route_2", "city_2"]


def test_a_load_map_survives_being_stored(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"Name": NAMED, "Appt date": ["13/04/2026"] * 20, "Bus": ["7"] * 20})
    proposed = proposed_map(found, tmp_path / "rows.parquet")
    assert LoadMap.from_json(proposed.to_json()) == proposed
    assert [(each.field, each.extra, each.date_order) for each in proposed.columns] == [
        ("full_name", None, None),
        ("appointment_date", None, "DMY"),
        (None, "bus", None),
    ]


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ((MappedColumn(0, "A", field="zip"), MappedColumn(1, "B", field="zip")), ()),
        ((MappedColumn(0, "A", field="shoe_size"),), ()),
        ((MappedColumn(0, "A", field="zip"),), ("external_id",)),
    ],
)
def test_a_load_map_that_makes_no_sense_is_refused(
    columns: tuple[MappedColumn, ...], key: tuple[str, ...]
) -> None:
    with pytest.raises(Rejected):
        LoadMap(columns, record_key=key)

"""Cleaning of single values: names, phones, e-mails, dates, times, zones, ZIP codes and states."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.ingest.cleaning.emails import clean_email, plain_addresses, plain_value
from app.domain.ingest.cleaning.names import plain_name, split_name
from app.domain.ingest.cleaning.phones import clean_phone, plain_numbers
from app.domain.ingest.dates import prove_date_order
from app.domain.ingest.evaluate import CleaningContext
from app.domain.ingest.ledger import row_values
from tests.domain.ingest.spreadsheets import csv_bytes, judge, one, read

NATIONAL = st.from_regex(r"\A[2-9][0-9]{2}[2-9][0-9]{6}\Z")
ANY_DIGITS = st.from_regex(r"\A[0-9]{9,12}\Z")
SHAPES = st.sampled_from(["{}", "1{}", "+1{}", "+1 ({}", "-{}", "{}.", "011{}", "+44{}", "+{}"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SHAPES, NATIONAL | ANY_DIGITS), min_size=50, max_size=200))
def test_plain_numbers_are_judged_exactly_as_the_phone_library_does(numbers: list[tuple[str, str]]) -> None:
    written = [shape.format(digits) for shape, digits in numbers]
    plain = plain_numbers("written", "US")
    assert plain is not None
    with duckdb.connect() as engine:
        found = engine.execute(
            f"SELECT written, {plain.settled}, {plain.e164} FROM (SELECT unnest($1) AS written)", [written]
        ).fetchall()
    for text, settled, e164 in found:
        if settled:
            assert e164 == clean_phone(text, "US")[0], text


def test_every_area_and_exchange_is_judged_exactly_as_the_phone_library_does() -> None:
    plain = plain_numbers("written", "US")
    assert plain is not None
    with duckdb.connect() as engine:
        found = engine.execute(
            f"SELECT written, {plain.e164} IS NOT NULL "
            "FROM (SELECT (2000000000 + range * 1230001)::VARCHAR AS written FROM range(6500))"
        ).fetchall()
    for text, ours in found:
        assert ours == phonenumbers.is_valid_number(phonenumbers.parse(text, "US")), text


def test_a_region_whose_numbers_need_more_thought_is_left_to_the_library() -> None:
    assert plain_numbers("x", "GB") is None
    assert clean_phone("020 7946 0018", "GB") == ("+442079460018", None)


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("(201) 555-0123", "+12015550123"),
        ("1-201-555-0123", "+12015550123"),
        ("201.555.0123", "+12015550123"),
        ("+1 201 555 0123", "+12015550123"),
        ("2015550123.0", "+12015550123"),
        ("\u00a0201\u00a0555 0123 ", "+12015550123"),
        ("+44 20 7946 0018", "+442079460018"),
        ("416-555-0123", "+14165550123"),
    ],
)
def test_phones_become_e164(tmp_path: Path, written: str, phone: str) -> None:
    assert one(tmp_path, phone_number=written).phone == phone


def test_an_extension_is_left_out_and_said(tmp_path: Path) -> None:
    row = one(tmp_path, phone_number="201-555-0123 ext. 12")
    assert (row.phone, row.warnings) == ("+12015550123", ["The extension 12 was left out."])


ADDRESSES = """
ann@mail.org a.b+c@x-y.co.uk A@B.COM a@foo.test x..y@z.com José@x.com a@b a@-b.org a@b.c0m a@b.local .a@b.org
a@xn--bcher-kva.example a@b.example.com "a b"@c.org a@b.org. a@@b.org a@b_c.org -a@b.org a@b-.org
"""


@pytest.mark.parametrize("address", [*ADDRESSES.split(), f"{'a' * 65}@b.org"])
def test_plain_addresses_are_judged_exactly_as_the_e_mail_library_does(address: str) -> None:
    with duckdb.connect() as engine:
        plain, value = engine.execute(
            f"SELECT {plain_addresses('a')}, {plain_value('a')} FROM (SELECT $1::VARCHAR AS a)", [address]
        ).fetchall()[0]
    assert not plain or value == clean_email(address)


@settings(max_examples=200, deadline=None)
@given(st.emails(domains=st.from_regex(r"\A[a-z0-9-]{1,10}\.(com|org|test|local)\Z")))
def test_any_address_taken_as_plain_passes_the_e_mail_library(address: str) -> None:
    with duckdb.connect() as engine:
        found = engine.execute(
            f"SELECT {plain_value('a')} FROM (SELECT $1::VARCHAR AS a) WHERE {plain_addresses('a')}",
            [address],
        ).fetchall()
    assert all(value == clean_email(address) for (value,) in found)


@pytest.mark.parametrize(
    ("written", "email"),
    [("Ann Lee <ann@Mail.ORG>", "ann@mail.org"), ("mailto:ann@mail.org", "ann@mail.org")],
)
def test_unusual_addresses_are_understood(tmp_path: Path, written: str, email: str) -> None:
    assert one(tmp_path, email_address=written).email == email


@pytest.mark.parametrize(
    ("full", "first", "middle", "last"),
    [
        ("Maria Cantwell", "Maria", None, "Cantwell"),
        ("O'Neill, Sean P.", "Sean", "P.", "O'Neill"),
        ("Dr. Jane van der Berg Jr.", "Jane", None, "van der Berg Jr."),
        ("José  Núñez", "José", None, "Núñez"),
        ("Cher", "Cher", None, None),
    ],
)
def test_a_full_name_fills_its_parts(
    tmp_path: Path, full: str, first: str, middle: str | None, last: str | None
) -> None:
    data = one(tmp_path, full_name=full).data
    assert [data.get(part) for part in ("first_name", "middle_name", "last_name")] == [first, middle, last]


def test_a_name_that_is_given_goes_before_the_one_in_the_full_name(tmp_path: Path) -> None:
    data = one(tmp_path, first_name="Peggy", full_name="Margaret Hale").data
    assert (data["first_name"], data["last_name"]) == ("Peggy", "Hale")


@given(st.lists(st.from_regex(r"\A[A-Z][a-z]{1,8}\Z"), min_size=2, max_size=2))
@settings(max_examples=100, deadline=None)
def test_a_plain_name_is_split_exactly_as_the_name_library_does(words: list[str]) -> None:
    text = " ".join(words)
    with duckdb.connect() as engine:
        plain = engine.execute(f"SELECT {plain_name('n')} FROM (SELECT $1::VARCHAR AS n)", [text]).fetchall()[
            0
        ][0]
    assert not plain or split_name(text) == (words[0], "", words[1])


@pytest.mark.parametrize(
    ("written", "order", "day"),
    [
        ("3/4/2026", "MDY", "2026-03-04"),
        ("3/4/2026", "DMY", "2026-04-03"),
        ("03-04-26", "MDY", "2026-03-04"),
        ("2026-03-04", "DMY", "2026-03-04"),
        ("20260304", "MDY", "2026-03-04"),
        ("March 4, 2026", "MDY", "2026-03-04"),
        ("4-Mar-26", "MDY", "2026-03-04"),
        ("46085", "MDY", "2026-03-04"),
    ],
)
def test_dates_become_iso(tmp_path: Path, written: str, order: str, day: str) -> None:
    _, ledger = judge(
        tmp_path, [["201-555-0123", written]], ["phone_number", "appointment_date"], date_order=order
    )
    assert row_values(ledger, 2).data["appointment_date"] == day


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("9:30", "09:30"),
        ("9:30 AM", "09:30"),
        ("2:05 p.m.", "14:05"),
        ("9am", "09:00"),
        ("0930", "09:30"),
        ("14:05:06", "14:05:06"),
        ("0.395833", "09:30"),
        ("1900-01-01 09:30:00", "09:30"),
    ],
)
def test_times_become_24_hours(tmp_path: Path, written: str, clock: str) -> None:
    row = one(tmp_path, appointment_date="03/04/2026", appointment_time=written)
    assert row.data["appointment_time"] == clock


def test_a_date_that_holds_the_time_fills_both(tmp_path: Path) -> None:
    row = one(tmp_path, appointment_date="03/04/2026 9:30 AM")
    assert (row.data["appointment_date"], row.data["appointment_time"]) == ("2026-03-04", "09:30")
    assert row.event_at == datetime(2026, 3, 4, 14, 30, tzinfo=UTC)


def test_an_offset_in_the_cell_goes_before_every_zone(tmp_path: Path) -> None:
    row = one(tmp_path, appointment_date="2026-03-04T09:30:00-08:00")
    assert row.event_at == datetime(2026, 3, 4, 17, 30, tzinfo=UTC)


def test_the_order_of_dates_is_proven_only_where_one_order_fits_all(tmp_path: Path) -> None:
    columns = [
        ["a", "b", "c"],
        ["03/04/2026", "13/04/2026", "03/13/2026"],
        ["05/06/2026", "01/02/2026", "13/03/2026"],
    ]
    read(tmp_path, csv_bytes(columns), header_row=1)
    proofs = [prove_date_order(tmp_path / "rows.parquet", column) for column in range(3)]
    assert [proof.order for proof in proofs] == [None, "DMY", None]
    assert proofs[1].fits == {"MDY": 1, "DMY": 2, "YMD": 0}
    assert proofs[2].examples == {"MDY": ["03/13/2026"], "DMY": ["13/03/2026"]}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2134", "02134"),
        ("2134.0", "02134"),
        ("02134-1234", "02134-1234"),
        ("21341234", "02134-1234"),
        ("K1A 0B1",) * 2,
    ],
)
def test_zip_codes_get_their_zeros_back(tmp_path: Path, written: str, code: str) -> None:
    assert one(tmp_path, zip=written).data["zip"] == code


@pytest.mark.parametrize(("written", "code"), [("new york", "NY"), ("ny", "NY"), ("Bavaria", "Bavaria")])
def test_states_become_codes(tmp_path: Path, written: str, code: str) -> None:
    assert one(tmp_path, state=written).data["state"] == code


@pytest.mark.parametrize(
    ("values", "context", "zone", "origin"),
    [
        ({"zip": "94105", "+time_zone": "Eastern"}, {}, "America/New_York", "given"),
        ({"zip": "94105-1234"}, {}, "America/Los_Angeles", "zip"),
        (
            {"zip": "00000"},
            {"customer_id": 3, "customer_zones": {3: "America/Denver"}},
            "America/Denver",
            "customer",
        ),
        ({}, {"company_zone": "America/Chicago"}, "America/Chicago", "company"),
        ({"phone_number": "212-555-0123"}, {"company_zone": ""}, "America/New_York", "area code"),
        ({"phone_number": "800-234-5678"}, {"company_zone": ""}, "UTC", "unknown"),
    ],
)
def test_the_zone_comes_from_the_nearest_source(
    tmp_path: Path, values: dict[str, str], context: dict[str, object], zone: str, origin: str
) -> None:
    values = {"phone_number": "201-555-0123"} | values
    settled = CleaningContext(**({"company_zone": "America/Chicago"} | context))  # type: ignore[arg-type]
    _, ledger = judge(tmp_path, [list(values.values())], list(values), context=settled)
    row = row_values(ledger, 2)
    assert (row.time_zone, row.time_zone_origin) == (zone, origin)


def test_an_hour_that_the_clock_skips_is_moved_on(tmp_path: Path) -> None:
    row = one(tmp_path, appointment_date="03/08/2026", appointment_time="2:30 AM")
    assert row.event_at == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)

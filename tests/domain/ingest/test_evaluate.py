"""Every row gets exactly one fate, with a sentence; what is kept is kept whole."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.ingest.evaluate import Block, CleaningContext
from app.domain.ingest.ledger import problems, row_values
from tests.domain.ingest.spreadsheets import judge, kept_out, one

GOOD = "201-555-0123"


def test_a_row_that_nobody_can_be_reached_by_is_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Ann", "", ""],
        ["Bob", "555-12", ""],
        ["Cay", "", "nobody@"],
        ["Dan", GOOD, ""],
    ]
    totals, ledger = judge(tmp_path, rows, ["first_name", "phone_number", "email_address"])
    assert (totals.rows, totals.records, totals.refused) == (4, 1, 3)
    other = "and there is no other way to reach this person."
    assert kept_out(ledger) == {
        2: "The row has neither a phone number nor an e-mail address.",
        3: f"“555-12” in column “Column for phone_number” is not a phone number in use, {other}",
        4: f"“nobody@” in column “Column for email_address” is not an e-mail address, {other}",
    }
    assert sum(totals.reasons.values()) == 3


def test_the_cell_that_is_wrong_is_named(tmp_path: Path) -> None:
    _, ledger = judge(tmp_path, [["555-12"]], ["phone_number"])
    row = row_values(ledger, 2)
    assert (row.column_name, row.value) == ("Column for phone_number", "555-12")


def test_a_bad_phone_beside_a_good_address_is_left_out_with_a_warning(tmp_path: Path) -> None:
    row = one(tmp_path, phone_number="555-12", email_address="ann@mail.org")
    assert (row.fate, row.phone, row.email) == ("record", None, "ann@mail.org")
    assert row.warnings == [
        "“555-12” in column “Column for phone_number” is not a phone number in use, so it was left out."
    ]


@pytest.mark.parametrize("word", ["N/A", "none", "-", "NULL"])
def test_a_word_for_nothing_is_nothing(tmp_path: Path, word: str) -> None:
    assert one(tmp_path, email_address=word).warnings == []


def test_null_is_a_surname(tmp_path: Path) -> None:
    assert one(tmp_path, last_name="Null").data["last_name"] == "Null"


def test_a_date_or_time_that_cannot_be_read_keeps_the_row_out(tmp_path: Path) -> None:
    rows: list[list[object]] = [[GOOD, "13/45/2026", "9:00"], [GOOD, "03/04/2026", "late"], [GOOD, "", ""]]
    _, ledger = judge(tmp_path, rows, ["phone_number", "appointment_date", "appointment_time"])
    assert kept_out(ledger) == {
        2: "“13/45/2026” in column “Column for appointment_date” is not a date, read as month, day, year.",
        3: "“late” in column “Column for appointment_time” is not a time.",
    }


def test_a_birthday_that_cannot_be_read_is_only_left_out(tmp_path: Path) -> None:
    row = one(tmp_path, date_of_birth="unclear")
    assert (row.fate, "date_of_birth" in row.data, len(row.warnings)) == ("record", False, 1)


def test_the_mobile_phone_goes_before_the_others(tmp_path: Path) -> None:
    row = one(tmp_path, home_phone="201-555-0101", mobile_phone="201-555-0102")
    assert row.phone == "+12015550102"
    assert row.data["home_phone"] == "+12015550101"


def test_the_first_of_two_equal_rows_is_kept(tmp_path: Path) -> None:
    rows: list[list[object]] = [["A1", GOOD], ["a1 ", "201-555-0124"], ["A2", GOOD]]
    totals, ledger = judge(tmp_path, rows, ["external_id", "phone_number"])
    assert (totals.records, totals.duplicates) == (2, 1)
    assert kept_out(ledger) == {3: "The row repeats row 2."}
    assert row_values(ledger, 3).duplicate_of == 2


def test_the_same_person_on_another_day_is_another_record(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Ann", GOOD, "03/04/2026"],
        ["ANN", GOOD, "03/04/2026"],
        ["Ann", GOOD, "03/05/2026"],
    ]
    totals, _ = judge(tmp_path, rows, ["first_name", "phone_number", "appointment_date"])
    assert (totals.records, totals.duplicates) == (2, 1)


def test_people_who_share_a_phone_are_different_people(tmp_path: Path) -> None:
    totals, _ = judge(tmp_path, [["Ann", GOOD], ["Bob", GOOD]], ["first_name", "phone_number"])
    assert totals.records == 2


def test_a_refused_row_makes_no_duplicate_of_a_good_one(tmp_path: Path) -> None:
    totals, _ = judge(tmp_path, [["A1", "bad"], ["A1", GOOD]], ["external_id", "phone_number"])
    assert (totals.records, totals.refused, totals.duplicates) == (1, 1, 0)


def test_the_record_key_can_be_chosen(tmp_path: Path) -> None:
    rows: list[list[object]] = [["A1", "7", GOOD], ["A2", "7", GOOD], ["A3", "", GOOD]]
    totals, _ = judge(tmp_path, rows, ["external_id", "+bus", "phone_number"], record_key=("bus",))
    assert (totals.records, totals.duplicates) == (2, 1)


def test_one_customers_upload_has_keys_of_its_own(tmp_path: Path) -> None:
    keys = set()
    for customer in (None, 3, 4):
        context = CleaningContext(company_zone="America/Chicago", customer_id=customer)
        _, ledger = judge(tmp_path, [["A1", GOOD]], ["external_id", "phone_number"], context=context)
        row = row_values(ledger, 2)
        assert row.customer_id == customer
        keys.add(row.record_key)
    assert len(keys) == 3


def test_a_row_finds_its_customer_by_the_location(tmp_path: Path) -> None:
    context = CleaningContext(company_zone="UTC", customers_by_external_id={"North  School": 7})
    _, ledger = judge(
        tmp_path,
        [[GOOD, "north school"], ["201-555-0124", "South"]],
        ["phone_number", "location"],
        context=context,
    )
    assert [row_values(ledger, row).customer_id for row in (2, 3)] == [7, None]


@pytest.mark.parametrize(
    ("criteria", "matches"),
    [
        ({"phone_number": "(201) 555-0123"}, True),
        ({"email_address": "ANN@mail.org"}, True),
        ({"first_name": " ann ", "last_name": "LEE"}, True),
        ({"first_name": "ann", "last_name": "Low"}, False),
        ({"zip": "2134"}, True),
        ({"state": "New York"}, True),
        ({"bus": "route 7"}, True),
        ({"nickname": "ann"}, False),
        ({"first_name": "' OR 1=1 --"}, False),
        ({}, False),
    ],
)
def test_blocks_match_when_all_their_criteria_do(
    tmp_path: Path, criteria: dict[str, str], matches: bool
) -> None:
    names = ["first_name", "last_name", "home_phone", "email_address", "zip", "state", "+bus"]
    row: list[object] = ["Ann", "Lee", GOOD, "ann@mail.org", "02134-1111", "NY", "Route 7"]
    context = CleaningContext(
        company_zone="UTC", blocks=[Block(5, criteria), Block(6, {"first_name": "Zed"})]
    )
    totals, ledger = judge(tmp_path, [row], names, context=context)
    assert totals.blocked == matches
    if matches:
        assert "(block 5)" in kept_out(ledger)[2]


def test_extras_are_kept_under_their_names_and_ignored_columns_are_not(tmp_path: Path) -> None:
    _, ledger = judge(tmp_path, [[GOOD, " Route 7 ", "secret"]], ["phone_number", "+bus", None])
    assert row_values(ledger, 2).data == {"phone_number": "+12015550123", "bus": "Route 7"}


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE cleaned; --", '"quoted" \\ back', "100% {data.x} $1 ? :a", "=1+1", "línea\nuno", "🙂"],
)
def test_no_text_is_ever_taken_for_anything_but_text(tmp_path: Path, text: str) -> None:
    assert one(tmp_path, notes=text, **{'+odd "name" \' %s': text}).data["notes"] == text


def test_an_apostrophe_that_our_download_put_there_is_taken_off_again(tmp_path: Path) -> None:
    row = one(tmp_path, phone_number="'+12015550123", notes="'=1+1", last_name="'t Hooft")
    assert (row.phone, row.data["notes"], row.data["last_name"]) == ("+12015550123", "=1+1", "'t Hooft")


def test_the_same_file_gives_the_same_ledger(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"Person {at}", f"201-555-{at:04}"] for at in range(300)]
    first = judge(tmp_path, rows, ["first_name", "phone_number"])[0]
    contents = _all(tmp_path / "ledger.parquet")
    assert judge(tmp_path, rows, ["first_name", "phone_number"])[0] == first
    assert _all(tmp_path / "ledger.parquet") == contents
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.parquet", "original", "rows.parquet"]


def _all(ledger: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as engine:
        return engine.execute(
            "SELECT row, fate, reason, record_key, data FROM read_parquet($1) ORDER BY row", [str(ledger)]
        ).fetchall()


names = st.sampled_from(["Ann", "ann", "Bob", "", "Zoë"])
phones = st.sampled_from(["201-555-0123", "2015550123", "555-12", "", "+44 20 7946 0018"])
emails = st.sampled_from(["a@b.org", "A@B.org", "nobody@", ""])
days = st.sampled_from(["03/04/2026", "2026-03-04", "13/45/2026", ""])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(names, phones, emails, days), min_size=1, max_size=40))
def test_every_row_has_one_fate_and_the_totals_add_up(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    context = CleaningContext(company_zone="UTC", blocks=[Block(1, {"first_name": "bob"})])
    fields = ["first_name", "phone_number", "email_address", "appointment_date", "+mark"]
    totals, ledger = judge(tmp_path, [[*row, "x"] for row in rows], fields, context=context)
    assert totals.rows == len(rows) == len(_all(ledger))
    assert totals.records + totals.refused + totals.duplicates + totals.blocked == totals.rows
    assert sum(totals.reasons.values()) == totals.rows - totals.records
    with duckdb.connect() as engine:
        keys = engine.execute(
            "SELECT count(*), count(DISTINCT record_key) FROM read_parquet($1) WHERE fate = 'record'",
            [str(ledger)],
        ).fetchone()
    assert keys == (totals.records, totals.records)
    for row in problems(ledger, limit=200):
        assert row.reason
        if row.fate == "duplicate":
            kept = row_values(ledger, row.duplicate_of or 0)
            assert (kept.fate, kept.record_key) == ("record", row.record_key)
            assert kept.row < row.row


def test_two_hundred_columns_of_text_fit_into_the_memory_there_is(tmp_path: Path) -> None:
    extras = [f"+extra_{at}" for at in range(199)]
    rows: list[list[object]] = [
        [f"201-555-{row:04}", *[f'"{row} of {at}"' * 3 for at in range(199)]] for row in range(2_100)
    ]
    totals, ledger = judge(tmp_path, rows, ["phone_number", *extras])
    assert totals.records == 2_100
    assert row_values(ledger, 2_101).data["extra_198"] == '"2099 of 198"' * 3

"""The wizard from the empty list to the records, as a browser without JavaScript walks through it."""

import re

from sqlalchemy import select

from app.models import Broadcast, ContactRecord, Packet, TrailEntry
from app.unit_of_work import transaction
from tests.blueprints.ingest.conftest import PEOPLE, Wizard


def test_the_whole_way_from_a_file_to_records(wizard: Wizard) -> None:
    assert "No imports yet" in wizard.get("/imports").text
    packet_id = wizard.upload(PEOPLE)
    assert "Reading your file" in wizard.get(f"/imports/{packet_id}/reading").text
    wizard.work(packet_id)
    assert wizard.get(f"/imports/{packet_id}").location.endswith(f"/imports/{packet_id}/match")
    assert "Appointment date" in wizard.get(f"/imports/{packet_id}/match").text
    preview = wizard.preview(packet_id).text
    assert "Duplicate of an earlier row" in preview
    assert "Phone number or e-mail address that cannot be used" in preview
    assert "Import 2 rows" in wizard.get(f"/imports/{packet_id}/confirm").text
    wizard.confirm(packet_id)
    wizard.work(packet_id)
    assert "2 records imported" in wizard.get(f"/imports/{packet_id}/result").text
    assert "people.csv" in wizard.get("/imports").text
    with transaction(wizard.company_id()) as session:
        found = session.scalars(select(ContactRecord).order_by(ContactRecord.row_number)).all()
        assert [record.data["first_name"] for record in found] == ["Ada", "Bruno"]
        assert [record.phone for record in found] == ["+12125550142", "+12125550143"]
        actions = session.scalars(select(TrailEntry.action)).all()
    assert {"packet.uploaded", "packet.imported"} <= set(actions)


def test_a_file_with_known_columns_goes_straight_to_its_preview(wizard: Wizard) -> None:
    first = wizard.imported(PEOPLE, load_name="Daily appointments", saving="new")
    second = wizard.read(PEOPLE.replace("Ada", "Eva").replace("0142", "0147"), "tomorrow.csv")
    assert wizard.get(f"/imports/{second}").location.endswith(f"/imports/{second}/preview")
    page = wizard.get(f"/imports/{second}/preview").text
    assert "Matched with ‘Daily appointments’ v1" in page
    assert "Keep “Daily appointments” v1 as it is" in wizard.get(f"/imports/{second}/confirm").text
    company_id = wizard.company_id()
    with transaction(company_id) as session:
        assert session.get_one(Packet, (company_id, first)).load_map_version == 1


def test_the_same_file_again_is_named_and_makes_no_record_twice(wizard: Wizard) -> None:
    wizard.imported(PEOPLE)
    again = wizard.read(PEOPLE)
    page = wizard.get(f"/imports/{again}/match").text
    assert "This file is known" in page
    assert "2 records were made of it" in page
    preview = wizard.preview(again).text
    assert "Already imported from an earlier file" in preview
    wizard.post(f"/imports/{again}/confirm", expect=422, saving="nothing", then="store", request_key="again")


def test_a_broadcast_is_made_of_exactly_the_imported_records(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.preview(packet_id)
    wizard.confirm(packet_id, then="send", template_id=wizard.template("We have moved"), sms="y", when="now")
    wizard.work(packet_id)
    with transaction(wizard.company_id()) as session:
        broadcast = session.scalars(select(Broadcast)).one()
    assert (broadcast.packet_id, broadcast.channels) == (packet_id, ["sms"])
    assert f"/broadcasts/{broadcast.id}" in wizard.get(f"/imports/{packet_id}/result").text


def test_a_time_is_read_in_the_companys_zone(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.preview(packet_id)
    template = wizard.template("We have moved")
    at = {"when": "at", "send_date": "2030-01-15", "send_time": "09:30"}
    wizard.confirm(packet_id, then="send", template_id=template, email="y", **at)
    wizard.work(packet_id)
    with transaction(wizard.company_id()) as session:
        broadcast = session.scalars(select(Broadcast)).one()
    assert broadcast.send_at.isoformat() == "2030-01-15T14:30:00+00:00"


def test_a_fragment_is_polled_while_the_file_is_read_and_leads_on_when_it_is(wizard: Wizard) -> None:
    packet_id = wizard.upload(PEOPLE)
    waiting = wizard.get(f"/imports/{packet_id}/reading/progress", **{"HX-Request": "true"})
    assert "hx-trigger" in waiting.text
    assert "<html" not in waiting.text
    wizard.work(packet_id)
    ready = wizard.get(f"/imports/{packet_id}/reading/progress", **{"HX-Request": "true"})
    assert ready.headers["HX-Redirect"].endswith(f"/imports/{packet_id}/match")


def test_the_numbers_are_asked_for_where_columns_have_changed_since(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.preview(packet_id)
    wizard.post(f"/imports/{packet_id}/match", **{"target-1": "ignore"})
    page = wizard.get(f"/imports/{packet_id}/preview").text
    assert "Look at all rows" in page
    wizard.post(f"/imports/{packet_id}/counts")
    wizard.work(packet_id)
    assert "Can be imported" in wizard.get(f"/imports/{packet_id}/preview").text


def test_the_pager_walks_over_real_rows(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.preview(packet_id)
    page = wizard.get(f"/imports/{packet_id}/preview?row=3").text
    assert "Hello Bruno" in page
    assert "row=2" in page
    assert "row=4" in page
    assert "This row will not be imported" in wizard.get(f"/imports/{packet_id}/preview?row=4").text


def test_the_sample_file_can_be_imported(wizard: Wizard) -> None:
    sample = wizard.get("/imports/sample.csv")
    packet_id = wizard.read(sample.data, "sample-import.csv")
    assert "<dd>5</dd>" in wizard.preview(packet_id).text.replace(" ", "")


def test_an_import_that_made_nothing_can_be_taken_off_the_list(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE, "wrong-one.csv")
    wizard.post(f"/imports/{packet_id}/discard")
    assert f'id="import-{packet_id}"' not in wizard.get("/imports").text
    done = wizard.imported(PEOPLE)
    wizard.post(f"/imports/{done}/discard", expect=409)


def test_a_file_of_one_row_is_spoken_of_in_the_singular(wizard: Wizard) -> None:
    packet_id = wizard.read("First Name,Mobile,Remarks\nAda,(212) 555-0142\n")
    page = wizard.get(f"/imports/{packet_id}/match").text
    assert "1 row, 3 columns" in page
    assert "1 row has fewer cells than the header" in page
    wizard.preview(packet_id)
    assert "· 1 row</dd>" in wizard.get(f"/imports/{packet_id}/confirm").text
    assert not re.search(r"\b1 (rows|records|columns)\b", page)


def test_an_import_that_kept_no_counts_has_a_result_all_the_same(wizard: Wizard) -> None:
    packet_id = wizard.imported(PEOPLE)
    company_id = wizard.company_id()
    with transaction(company_id) as session:
        session.get_one(Packet, (company_id, packet_id)).counts = {}
    page = wizard.get(f"/imports/{packet_id}/result").text
    assert "0 records imported" in page

"""The wizard from the empty list to the records, as a browser without JavaScript walks through it."""

from tests.blueprints.ingest.conftest import PEOPLE, Wizard


def test_the_whole_way_from_a_file_to_records(wizard: Wizard) -> None:
    assert "No imports yet" in wizard.get("/imports").text
    packet_id = wizard.upload(PEOPLE)
    assert "Reading your file" in wizard.get(f"/imports/{packet_id}/reading").text
    wizard.work(packet_id)
    assert wizard.get(f"/imports/{packet_id}").location.endswith(f"/imports/{packet_id}/match")
    match = wizard.get(f"/imports/{packet_id}/match").text
    assert "Ada" in match
    preview = wizard.preview(packet_id).text
    assert "Preview messages" in preview
    confirm = wizard.get(f"/imports/{packet_id}/confirm").text
    assert "Import 2 rows" in confirm
    wizard.post(f"/imports/{packet_id}/confirm", saving="new", load_name="Daily", then="store", request_key="k")
    wizard.work(packet_id)
    result = wizard.get(f"/imports/{packet_id}/result").text
    assert "2 records imported" in result
    assert "people.csv" in wizard.get("/imports").text

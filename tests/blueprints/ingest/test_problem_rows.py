"""The rows that became no record: listed page by page, and downloaded to be mended."""

import csv
import io

from sqlalchemy import select

from app.models import TrailEntry
from app.unit_of_work import transaction
from tests.blueprints.ingest.conftest import PEOPLE, Wizard

HEADER = "First Name,Cell\n"


def test_problem_rows_come_with_their_numbers_and_reasons(wizard: Wizard) -> None:
    packet_id = wizard.imported(PEOPLE)
    page = wizard.get(f"/imports/{packet_id}/problems").text
    assert 'id="row-4"' in page
    assert "“not a number” in column “Mobile” is not a phone number in use" in page
    assert "The row repeats row 2." in page


def test_pages_of_problem_rows_follow_one_another(wizard: Wizard) -> None:
    rows = "".join(f"Person {number},no number\n" for number in range(2, 113))
    packet_id = wizard.read(HEADER + rows + "Ada,212 555 0142\n")
    wizard.post(f"/imports/{packet_id}/match", yes="1", **{"target-1": "mobile_phone"})
    wizard.preview(packet_id)
    first = wizard.get(f"/imports/{packet_id}/problems").text
    assert 'id="row-51"' in first
    assert 'id="row-52"' not in first
    assert "after=51" in first
    last = wizard.get(f"/imports/{packet_id}/problems?after=101").text
    assert 'id="row-102"' in last
    assert "Next rows" not in last


def test_the_download_is_safe_in_a_spreadsheet_and_on_the_trail(wizard: Wizard) -> None:
    packet_id = wizard.imported("First,Cell\n=1+1,123\nAda,212 555 0142\nBo,212 555 0143\n")
    answer = wizard.get(f"/imports/{packet_id}/problems.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    header, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert header == ["_row", "_problem", "First", "Cell"]
    assert (row[0], row[2]) == ("2", "'=1+1")
    with transaction(wizard.company_id()) as session:
        assert "packet.problems_downloaded" in session.scalars(select(TrailEntry.action)).all()

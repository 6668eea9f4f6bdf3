"""A file of external ids is taken in whole, or not at all with every wrong line named."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.unit_of_work import across_companies, session
from tests import people
from tests.people import csrf_token, sign_in

DISTRICT = "/c/maplewood-schools"


def test_a_csv_and_a_workbook_are_taken_in(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    csv = b"External ID,School\nB-1,Birch Elementary\n0042,birch elementary\nBIRCH,Birch Elementary\n"
    assert "2 external ids are added; 1 were known." in _follow(client, _send(client, csv, "ids.csv"))
    book, out = Workbook(), BytesIO()
    book.active.append(["school", "id"])
    book.active.append(["Cedar High School", "C-9"])
    book.save(out)
    assert "1 external ids are added" in _follow(client, _send(client, out.getvalue(), "ids.xlsx"))
    assert _ids() == ["0042", "B-1", "BIRCH", "C-9", "CEDAR"]


def test_one_wrong_line_keeps_the_whole_file_out(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    csv = (
        "external id,customer\nB-1,Birch Elementary\nX-1,No Such School\nCEDAR,Birch Elementary\n"
        "B-1,Cedar High School\n,Birch Elementary\nB-2,\n"
    )
    page = _send(client, csv.encode(), "ids.csv")
    assert page.status_code == 422
    for words in (
        "Nothing was imported: 5 lines have a problem, 1 is right.",
        "There is no customer called “No Such School”.",
        "“CEDAR” is an id of “Cedar High School” already.",
        "“B-1” stands in line 2 for another customer.",
        "The external id is missing.", "The customer&#39;s name is missing.",
    ):  # fmt: skip
        assert words in page.text, words
    assert _ids() == ["BIRCH", "CEDAR"]


def test_a_file_whose_name_no_row_can_hold_is_refused(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    assert _send(client, b"id,school\nB-9,Birch Elementary\n", "ids\0.csv").status_code == 400
    assert "B-9" not in _ids()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"a,b\n1,2\n", "ids.csv", "The first row must name two columns"),
        (b"\x89PNG\r\n\x1a\n and more", "ids.xlsx", "There is a problem"),
        (b"", "ids.csv", "There is a problem"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(
    client: FlaskClient, content: bytes, name: str, words: str
) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    page = _send(client, content, name)
    assert page.status_code == 422
    assert words in page.text
    assert _ids() == ["BIRCH", "CEDAR"]


def _send(client: FlaskClient, content: bytes, name: str) -> TestResponse:
    sent = {"csrf_token": csrf_token(client), "file": (BytesIO(content), name)}
    return client.post(f"{DISTRICT}/customers/external-ids", data=sent)


def _follow(client: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text[-3000:]
    return client.get(answer.location).text


def _ids() -> list[str]:
    with across_companies(reason="looking at ids in a test"):
        found = session().scalars(
            text("SELECT external_customer_id FROM customer_xrefs WHERE company_id = 2")
        )
        return sorted(found)

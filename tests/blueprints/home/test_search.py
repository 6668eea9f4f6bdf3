"""The search of the whole portal: what it finds, for whom, and as page or fragment."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.delivery import finding
from app.models import Message
from app.unit_of_work import session, transaction
from tests import people
from tests.blueprints.scheduling.composer import CLINIC, SCHOOLS, plan, send
from tests.isolation.planting import plant

DISTRICT = 2


def test_before_anything_is_typed_it_offers_places_and_deeds(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    assert _found(client, "") == {
        "Go to": ["Home", "Imports", "Wording", "Scheduled", "Messages", "Replies", "Settings"],
        "Do": ["Send a message", "Upload a file", "Switch to dark", "Switch to light", "Your settings"],
    }


def test_only_what_one_may_do_is_offered(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_VIEWER)
    found = _found(client, "", at=CLINIC)
    assert "Settings" not in found["Go to"]
    assert found["Do"] == ["Switch to dark", "Switch to light", "Your settings"]


def test_other_words_for_a_deed_find_it(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    assert _found(client, "spreadsheet")["Do"] == ["Upload a file"]
    assert _found(client, "COLOR dark")["Do"] == ["Switch to dark"]


def test_each_room_is_looked_into(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    plan(DISTRICT, send(client, "Birch Elementary"))
    birch = plant("maplewood-schools", "Birch Elementary")
    found = _found(client, birch.canary.upper())
    assert found["Imports"] == [f"{birch.canary}.csv"]
    assert found["Wording"] == found["Sendings"] == [birch.canary]
    assert found["Messages"] == [f"Search all messages for “{birch.canary.upper()}”"]
    assert _found(client, "closure")["Wording"] == ["School closure"]
    assert _found(client, "closure")["Sendings"] == ["School closure – Birch Elementary"]


def test_a_person_is_found_by_name_number_and_e_mail(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    plan(DISTRICT, send(client, "Birch Elementary"))
    with transaction(DISTRICT):
        query = select(Message).where(Message.contact_method == "sms").order_by(Message.id)
        message = session().scalars(query.limit(1)).one()
    number = message.to_address
    spelled = f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    for words in (number, spelled, "abbott amara"):
        assert _found(client, words)["Messages"][0].startswith("Amara Abbott"), words
    assert _found(client, "amara.abbott.0@EXAMPLE.com")["Messages"][0].startswith("Amara Abbott")
    assert len(_found(client, "5550")["Messages"]) == 1


def test_a_name_is_looked_for_among_the_newest_messages_only(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    plan(DISTRICT, send(client, "Birch Elementary"))
    with transaction(DISTRICT):
        oldest = session().scalars(select(Message).order_by(Message.id).limit(1)).one()
        words = f"{oldest.data['first_name']} {oldest.data['last_name']}"
        assert finding.named_like(words, 5)
        monkeypatch.setattr(finding, "NEWEST", 1)
        assert finding.named_like(words, 5) == []


def test_a_principal_finds_nothing_of_the_other_school(client: FlaskClient) -> None:
    cedar = plant("maplewood-schools", "Cedar High School")
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    for words in (cedar.canary, cedar.phone):
        page = client.get(f"{SCHOOLS}/search", query_string={"q": words})
        assert page.text.count(cedar.canary) == page.text.count(words) * (words == cedar.canary)
        assert "/messages/" not in page.text


def test_a_persons_other_companies_are_found_by_support_only(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    assert "Companies" not in _found(client, "riverside")
    people.sign_out(client)
    people.sign_in(client, people.SUPPORT)
    page = client.get("/search?q=river")
    assert '<a class="menu-item" id="found-1-1" href="/c/riverside-clinic/">' in page.text
    assert "Riverside Clinic" in page.text


def test_the_same_list_is_a_page_and_a_fragment(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    page = client.get(f"{SCHOOLS}/search?q=closure")
    assert "<h1" in page.text
    assert 'name="q" value="closure"' in page.text or 'value="closure"' in page.text
    fragment = client.get(f"{SCHOOLS}/search?q=closure", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert "School closure" in fragment.text


def test_what_is_nowhere_says_so(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_VIEWER)
    assert "Search all messages for “100%_”" in client.get(f"{CLINIC}/search?q=100%25_").text
    people.sign_out(client)
    people.sign_in(client, people.SUPPORT)
    assert "Nothing of that name" in client.get("/search?q=no-such-thing").text


def test_a_stranger_is_sent_to_the_sign_in_page(client: FlaskClient) -> None:
    assert client.get("/search").status_code == 302


def _found(client: FlaskClient, words: str, *, at: str = SCHOOLS) -> dict[str, list[str]]:
    """What was found, by kind: the words of each line."""
    answer = client.get(f"{at}/search", query_string={"q": words}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    groups = re.findall(r"<h2[^>]*>([^<]+)</h2>\s*<ul>(.*?)</ul>", answer.text, re.DOTALL)
    lines = {
        kind: [
            re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<li>(.*?)</li>", inside, re.DOTALL)
        ]
        for kind, inside in groups
    }
    return {kind: [" ".join(line.split()) for line in found] for kind, found in lines.items()}

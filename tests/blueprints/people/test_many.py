"""A company of hundreds: its list by page and by search; sessions ended; edits that ask for a proof."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import clock
from app.unit_of_work import across_companies, session
from tests import people
from tests.blueprints.people.rooms import (
    BIRCH,
    CEDAR,
    CLINIC,
    SCHOOLS,
    customers_of,
    held,
    opened,
    place,
    post,
    sessions_of,
)

MANY = """
WITH made AS (
    INSERT INTO users (email_address, first_name, last_name)
    SELECT 'clerk' || n || '@riverside-clinic.example', 'Clerk', to_char(n, 'FM000')
    FROM generate_series(1, 120) n
    RETURNING id
)
INSERT INTO user_roles (user_id, role_id, scope, company_id)
SELECT made.id, roles.id, 'company', 1 FROM made, roles WHERE roles.key = 'viewer'
"""


def test_hundreds_of_people_come_a_page_at_a_time_and_each_of_them_once(client: FlaskClient) -> None:
    with across_companies(reason="making many people for a test"):
        session().execute(text(MANY))
    people.sign_in(client, people.CLINIC_ADMIN)
    address, found = f"{CLINIC}/people", []
    while address:
        page = client.get(address).text
        found.append(re.findall(r'<tr id="person-(\d+)">', page))
        after = re.search(r'href="([^"]+before=[^"]+)"', page)
        address = after[1].replace("&amp;", "&") if after else ""
    assert [len(one) for one in found] == [50, 50, 24]
    assert len({one for page in found for one in page}) == 124
    back = re.search(r'href="([^"]+after=[^"]+)"', page)
    assert back
    before = client.get(back[1].replace("&amp;", "&")).text
    assert re.findall(r'<tr id="person-(\d+)">', before) == found[1]


def test_a_person_is_searched_by_name_and_by_address(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    for words in ("priya ram", "PRINCIPAL@"):
        page = client.get(f"{SCHOOLS}/people", query_string={"search": words}).text
        assert len(re.findall(r'<tr id="person-', page)) == 1
        assert "Priya Raman" in page
    assert "Nobody found" in client.get(f"{SCHOOLS}/people?search=oscar").text
    assert "Nobody found" in client.get(f"{SCHOOLS}/people?search=%25").text


def test_an_administrator_signs_a_colleague_out_everywhere_and_no_stranger(
    app: Flask, client: FlaskClient
) -> None:
    oscar, stranger = held(people.CLINIC_OPERATOR), held(people.UTILITY_OPERATOR)
    theirs, others = app.test_client(), app.test_client()
    people.sign_in(theirs, people.CLINIC_OPERATOR)
    people.sign_in(others, people.UTILITY_OPERATOR)
    people.sign_in(client, people.CLINIC_ADMIN)
    assert "Sign out everywhere" in client.get(f"{CLINIC}/people/{oscar.user_id}").text
    post(client, f"{CLINIC}/people/{oscar.user_id}/sessions/end")
    post(client, f"{CLINIC}/people/{stranger.user_id}/sessions/end", 404)
    assert (sessions_of(oscar.user_id), sessions_of(stranger.user_id)) == (0, 1)
    assert theirs.get(f"{CLINIC}/").status_code == 302
    assert "signed Oscar Reyes out everywhere: 1 sessions" in client.get(f"{CLINIC}/trail").text
    people.sign_in(theirs, people.CLINIC_OPERATOR)
    assert theirs.get(f"{CLINIC}/").status_code == 200


def test_a_customer_moved_while_a_principal_is_signed_in_counts_at_their_next_click(
    app: Flask, client: FlaskClient
) -> None:
    """One school is exchanged for another: they stay signed in, and see the new one only."""
    priya, theirs = held(people.BIRCH_PRINCIPAL), app.test_client()
    people.sign_in(theirs, people.BIRCH_PRINCIPAL)
    assert BIRCH in theirs.get(f"{SCHOOLS}/").text
    people.sign_in(client, people.DISTRICT_ADMIN)
    page, named = f"{SCHOOLS}/people/{priya.user_id}", f"grant{priya.grant_id}-"
    form = {
        f"{named}role_id": priya.role_id,
        f"{named}reach": "customers",
        f"{named}opened": opened(client, page),
    }
    post(client, f"{page}/grants/{priya.grant_id}", **form, **{f"{named}customers": [place(CEDAR)]})
    home = theirs.get(f"{SCHOOLS}/").text
    assert CEDAR in home
    assert BIRCH not in home


def test_whose_last_school_is_taken_away_is_signed_out_and_finds_no_company(
    app: Flask, client: FlaskClient
) -> None:
    priya, theirs = held(people.BIRCH_PRINCIPAL), app.test_client()
    people.sign_in(theirs, people.BIRCH_PRINCIPAL)
    people.sign_in(client, people.DISTRICT_ADMIN)
    page = f"{SCHOOLS}/people/places/{place(BIRCH)}"
    post(client, page, opened=opened(client, page))
    assert sessions_of(priya.user_id) == 0
    answer = theirs.get(f"{SCHOOLS}/messages")
    assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in")
    assert client.get(f"{SCHOOLS}/people/{priya.user_id}").status_code == 404


@pytest.mark.parametrize(
    "what", ["people/{user}/invitation", "people/{user}/sessions/end", "people/places/{place}"]
)
def test_who_proved_themselves_long_ago_does_it_again_before_access_changes(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    priya = held(people.BIRCH_PRINCIPAL)
    people.sign_in(client, people.DISTRICT_ADMIN)
    token = people.csrf_token(client)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=16))
    address = f"{SCHOOLS}/" + what.format(user=priya.user_id, place=place(BIRCH))
    answer = client.post(address, data={"csrf_token": token})
    assert answer.status_code == 401
    assert "/account/prove" in answer.text
    assert customers_of(priya.grant_id) == [BIRCH]


def test_three_links_for_a_new_password_in_an_hour_are_enough(client: FlaskClient) -> None:
    """Each one ends the link before it, so that a mailbox full of them would shut its owner out."""
    people.sign_in(client, people.CLINIC_ADMIN)
    operator = held(people.CLINIC_OPERATOR)
    said = []
    for _ in range(4):
        post(client, f"{CLINIC}/people/{operator.user_id}/reset")
        said.append(client.get(f"{CLINIC}/people/{operator.user_id}").text)
    assert ["Three links in an hour are enough" in page for page in said] == [False, False, False, True]

"""What a visit of support is told of: on the company's trail, on its pages, and what never leaves with it."""

import re

from flask import Flask
from flask.testing import FlaskClient

from app.blueprints.doors import GUARD
from app.blueprints.views_told import PAGES
from app.domain.access.policies import VISIT_READS
from tests import people
from tests.blueprints.visits import CLINIC, SCHOOLS, change, trail_of, views
from tests.isolation.planting import plant
from tests.people import sign_in, sign_out, visit


def test_every_page_that_was_looked_at_is_on_the_companys_trail(client: FlaskClient) -> None:
    ids = plant("riverside-clinic").ids
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    client.get(f"{CLINIC}/messages")
    client.get(f"{CLINIC}/messages/{ids['messages']}", headers={"HX-Request": "true"})
    client.get(f"{CLINIC}/messages/99999999")
    found = views()
    assert [(one.details["page"], one.details["path"], one.details["ids"]) for one in found] == [
        ("the messages page", f"{CLINIC}/messages", {}),
        ("a message", f"{CLINIC}/messages/<message_id>", {"message_id": ids["messages"]}),
    ]
    trail = trail_of(client, people.CLINIC_ADMIN, CLINIC)
    assert "<strong>Support (ticket 812)</strong> viewed the messages page" in trail
    assert "came to look into this company for 30 minutes: Their reminders did not arrive" in trail
    assert "Sam Porter of Carillon" in trail
    assert "viewed" not in trail_of(client, people.DISTRICT_ADMIN, SCHOOLS)


def test_a_poll_of_a_visitor_is_no_view(client: FlaskClient) -> None:
    ids = plant("riverside-clinic").ids
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    for poll in ("/jobs/count", "/messages/since", f"/broadcasts/{ids['broadcasts']}/progress"):
        assert client.get(CLINIC + poll, headers={"HX-Request": "true"}).status_code in (200, 204, 422), poll
    assert views() == []


def test_nothing_is_taken_out_in_bulk_and_no_visit_is_raised_to_that(client: FlaskClient) -> None:
    ids = plant("riverside-clinic").ids
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    for _attempt in range(2):
        for file in (f"/imports/{ids['data_packets']}/problems.csv", "/imports/sample.csv"):
            answer = client.get(CLINIC + file)
            assert answer.status_code == 403
            assert "takes no files out of a company" in answer.text
        people.raise_visit(client)
    assert "was refused: taking a file out" in trail_of(client, people.CLINIC_ADMIN, CLINIC)


def test_no_file_is_offered_to_a_visit(client: FlaskClient) -> None:
    sample, pages = f'href="{CLINIC}/imports/sample.csv"', (f"{CLINIC}/", f"{CLINIC}/imports")
    sign_in(client, people.CLINIC_ADMIN)
    assert all(sample in client.get(page).text for page in pages)
    sign_out(client)
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    assert not any(sample in client.get(page).text for page in pages)


def test_every_page_that_opens_to_a_visit_has_a_name_on_the_trail(app: Flask) -> None:
    """And every file is marked as one, by its ending."""
    rules = [one for one in app.url_map.iter_rules() if "alias" in one.arguments]
    guards = [(one, getattr(app.view_functions[one.endpoint], GUARD)) for one in rules]
    pages = {
        rule.endpoint
        for rule, guard in guards
        if "GET" in (rule.methods or ()) and (guard.module, guard.function) in VISIT_READS
        if not guard.poll and not guard.bulk
    }
    assert pages <= PAGES.keys()
    assert all(guard.bulk for rule, guard in guards if re.search(r"\.\w+$", str(rule)))


def test_the_bar_says_whom_one_visits_why_and_for_how_long(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    assert 'aria-label="Support visit"' not in client.get("/support").text
    visit(client, "riverside-clinic", minutes=15)
    for page in (f"{CLINIC}/messages", "/support", "/a-page-that-is-not-there"):
        bar = client.get(page).text.partition('aria-label="Support visit"')[2].partition("</aside>")[0]
        assert "Riverside Clinic" in bar
        assert "Their reminders did not arrive" in bar
        assert "15 minutes left" in bar
        assert 'action="/support/visits/end"' in bar


def test_the_company_reads_who_came_and_why_and_finds_what_they_saw(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    client.get(f"{CLINIC}/messages")
    assert "Riverside Clinic" in client.get("/support/visits").text
    people.end_visit(client)
    sign_out(client)
    sign_in(client, people.CLINIC_ADMIN)
    assert "/support-visits" in client.get(f"{CLINIC}/people").text
    page = client.get(f"{CLINIC}/support-visits").text
    assert "Sam Porter" in page
    assert "Their reminders did not arrive" in page
    way = re.search(r'href="([^"]+thing_id=[^"]+)"', page)
    assert way
    assert "viewed the messages page" in client.get(way[1].replace("&amp;", "&")).text
    sign_out(client)
    sign_in(client, people.DISTRICT_ADMIN)
    assert "Nobody has visited" in client.get(f"{SCHOOLS}/support-visits").text


def test_a_principal_reads_nothing_of_visits(client: FlaskClient) -> None:
    sign_in(client, people.BIRCH_PRINCIPAL)
    assert client.get(f"{SCHOOLS}/support-visits").status_code == 403


def test_the_demo_says_that_production_asks_for_a_passkey(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    words = "In production this page opens only to a passkey."
    assert words in client.get("/support/visits/new?company=riverside-clinic").text
    change("UPDATE user_sessions SET proved_by = 'passkey'")
    assert words not in client.get("/support/visits/new?company=riverside-clinic").text


def test_who_has_a_role_at_a_company_needs_no_visit(client: FlaskClient) -> None:
    change(
        "INSERT INTO user_roles (user_id, role_id, scope, company_id) SELECT u.id, r.id, 'company', 1 "
        "FROM users u, roles r WHERE u.email_address = 'support@carillon.example' AND r.key = 'viewer'"
    )
    sign_in(client, people.SUPPORT)
    assert client.get(f"{CLINIC}/messages").status_code == 200
    assert client.get(f"{CLINIC}/trail").status_code == 403
    assert views() == []

"""Support sees nothing of a company until it visits: with a reason, for an hour, and on its trail."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.blueprints.doors import GUARD
from app.blueprints.views_told import PAGES
from app.domain.access.policies import VISIT_READS
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.isolation.planting import plant
from tests.people import csrf_token, sign_in, sign_out, visit

CLINIC = "/c/riverside-clinic"
SCHOOLS = "/c/maplewood-schools"
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
STAFF = [people.SUPPORT, people.PLATFORM_ADMIN]


@pytest.mark.parametrize("who", STAFF)
def test_nothing_of_a_company_opens_without_a_visit(client: FlaskClient, who: str) -> None:
    sign_in(client, who)
    for path in ("/", "/messages", "/trail", "/settings", "/people"):
        answer = client.get(CLINIC + path)
        assert answer.location.startswith("/support/visits/new?company=riverside-clinic"), path
    for address in (f"{CLINIC}/imports/1/discard", f"{CLINIC}/people/try/end"):
        assert client.post(address, data={"csrf_token": csrf_token(client)}).status_code == 404
    fragment = client.get(f"{CLINIC}/jobs/count", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.data) == (404, b"")
    assert client.get("/c/no-such-company/").status_code == 404


@pytest.mark.parametrize("who", STAFF)
def test_a_visit_opens_the_pages_of_that_company_alone(client: FlaskClient, who: str) -> None:
    sign_in(client, who)
    assert visit(client, "riverside-clinic").location == f"{CLINIC}/"
    for path in ("/", "/messages", "/trail", "/settings", "/people", "/imports", "/wording"):
        assert client.get(CLINIC + path).status_code == 200, path
    assert client.get(f"{SCHOOLS}/messages").status_code == 302


def test_the_page_that_was_wanted_comes_after_the_reason(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    page = client.get(f"{CLINIC}/messages?q=Ann", follow_redirects=True)
    assert "Visit Riverside Clinic" in page.text
    values = {"reason": "Their reminders did not arrive", "minutes": 15}
    answer = people.submit(client, page, values, form=_form(page.text))
    assert answer.location == f"{CLINIC}/messages?q=Ann"


@pytest.mark.parametrize(
    ("reason", "ticket", "minutes"),
    [("", "812", 15), ("too short", "812", 15), ("  spaces      ", "", 15), ("x" * 301, "", 15),
     ("A reason that is long enough", "9" * 41, 15), ("A reason that is long enough", "", 61),
     ("A reason that is long enough", "", 0)],
)  # fmt: skip
def test_without_a_reason_or_for_longer_than_an_hour_nothing_opens(
    client: FlaskClient, reason: str, ticket: str, minutes: int
) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic", reason=reason, ticket=ticket, minutes=minutes, expect=422)
    assert client.get(f"{CLINIC}/messages").status_code == 302
    assert _scalar("SELECT count(*) FROM support_visits") == 0


def test_no_client_opens_a_visit(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    data = {"csrf_token": csrf_token(client), "company": "maplewood-schools", "minutes": 15}
    answer = client.post("/support/visits", data={**data, "reason": "A reason that is long enough"})
    assert answer.status_code == 403
    assert client.get("/support/visits/new?company=maplewood-schools").status_code == 403


def test_it_ends_when_its_time_is_over(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, people.SUPPORT)
        visit(client, "riverside-clinic", minutes=30)
        for minutes, status in ((10, 200), (10, 200), (9, 200), (1, 302)):
            clock.shift(timedelta(minutes=minutes))
            assert client.get(f"{CLINIC}/messages").status_code == status, clock


def test_a_visit_to_a_second_company_ends_the_first(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    assert "your visit to Riverside Clinic ends" in (
        client.get("/support/visits/new?company=maplewood-schools").text
    )
    visit(client, "maplewood-schools")
    assert client.get(f"{SCHOOLS}/messages").status_code == 200
    assert client.get(f"{CLINIC}/messages").status_code == 302
    assert _scalar("SELECT count(*) FROM support_visits WHERE ended_at IS NULL") == 1
    assert "left this company" in _trail(client, people.CLINIC_ADMIN, CLINIC)


def test_a_second_visit_that_is_refused_leaves_the_first(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    visit(client, "maplewood-schools", reason="short", expect=422)
    assert client.get(f"{CLINIC}/messages").status_code == 200


def test_it_is_ended_by_hand(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    ended = people.end_visit(client)
    assert ended.location == "/support/visits/new?company=riverside-clinic"
    assert client.get(f"{CLINIC}/messages").status_code == 302
    assert people.end_visit(client).status_code == 404


def test_signing_out_ends_it(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    sign_out(client)
    assert _scalar("SELECT count(*) FROM support_visits WHERE ended_at IS NULL") == 0
    sign_in(client, people.SUPPORT)
    assert client.get(f"{CLINIC}/messages").status_code == 302


def test_it_opens_nothing_in_another_session_of_the_same_person(client: FlaskClient, app: Flask) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    elsewhere = app.test_client()
    sign_in(elsewhere, people.SUPPORT)
    assert elsewhere.get(f"{CLINIC}/messages").status_code == 302


def test_another_persons_visit_opens_nothing(client: FlaskClient, app: Flask) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    other = app.test_client()
    sign_in(other, people.PLATFORM_ADMIN)
    assert other.get(f"{CLINIC}/messages").status_code == 302
    assert people.end_visit(other).status_code == 404
    assert client.get(f"{CLINIC}/messages").status_code == 200


def test_a_role_that_is_taken_away_ends_it_at_the_next_click(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    _change("UPDATE user_roles SET active = false WHERE scope = 'platform'")
    assert client.get(f"{CLINIC}/messages").status_code == 404


def test_it_only_looks(client: FlaskClient) -> None:
    ids = plant("riverside-clinic").ids
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    cancel = f"{CLINIC}/broadcasts/{ids['broadcasts']}/cancellation"
    page = client.get(f"{CLINIC}/broadcasts/{ids['broadcasts']}").text
    assert cancel not in page
    for address in (cancel, f"{CLINIC}/imports/{ids['data_packets']}/counts", f"{CLINIC}/settings"):
        answer = client.post(address, data={"csrf_token": csrf_token(client)})
        assert answer.status_code == 403, address
        assert "A visit of support only looks." in answer.text
        assert "Ask your company" not in answer.text
    assert _scalar("SELECT state FROM broadcasts WHERE id = :id", id=ids["broadcasts"]) != "cancelled"
    trail = _trail(client, people.CLINIC_ADMIN, CLINIC)
    assert "<strong>Support (ticket 812)</strong> was refused: Stop a sending" in trail


@pytest.mark.parametrize("who", STAFF)
def test_every_change_and_every_file_of_a_company_is_refused(
    client: FlaskClient, app: Flask, who: str
) -> None:
    sign_in(client, who)
    visit(client, "riverside-clinic")
    token = {"csrf_token": csrf_token(client)}
    refused = 0
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], GUARD, None)
        looks = guard and (guard.module, guard.function) in VISIT_READS and not guard.bulk
        for method in (rule.methods or set()) & {"GET", "POST"} if "alias" in rule.arguments else ():
            if looks and method == "GET":
                continue
            built = rule.build({**dict.fromkeys(rule.arguments, 1), "alias": "riverside-clinic"})
            assert built is not None
            answer = client.open(built[1], method=method, data=token if method == "POST" else None)
            assert answer.status_code == 403, f"{method} {built[1]}: {answer.status}"
            refused += 1
    assert refused > 40


def test_raised_it_puts_what_is_stuck_back_on_its_way_and_no_more(client: FlaskClient) -> None:
    ids = plant("riverside-clinic").ids
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    assert people.raise_visit(client).location == f"{CLINIC}/"
    token = {"csrf_token": csrf_token(client)}
    assert client.post(f"{CLINIC}/broadcasts/{ids['broadcasts']}/pause", data=token).status_code == 303
    for address in ("/settings", "/people/invite", f"/imports/{ids['data_packets']}/discard", "/broadcasts"):
        answer = client.post(CLINIC + address, data=token)
        assert answer.status_code == 403, address
        assert "Support changes only what puts something stuck back" in answer.text
    trail = _trail(client, people.CLINIC_ADMIN, CLINIC)
    assert "may change things until the visit ends: Their import is stuck since Monday" in trail


def test_raising_asks_for_a_reason_and_for_who_one_is(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    assert people.raise_visit(client, "short").status_code == 422
    _change("UPDATE user_sessions SET proved_at = now() - interval '16 minutes'")
    asked = people.raise_visit(client)
    assert (asked.status_code, "Is it you?" in asked.text) == (401, True)
    assert _scalar("SELECT count(*) FROM support_visits WHERE raised_at IS NOT NULL") == 0


def test_a_raised_visit_ends_with_its_hour(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, people.SUPPORT)
        assert people.raise_visit(client).status_code == 404
        visit(client, "riverside-clinic", minutes=15)
        people.raise_visit(client)
        clock.shift(timedelta(minutes=14))
        assert client.get(f"{CLINIC}/messages").status_code == 200
        clock.shift(timedelta(minutes=1))
        assert client.get(f"{CLINIC}/messages").status_code == 302


def test_every_page_that_was_looked_at_is_on_the_companys_trail(client: FlaskClient) -> None:
    ids = plant("riverside-clinic").ids
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    client.get(f"{CLINIC}/messages")
    client.get(f"{CLINIC}/messages/{ids['messages']}", headers={"HX-Request": "true"})
    client.get(f"{CLINIC}/messages/99999999")
    found = _views()
    assert [(one.details["page"], one.details["path"], one.details["ids"]) for one in found] == [
        ("the messages page", f"{CLINIC}/messages", {}),
        ("a message", f"{CLINIC}/messages/<message_id>", {"message_id": ids["messages"]}),
    ]
    trail = _trail(client, people.CLINIC_ADMIN, CLINIC)
    assert "<strong>Support (ticket 812)</strong> viewed the messages page" in trail
    assert "came to look into this company for 30 minutes: Their reminders did not arrive" in trail
    assert "Sam Porter of Carillon" in trail
    assert "viewed" not in _trail(client, people.DISTRICT_ADMIN, SCHOOLS)


def test_a_poll_of_a_visitor_is_no_view(client: FlaskClient) -> None:
    ids = plant("riverside-clinic").ids
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    for poll in ("/jobs/count", "/messages/since", f"/broadcasts/{ids['broadcasts']}/progress"):
        assert client.get(CLINIC + poll, headers={"HX-Request": "true"}).status_code in (200, 204, 422), poll
    assert _views() == []


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
    assert "was refused: taking a file out" in _trail(client, people.CLINIC_ADMIN, CLINIC)


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
    _change("UPDATE user_sessions SET proved_by = 'passkey'")
    assert words not in client.get("/support/visits/new?company=riverside-clinic").text


def test_who_has_a_role_at_a_company_needs_no_visit(client: FlaskClient) -> None:
    _change(
        "INSERT INTO user_roles (user_id, role_id, scope, company_id) SELECT u.id, r.id, 'company', 1 "
        "FROM users u, roles r WHERE u.email_address = 'support@carillon.example' AND r.key = 'viewer'"
    )
    sign_in(client, people.SUPPORT)
    assert client.get(f"{CLINIC}/messages").status_code == 200
    assert client.get(f"{CLINIC}/trail").status_code == 403
    assert _views() == []


def _form(html: str) -> int:
    return next(at for at, one in enumerate(people.forms(html)) if one.action == "/support/visits")


def _trail(client: FlaskClient, who: str, company: str) -> str:
    """The trail as one of the company's own people reads it, whoever was signed in before."""
    sign_out(client)
    sign_in(client, who)
    return client.get(f"{company}/trail?thing=support_visits").text


def _views() -> list:  # type: ignore[type-arg]
    with transaction(1):
        query = "SELECT details FROM trail WHERE action = 'visit.viewed' ORDER BY at, id"
        return list(session().execute(text(query)).all())


def _scalar(query: str, **values: object) -> object:
    with across_companies(reason="looking at visits in a test"):
        return session().scalar(text(query), values)


def _change(statement: str) -> None:
    with across_companies(reason="changing a row for a test"):
        session().execute(text(statement))

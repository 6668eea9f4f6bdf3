"""Support sees nothing of a company until it visits: with a reason, for an hour, and to look."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.blueprints.doors import GUARD
from app.domain.access.policies import VISIT_READS
from tests import people
from tests.blueprints.visits import CLINIC, NOON, SCHOOLS, STAFF, change, form_of, scalar, trail_of
from tests.isolation.planting import plant
from tests.people import csrf_token, sign_in, sign_out, visit


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
    answer = people.submit(client, page, values, form=form_of(page.text))
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
    assert scalar("SELECT count(*) FROM support_visits") == 0


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
    assert scalar("SELECT count(*) FROM support_visits WHERE ended_at IS NULL") == 1
    assert "left this company" in trail_of(client, people.CLINIC_ADMIN, CLINIC)


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
    assert scalar("SELECT count(*) FROM support_visits WHERE ended_at IS NULL") == 0
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
    change("UPDATE user_roles SET active = false WHERE scope = 'platform'")
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
    assert scalar("SELECT state FROM broadcasts WHERE id = :id", id=ids["broadcasts"]) != "cancelled"
    trail = trail_of(client, people.CLINIC_ADMIN, CLINIC)
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
    trail = trail_of(client, people.CLINIC_ADMIN, CLINIC)
    assert "may change things until the visit ends: Their import is stuck since Monday" in trail


def test_raising_asks_for_a_reason_and_for_who_one_is(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    visit(client, "riverside-clinic")
    assert people.raise_visit(client, "short").status_code == 422
    change("UPDATE user_sessions SET proved_at = now() - interval '16 minutes'")
    asked = people.raise_visit(client)
    assert (asked.status_code, "Is it you?" in asked.text) == (401, True)
    assert scalar("SELECT count(*) FROM support_visits WHERE raised_at IS NOT NULL") == 0


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

"""What programs may ask: who they are told they are, what they reach, and everything they are refused."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app import clock
from app.domain.identity import api_keys
from app.domain.tenancy import apps
from app.unit_of_work import across_companies, session, transaction
from tests.blueprints.api.programs import CLINIC, DISTRICT, UTILITY, call, key_of, make_app, make_key
from tests.isolation.planting import plant
from tests.people import CLINIC_ADMIN, sign_in

PATHS = ("/me", "/customers", "/messages/1")


def test_a_program_is_told_who_it_is(client: FlaskClient) -> None:
    answer = call(client, "/me", key_of(CLINIC, scopes=["messages/read"]))
    assert answer.status_code == 200
    told = answer.get_json()
    assert told["app"]["name"] == "Night run"
    assert told["company"]["alias"] == "riverside-clinic"
    assert told["scopes"] == ["messages/read"]
    assert told["customers"] is None
    assert told["key"]["expires_at"] > clock.now().isoformat()
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_key_nothing_opens_though_a_person_is_signed_in(client: FlaskClient) -> None:
    sign_in(client, CLINIC_ADMIN)
    for path in PATHS:
        refused(call(client, path), 401, "Authorization: Bearer")


@pytest.mark.parametrize(
    "header",
    [
        "Basic abc", "Bearer", "Bearer x", "bearer {key}", "Bearer {key} ", "Bearer  {key}", "{key}",
        "Bearer {key}0", "Bearer {wide}", "Bearer {upper}",
    ],
)  # fmt: skip
def test_what_is_not_exactly_a_key_is_none(client: FlaskClient, header: str) -> None:
    key = key_of(CLINIC)
    wide = key[:-1] + chr(ord(key[-1]) + 0xFEE0)
    given = header.format(key=key, wide=wide, upper=key.upper())
    answer = client.get("/api/v1/me", headers={"Authorization": given.encode().decode("latin-1")})
    assert answer.status_code == 401


def test_a_wrong_secret_and_a_key_that_never_was_look_alike(client: FlaskClient) -> None:
    key = key_of(CLINIC)
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    unknown = "carillon_" + "0" * 24 + "_" + "0" * 64
    answers = [refused(call(client, "/me", one), 401, "opens nothing") for one in (wrong, unknown)]
    said = [{name: value for name, value in one.items() if name != "reference"} for one in answers]
    assert said[0] == said[1]


def test_a_key_ends_the_moment_it_is_revoked(client: FlaskClient) -> None:
    key_id, key = make_key(CLINIC, make_app(CLINIC))
    assert call(client, "/me", key).status_code == 200
    with transaction(CLINIC):
        api_keys.revoke_key(key_id)
    refused(call(client, "/me", key), 401, "was revoked")


def test_a_key_ends_when_its_days_are_over(client: FlaskClient) -> None:
    key = key_of(CLINIC, days=30)
    with time_machine.travel(clock.now() + timedelta(days=29), tick=False):
        assert call(client, "/me", key).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        refused(call(client, "/me", key), 401, "expired on")


@pytest.mark.parametrize(
    ("networks", "status"),
    [("127.0.0.0/8", 200), ("10.0.0.0/8", 401), ("10.0.0.0/8, 127.0.0.1", 200), ("2001:db8::/32", 401)],
)
def test_a_key_works_from_its_own_networks_only(client: FlaskClient, networks: str, status: int) -> None:
    assert call(client, "/me", key_of(CLINIC, networks=networks)).status_code == status


def test_what_an_app_hangs_on_ends_its_keys_at_once_and_gives_them_back(client: FlaskClient) -> None:
    birch = customer("Birch Elementary")
    app_id = make_app(DISTRICT, customers=[birch])
    _, key = make_key(DISTRICT, app_id)
    for statement in (
        f"UPDATE companies SET active = {{}} WHERE id = {DISTRICT}",
        f"UPDATE customers SET active = {{}} WHERE id = {birch}",
        f"UPDATE company_apps SET active = {{}} WHERE id = {app_id}",
    ):
        change(statement.format("false"))
        refused(call(client, "/me", key), 401, "turned off")
        change(statement.format("true"))
        assert call(client, "/me", key).status_code == 200


def test_an_app_whose_last_customer_is_gone_sees_nothing_and_not_everything(client: FlaskClient) -> None:
    key = key_of(DISTRICT, customers=[customer("Birch Elementary")])
    change("DELETE FROM company_app_restrictions")
    refused(call(client, "/customers", key), 401, "turned off")


@pytest.mark.parametrize("name", ["api_key", "Key", "access_token", "anything"])
def test_a_key_in_the_address_is_refused(client: FlaskClient, name: str) -> None:
    key = key_of(CLINIC)
    for sent in ("", key):
        refused(call(client, "/me", sent, query_string={name: key}), 401, "never stands in an address")


def test_a_limited_app_reaches_its_customers_and_their_messages_only(client: FlaskClient) -> None:
    birch, cedar = (plant("maplewood-schools", name) for name in ("Birch Elementary", "Cedar High School"))
    whole, clinic = plant("maplewood-schools"), plant("riverside-clinic")
    key = key_of(DISTRICT, customers=[birch.customer_id or 0])
    told = call(client, "/customers", key).get_json()
    assert [one["name"] for one in told["customers"]] == ["Birch Elementary"]
    assert [one["name"] for one in call(client, "/me", key).get_json()["customers"]] == ["Birch Elementary"]
    own = call(client, f"/messages/{birch.ids['messages']}", key)
    assert own.status_code == 200
    assert birch.canary in own.get_json()["body"]
    for other in (cedar, whole, clinic):
        answer = call(client, f"/messages/{other.ids['messages']}", key)
        refused(answer, 404, "no such message")
        assert other.canary not in answer.text


def test_an_app_of_the_whole_company_reaches_it_and_no_other(client: FlaskClient) -> None:
    school, clinic = plant("maplewood-schools", "Cedar High School"), plant("riverside-clinic")
    key = key_of(DISTRICT)
    names = [one["name"] for one in call(client, "/customers", key).get_json()["customers"]]
    assert names == ["Birch Elementary", "Cedar High School"]
    assert call(client, f"/messages/{school.ids['messages']}", key).status_code == 200
    refused(call(client, f"/messages/{clinic.ids['messages']}", key), 404, "no such message")
    refused(call(client, f"/messages/{10**19}", key), 404, "")


def test_what_a_message_says_needs_a_scope_of_its_own(client: FlaskClient) -> None:
    story = plant("riverside-clinic")
    path = f"/messages/{story.ids['messages']}"
    answer = call(client, path, key_of(CLINIC, scopes=["messages/read"]))
    told = answer.get_json()
    assert (told["status"], told["channel"], told["id"]) == ("queued", "sms", story.ids["messages"])
    assert told["planned_for"]
    assert set(told) == {
        "id", "customer_id", "channel", "status", "description", "planned_for", "queued_at", "processed_at",
        "changed_at",
    }  # fmt: skip


def test_a_scope_that_a_key_lacks_is_refused_and_told(client: FlaskClient) -> None:
    key = key_of(UTILITY, scopes=["customers/read"])
    refused(call(client, "/messages/1", key), 403, "messages/read")
    assert ("Night run (app)", "access_denied") in trail(UTILITY)


def test_refusals_are_told_to_the_company_whose_key_it_is(client: FlaskClient) -> None:
    key = key_of(CLINIC)
    call(client, "/me", key[:-1] + ("0" if key[-1] != "0" else "1"))
    call(client, "/me", "carillon_" + "0" * 24 + "_" + "0" * 64)
    assert [action for _, action in trail(CLINIC)].count("api_key.refused") == 1
    assert [action for _, action in trail(DISTRICT)].count("api_key.refused") == 0


def test_last_use_is_kept_once_a_minute_and_at_once_from_elsewhere(client: FlaskClient) -> None:
    app_id = make_app(CLINIC)
    _, key = make_key(CLINIC, app_id)
    with time_machine.travel(clock.now(), tick=False) as moment:
        call(client, "/me", key)
        first = last_use(app_id)
        assert first == (clock.now(), "127.0.0.1")
        moment.shift(timedelta(seconds=40))
        call(client, "/me", key)
        assert last_use(app_id) == first
        call(client, "/me", key, environ_base={"REMOTE_ADDR": "203.0.113.7"})
        assert last_use(app_id) == (clock.now(), "203.0.113.7")
        moment.shift(timedelta(seconds=61))
        call(client, "/me", key)
        assert last_use(app_id) == (clock.now(), "127.0.0.1")
    assert "company_api_keys" not in {table for (table,) in changed_tables(CLINIC)}


def test_wrong_keys_are_slowed_down_by_network_and_a_right_one_never(client: FlaskClient) -> None:
    key = key_of(CLINIC)
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    statuses = [call(client, "/me", wrong).status_code for _ in range(62)]
    assert statuses[:60] == [401] * 60
    answer = call(client, "/me", wrong)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600
    assert call(client, "/me", key).status_code == 200
    assert call(client, "/me", wrong, environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 401
    assert [action for _, action in trail(CLINIC)].count("api_key.refused") <= 61


def test_one_key_may_not_ask_without_end(client: FlaskClient) -> None:
    key = key_of(CLINIC)
    assert {call(client, "/me", key).status_code for _ in range(120)} == {200}
    answer = call(client, "/me", key)
    refused(answer, 429, "120 times in a minute")
    assert int(answer.headers["Retry-After"]) >= 1


def test_what_is_not_there_and_what_cannot_be_done_are_said_as_problems(client: FlaskClient) -> None:
    key = key_of(CLINIC)
    refused(call(client, "/no-such-thing", key), 404, "")
    assert call(client, "/customers", key, query_string={"before": "x"}).status_code == 422
    answer = client.post("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    refused(answer, 405, "")


def test_a_long_list_of_customers_comes_in_pages(client: FlaskClient) -> None:
    change("INSERT INTO customers (company_id, name) SELECT 2, 'School ' || n FROM generate_series(1, 70) n")
    key = key_of(DISTRICT)
    first = call(client, "/customers", key).get_json()
    second = client.get(first["next"], headers={"Authorization": f"Bearer {key}"}).get_json()
    both = [one["id"] for one in first["customers"] + second["customers"]]
    assert len(both) == len(set(both)) == 72
    assert second["next"] is None


def refused(answer: TestResponse, status: int, words: str) -> dict[str, object]:
    """The problem, which is said as problems are, and sets no cookie."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert "Set-Cookie" not in answer.headers
    assert (status == 401) == ("WWW-Authenticate" in answer.headers)
    told: dict[str, object] = answer.get_json()
    assert words in str(told["detail"])
    assert not re.search(r"carillon_[0-9a-f]", answer.text)
    return told


def customer(name: str) -> int:
    with across_companies(reason="finding a customer for a test"):
        found = session().scalar(text("SELECT id FROM customers WHERE name = :name"), {"name": name})
    return int(found)


def change(statement: str) -> None:
    with across_companies(reason="changing a row for a test"):
        session().execute(text(statement))


def trail(company_id: int) -> list[tuple[str, str]]:
    with transaction(company_id):
        rows = session().execute(text("SELECT user_label, action FROM trail"))
        return [(row.user_label, row.action) for row in rows]


def changed_tables(company_id: int) -> list[tuple[str]]:
    with transaction(company_id):
        rows = session().execute(text("SELECT table_name FROM trail WHERE action = 'changed'"))
        return [(row.table_name,) for row in rows]


def last_use(app_id: int) -> tuple[object, str]:
    with transaction(CLINIC):
        (key,) = api_keys.keys_of(app_id)
        assert apps.app_here(app_id)
    return key.last_used_at, key.last_network

"""Apps and their keys: made, shown once, rotated, limited, ended, and by whom."""

import re
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.domain.identity import account_mails
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.blueprints.api.programs import CLINIC, DISTRICT, call, make_app, make_key
from tests.people import csrf_token, sign_in

AT_CLINIC, AT_DISTRICT = "/c/riverside-clinic/settings", "/c/maplewood-schools/settings"
KEY = re.compile(r"carillon_[0-9a-f]{24}_[0-9a-f]{64}")
NEW_KEY = {"name": "Server", "scopes": ["messages/read"], "days": "90", "networks": "", "newest": "0"}


def test_an_app_is_made_and_its_key_is_shown_once(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    assert "No apps yet" in client.get(f"{AT_CLINIC}/apps").text
    made = _post(client, f"{AT_CLINIC}/apps", {"name": "Night run", "reach": "whole"}, expect=303)
    page = client.get(made.location)
    assert "None yet. Without a key" in page.text
    assert "The whole company" in page.text
    shown = _post(client, f"{made.location}/keys", NEW_KEY, expect=200)
    (key,) = set(KEY.findall(shown.text))
    assert "You will not see it again" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert call(client, "/me", key).status_code == 200
    after = client.get(made.location).text
    assert key not in after
    assert key.rpartition("_")[2] not in after
    assert "127.0.0.1" in after  # the use just now


def test_only_the_hash_is_in_the_database_and_the_trail_masks_it(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    app_id = make_app(CLINIC)
    shown = _post(client, f"{AT_CLINIC}/apps/{app_id}/keys", NEW_KEY, expect=200)
    secret = KEY.findall(shown.text)[0].rpartition("_")[2]
    with across_companies(reason="looking for a secret in a test"):
        tables = session().scalars(
            text("SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                 "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
                 "AND has_table_privilege(c.oid, 'SELECT')")
        )  # fmt: skip
        for table in tables.all():
            found = session().scalar(text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE :secret"),
                                     {"secret": f"%{secret}%"})  # fmt: skip
            assert found == 0, table
        told = session().scalars(text("SELECT new ->> 'key_hash' FROM trail WHERE table_name = :name"),
                                 {"name": "company_api_keys"})  # fmt: skip
        assert set(told) - {None} == {"•••"}


def test_making_and_revoking_stand_on_the_trail_and_the_maker_gets_a_mail(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    app_id = make_app(CLINIC)
    _post(client, f"{AT_CLINIC}/apps/{app_id}/keys", NEW_KEY, expect=200)
    _post(client, f"{AT_CLINIC}/api-keys/{_newest()}/revocation", {}, expect=303)
    trail = client.get("/c/riverside-clinic/trail").text
    assert "made the API key “Server” of the app “Night run”; it may: messages/read" in trail
    assert "revoked the API key “Server” of the app “Night run”" in trail
    with across_companies(reason="reading the mails in a test"):
        mails = account_mails.claim_mails()
    (mail,) = (one for one in mails if one.kind == "api_key_made")
    assert mail.to_address == people.CLINIC_ADMIN
    assert mail.params == {"name": "Server (Night run)", "company": "Riverside Clinic"}


def test_two_keys_are_live_and_a_third_has_to_wait(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    app_id = make_app(CLINIC)
    (first, old), (second, new) = (make_key(CLINIC, app_id, name=name) for name in ("Old", "New"))
    assert {call(client, "/me", key).status_code for key in (old, new)} == {200}
    form = client.get(f"{AT_CLINIC}/apps/{app_id}/keys/new").text
    assert "two are the most" in form
    sent = NEW_KEY | {"newest": str(second)}
    page = client.get(_post(client, f"{AT_CLINIC}/apps/{app_id}/keys", sent, expect=303).location).text
    assert "“New” and “Old” are live, and two are the most." in page
    _post(client, f"{AT_CLINIC}/api-keys/{first}/revocation", {}, expect=303)
    assert call(client, "/me", old).status_code == 401
    assert call(client, "/me", new).status_code == 200
    assert KEY.search(_post(client, f"{AT_CLINIC}/apps/{app_id}/keys", sent, expect=200).text)


def test_a_form_sent_twice_makes_one_key(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    app_id = make_app(CLINIC)
    _post(client, f"{AT_CLINIC}/apps/{app_id}/keys", NEW_KEY, expect=200)
    again = _post(client, f"{AT_CLINIC}/apps/{app_id}/keys", NEW_KEY, expect=303)
    assert "A key was made meanwhile" in client.get(again.location).text
    with transaction(CLINIC):
        assert session().scalar(text("SELECT count(*) FROM company_api_keys")) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give the key a name"),
        ({"scopes": []}, "Choose what the key may do."),
        ({"scopes": ["messages/body"]}, "comes with its status"),
        ({"days": "366"}, "Not a valid choice"),
        ({"networks": "10.0.0.1/24"}, "begins at 10.0.0.0/24"),
        ({"networks": "elsewhere"}, "is no network"),
        ({"networks": "0.0.0.0/0"}, "That is everywhere"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    client: FlaskClient, change: dict[str, object], words: str
) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    app_id = make_app(CLINIC)
    answer = _post(client, f"{AT_CLINIC}/apps/{app_id}/keys", NEW_KEY | change, expect=422)
    assert words in answer.text
    assert not KEY.search(answer.text)


def test_an_app_is_limited_by_ticking_and_its_keys_follow_at_once(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    sent = {"name": "Night run", "reach": "some", "customers": []}
    assert "Choose at least one" in _post(client, f"{AT_DISTRICT}/apps", sent, expect=422).text
    made = _post(
        client, f"{AT_DISTRICT}/apps", sent | {"customers": [str(_id("Birch Elementary"))]}, expect=303
    )
    assert "Birch Elementary" in client.get(made.location).text
    app_id = int(made.location.rpartition("/")[2])
    _, key = make_key(DISTRICT, app_id)
    assert _reached(client, key) == ["Birch Elementary"]
    form = client.get(f"{made.location}/edit").text
    revision = re.search(r'name="revision"[^>]*value="([^"]+)"', form)
    assert revision
    changed = sent | {"customers": [str(_id("Cedar High School"))], "revision": revision[1]}
    _post(client, made.location, changed, expect=303)
    assert _reached(client, key) == ["Cedar High School"]
    lost = _post(client, made.location, changed | {"name": "Day run"}, expect=409)
    assert "Somebody else saved a change" in lost.text


def test_another_companys_school_is_no_choice(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    sent = {"name": "Night run", "reach": "some", "customers": [str(_id("Birch Elementary"))]}
    answer = _post(client, f"{AT_CLINIC}/apps", sent, expect=422)
    assert "Birch" not in answer.text


def test_an_app_turned_off_and_on_again_loses_nothing(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    app_id = make_app(CLINIC)
    _, key = make_key(CLINIC, app_id)
    _post(client, f"{AT_CLINIC}/apps/{app_id}/off", {}, expect=303)
    assert call(client, "/me", key).status_code == 401
    assert "none of its keys works" in client.get(f"{AT_CLINIC}/apps/{app_id}").text
    _post(client, f"{AT_CLINIC}/apps/{app_id}/on", {}, expect=303)
    assert call(client, "/me", key).status_code == 200


def test_what_touches_keys_asks_again_who_it_is(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    app_id = make_app(CLINIC)
    key_id, key = make_key(CLINIC, app_id)
    with across_companies(reason="making a proof older for a test"):
        session().execute(text("UPDATE user_sessions SET proved_at = proved_at - interval '16 minutes'"))
    for path, sent in (
        (f"/apps/{app_id}/keys", NEW_KEY),
        (f"/api-keys/{key_id}/revocation", {}),
        (f"/apps/{app_id}/on", {}),
        (f"/apps/{app_id}", {"name": "Taken over", "reach": "whole"}),
    ):
        assert "/account/prove" in _post(client, AT_CLINIC + path, sent, expect=401).text
    assert call(client, "/me", key).status_code == 200


@pytest.mark.parametrize("email", [people.CLINIC_OPERATOR, people.CLINIC_VIEWER])
def test_who_does_not_look_after_the_company_sees_no_apps(client: FlaskClient, email: str) -> None:
    sign_in(client, email)
    app_id = make_app(CLINIC)
    for path in ("/apps", "/apps/new", f"/apps/{app_id}", f"/apps/{app_id}/keys/new"):
        assert client.get(AT_CLINIC + path).status_code == 403


def test_an_app_of_another_company_is_not_there(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    app_id = make_app(DISTRICT)
    key_id, key = make_key(DISTRICT, app_id)
    for path in (f"/apps/{app_id}", f"/apps/{app_id}/edit", f"/apps/{app_id}/keys/new"):
        assert client.get(AT_CLINIC + path).status_code == 404
    for path in (f"/apps/{app_id}/off", f"/api-keys/{key_id}/revocation", f"/apps/{app_id}/keys"):
        _post(client, AT_CLINIC + path, NEW_KEY, expect=404)
    assert call(client, "/me", key).status_code == 200


def _post(client: FlaskClient, path: str, sent: Mapping[str, object], *, expect: int) -> TestResponse:
    answer = client.post(path, data={**sent, "csrf_token": csrf_token(client)})
    assert answer.status_code == expect, f"{answer.status}: {answer.text[-1500:]}"
    return answer


def _reached(client: FlaskClient, key: str) -> list[str]:
    return [one["name"] for one in call(client, "/customers", key).get_json()["customers"]]


def _newest() -> int:
    with across_companies(reason="finding a key for a test"):
        return int(session().scalar(text("SELECT max(id) FROM company_api_keys")))


def _id(name: str) -> int:
    with across_companies(reason="finding a customer for a test"):
        return int(session().scalar(text("SELECT id FROM customers WHERE name = :name"), {"name": name}))

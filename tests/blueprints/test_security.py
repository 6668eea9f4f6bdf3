"""One's own factors, recovery codes and sessions; and the proof that sensitive acts ask for."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.local.cast import PASSWORD
from app.unit_of_work import across_companies, session
from tests.people import (
    CLINIC_NEWCOMER,
    CLINIC_OPERATOR,
    SUPPORT,
    csrf_token,
    forms,
    pass_password,
    sign_in,
    submit,
)

NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)
CODE = re.compile(r"[0-9a-hjkmnp-tv-z]{6}(?:-[0-9a-hjkmnp-tv-z]{6}){3}")


def test_what_is_sensitive_asks_again_after_a_quarter_of_an_hour(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, SUPPORT)
        assert client.get("/account/authenticator").status_code == 200
        _wait(client, clock, minutes=16)
        asked = client.get("/account/authenticator")
        assert asked.location == "/account/prove?next=/account/authenticator"
        page = client.get(asked.location)
        refused = _prove(client, page, {"password": "not the password"})
        assert refused.status_code == 422
        assert _prove(client, refused, {"password": PASSWORD}).location == "/account/authenticator"
        assert client.get("/account/authenticator").status_code == 200


def test_a_form_that_was_sent_meanwhile_is_carried_along(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, SUPPORT)
        _wait(client, clock, minutes=16)
        token = csrf_token(client)
        sent = {"csrf_token": token, "next": "/a&b", "odd": 'x"><b>'}
        asked = client.post("/account/recovery-codes", data=sent)
        assert asked.status_code == 401
        carried = _prove(client, asked, {"password": PASSWORD})
        assert carried.status_code == 200
        (form,) = (one for one in forms(carried.text) if one.action == "/account/recovery-codes")
        assert form.hidden["next"] == "/a&b"
        assert form.hidden["odd"] == 'x"><b>'
        assert len(set(CODE.findall(client.post(form.action, data=form.hidden).text))) == 10


def test_a_password_is_carried_nowhere_and_typed_again(client: FlaskClient) -> None:
    new = "nine lanterns over the quay"
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, CLINIC_OPERATOR)
        for _ in range(2):  # Clinics end a session after a quarter of an hour of nothing.
            clock.shift(timedelta(minutes=10))
            client.get("/companies")
        sent = {"csrf_token": csrf_token(client), "password": new, "again": new}
        asked = client.post("/account/password", data=sent)
        assert asked.status_code == 401
        there = _prove(client, asked, {"password": PASSWORD})
        assert (there.status_code, there.location) == (303, "/account/password")
        assert client.get(there.location).status_code == 200


def test_a_code_of_the_app_proves_it_too_and_once(client: FlaskClient, app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, SUPPORT)
        _wait(client, clock, minutes=16)
        page = client.get("/account/prove")
        shown = re.search(r"the code is ([0-9]{6})", page.text)
        assert shown
        assert _prove(client, page, {"code": shown[1]}).status_code == 303
        assert _prove(client, client.get("/account/prove"), {"code": shown[1]}).status_code == 422


def test_a_proof_changes_the_sessions_id(client: FlaskClient) -> None:
    sign_in(client, SUPPORT)
    before = client.get_cookie("sid")
    _prove(client, client.get("/account/prove"), {"password": PASSWORD})
    after = client.get_cookie("sid")
    assert before and after
    assert before.value != after.value
    client.set_cookie("sid", before.value)
    assert client.get("/companies").location.startswith("/sign-in")


def test_proofs_cannot_be_guessed_at_leisure(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        sign_in(client, SUPPORT)
        page = client.get("/account/prove")
        tries = [_prove(client, page, {"password": "wrong"}).status_code for _ in range(6)]
        assert tries == [422] * 5 + [429]


def test_the_way_on_from_a_proof_stays_here(client: FlaskClient) -> None:
    sign_in(client, SUPPORT)
    for target in ("https://evil.example", "//evil.example", "/\\evil.example"):
        page = client.get("/account/prove", query_string={"next": target})
        assert _prove(client, page, {"password": PASSWORD}).location == "/account/security"


def test_recovery_codes_are_shown_once_and_each_works_once(client: FlaskClient, app: Flask) -> None:
    sign_in(client, CLINIC_OPERATOR)
    made = _make_codes(client)
    assert len(set(made)) == 10
    assert not CODE.search(client.get("/account/recovery-codes").text)
    assert "10 of 10 left" in client.get("/account/security").text
    assert _recover(app.test_client(), made[0].upper().replace("-", " ")).location == "/account/security"
    assert _recover(app.test_client(), made[0]).status_code == 422
    assert "9 of 10 left" in client.get("/account/security").text
    assert _count("SELECT count(*) FROM account_mails WHERE kind = 'recovery_code_used'") == 1
    assert not any(one in _all_rows() for one in made)


def test_new_recovery_codes_end_the_old_ones(client: FlaskClient, app: Flask) -> None:
    sign_in(client, CLINIC_OPERATOR)
    old, new = _make_codes(client), _make_codes(client)
    assert _recover(app.test_client(), old[0]).status_code == 422
    assert _recover(app.test_client(), new[0]).status_code == 303


def test_somebody_elses_recovery_code_is_worth_nothing(client: FlaskClient, app: Flask) -> None:
    sign_in(client, SUPPORT)
    (code, *_) = _make_codes(client)
    assert _recover(app.test_client(), code).status_code == 422


def test_a_newcomer_is_led_to_recovery_codes_and_then_on(client: FlaskClient) -> None:
    page = pass_password(client, CLINIC_NEWCOMER)
    seed = page.text.partition('id="secret">')[2].partition("<")[0].replace(" ", "")
    answer = submit(client, page, {"code": pyotp.TOTP(seed).now(), "next": "/account"}, expect=303)
    assert answer.location == "/account/recovery-codes?next=/account"
    assert client.get(answer.location).status_code == 200


def test_another_app_takes_the_place_of_the_first(client: FlaskClient, app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        elsewhere = app.test_client()
        sign_in(elsewhere, CLINIC_OPERATOR)
        sign_in(client, CLINIC_OPERATOR)
        page = client.get("/account/authenticator")
        seed = page.text.partition('id="secret">')[2].partition("<")[0].replace(" ", "")
        assert _authenticator(client, page, "000000").status_code == 422
        assert _authenticator(client, page, pyotp.TOTP(seed).now()).status_code == 303
        assert elsewhere.get("/companies").location.startswith("/sign-in")
        clock.shift(60)
        half = app.test_client()
        asked = pass_password(half, CLINIC_OPERATOR)
        assert submit(half, asked, {"code": pyotp.TOTP(seed).now()}).status_code == 303


def test_a_seed_holds_ten_minutes(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, CLINIC_OPERATOR)
        page = client.get("/account/authenticator")
        seed = page.text.partition('id="secret">')[2].partition("<")[0].replace(" ", "")
        clock.shift(601)
        assert _authenticator(client, page, pyotp.TOTP(seed).now()).status_code == 422
        assert seed[:8] not in client.get("/account/authenticator").text.replace(" ", "")


def test_the_only_factor_cannot_be_removed(client: FlaskClient) -> None:
    sign_in(client, CLINIC_OPERATOR)
    answer = client.post("/account/authenticator/removal", data={"csrf_token": csrf_token(client)})
    assert answer.status_code == 409
    assert "only second factor" in answer.text


def test_one_sees_and_ends_ones_own_sessions(client: FlaskClient, app: Flask) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    elsewhere = app.test_client()
    elsewhere.environ_base["HTTP_USER_AGENT"] = firefox
    sign_in(elsewhere, CLINIC_OPERATOR)
    sign_in(client, CLINIC_OPERATOR)
    page = client.get("/account/security")
    assert "Firefox on Windows" in page.text
    assert "This one" in page.text
    (end,) = re.findall(r"/account/sessions/\d+/end", page.text)
    assert client.post(end, data={"csrf_token": csrf_token(client)}).status_code == 303
    assert elsewhere.get("/companies").location.startswith("/sign-in")
    assert client.get("/account/security").status_code == 200


def test_nobody_ends_the_session_of_another(client: FlaskClient, app: Flask) -> None:
    other = app.test_client()
    sign_in(other, SUPPORT)
    sign_in(client, CLINIC_OPERATOR)
    token = csrf_token(client)
    for number in range(1, 6):
        client.post(f"/account/sessions/{number}/end", data={"csrf_token": token})
        if client.get("/account/security").status_code != 200:
            sign_in(client, CLINIC_OPERATOR)
            token = csrf_token(client)
    assert other.get("/support").status_code == 200


def test_all_other_sessions_end_at_once(client: FlaskClient, app: Flask) -> None:
    others = [app.test_client() for _ in range(2)]
    for number, one in enumerate(others):
        with time_machine.travel(datetime.now(UTC) - timedelta(minutes=4 - number)):
            sign_in(one, CLINIC_OPERATOR)
    sign_in(client, CLINIC_OPERATOR)
    client.post("/account/sessions/end", data={"csrf_token": csrf_token(client)})
    assert all(one.get("/companies").location.startswith("/sign-in") for one in others)
    assert client.get("/account/security").status_code == 200


@pytest.mark.parametrize(("minutes", "holds"), [(14, True), (16, False)])
def test_a_clinics_session_ends_after_a_quarter_of_an_hour_of_nothing(
    client: FlaskClient, minutes: int, holds: bool
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, CLINIC_OPERATOR)
        clock.shift(timedelta(minutes=minutes))
        assert (client.get("/account/security").status_code == 200) is holds


def test_a_company_chooses_how_long_one_may_do_nothing(client: FlaskClient) -> None:
    _change("UPDATE companies SET idle_minutes = 60 WHERE alias = 'riverside-clinic'")
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, CLINIC_OPERATOR)
        clock.shift(timedelta(minutes=59))
        assert client.get("/account/security").status_code == 200


def _prove(client: FlaskClient, page: TestResponse, values: dict[str, str]) -> TestResponse:
    """Send the proof's form of this page, whichever address showed it."""
    (form,) = (one for one in forms(page.text) if one.action == "/account/prove")
    return client.post(form.action, data={**form.hidden, **values})


def _authenticator(client: FlaskClient, page: TestResponse, code: str) -> TestResponse:
    (form,) = (one for one in forms(page.text) if one.action == "/account/authenticator")
    return client.post(form.action, data={**form.hidden, "code": code, "others": "y"})


def _make_codes(client: FlaskClient) -> list[str]:
    answer = client.post("/account/recovery-codes", data={"csrf_token": csrf_token(client)})
    return CODE.findall(answer.text.partition('id="recovery-codes"')[2].partition("</pre>")[0])


def _recover(client: FlaskClient, code: str) -> TestResponse:
    pass_password(client, CLINIC_OPERATOR)
    return submit(client, client.get("/sign-in/recovery"), {"recovery_code": code})


def _wait(client: FlaskClient, clock: time_machine.Traveller, *, minutes: int) -> None:
    """Let time pass without the session ending."""
    for _ in range(2):
        clock.shift(timedelta(minutes=minutes / 2))
        assert client.get("/account").status_code == 200


def _all_rows() -> str:
    with across_companies(reason="looking for codes in a test"):
        return str(session().execute(text("SELECT t::text FROM user_sessions t")).all()) + str(
            session().execute(text("SELECT t::text FROM trail t WHERE details IS NOT NULL")).all()
        )


def _count(query: str) -> int:
    with across_companies(reason="counting in a test"):
        return int(session().scalar(text(query)) or 0)


def _change(statement: str) -> None:
    with across_companies(reason="changing a row for a test"):
        session().execute(text(statement))

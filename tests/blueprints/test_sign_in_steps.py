"""Signing in takes a password and then a code, never one without the other, and each code once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.local.cast import PASSWORD
from app.models import UserSession
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.figures import Figure
from tests.people import (
    CLINIC_NEWCOMER,
    CLINIC_OPERATOR,
    SUPPORT,
    authenticator_code,
    pass_password,
    shown_code,
    sign_in,
    submit,
)

NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)


def test_a_person_signs_in_with_password_and_code(client: FlaskClient) -> None:
    assert sign_in(client, SUPPORT).location == "/companies"
    assert client.get("/companies", follow_redirects=True).request.path == "/support"


def test_the_password_alone_opens_nothing(client: FlaskClient) -> None:
    pass_password(client, CLINIC_OPERATOR)
    step = client.get_cookie("step")
    assert step is not None
    client.set_cookie("sid", step.value)
    for address in ("/companies", "/c/riverside-clinic/"):
        assert client.get(address).location.startswith("/sign-in")


def test_a_code_alone_opens_nothing(client: FlaskClient, app: Flask) -> None:
    code = authenticator_code(app, CLINIC_OPERATOR, datetime.now(UTC))
    token = people.csrf_token(client)
    answer = client.post("/sign-in/code", data={"code": code, "csrf_token": token})
    assert answer.location == "/sign-in"
    assert client.get("/companies").location.startswith("/sign-in")


def test_a_session_does_not_stand_in_for_the_password(client: FlaskClient) -> None:
    sign_in(client, CLINIC_OPERATOR)
    sid = client.get_cookie("sid")
    assert sid is not None
    client.set_cookie("step", sid.value)
    assert client.get("/sign-in/code").location == "/companies"
    assert client.get("/sign-in/enrolment").location == "/companies"
    client.delete_cookie("sid")
    assert client.get("/sign-in/code").location == "/sign-in"


def test_the_step_lasts_five_minutes(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        page = pass_password(client, CLINIC_OPERATOR)
        clock.shift(timedelta(minutes=4, seconds=59))
        assert client.get("/sign-in/code").status_code == 200
        clock.shift(timedelta(seconds=2))
        answer = submit(client, page, {"code": "123456"})
        assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_the_token_is_new_after_each_step_and_the_old_ones_are_dead(client: FlaskClient, app: Flask) -> None:
    page = pass_password(client, CLINIC_OPERATOR)
    step = client.get_cookie("step")
    submit(client, page, {"code": shown_code(page)}, expect=303)
    sid = client.get_cookie("sid")
    assert step is not None
    assert sid is not None
    assert sid.value != step.value
    assert client.get_cookie("step") is None
    other = app.test_client()
    other.set_cookie("step", step.value)
    assert other.get("/sign-in/code").location == "/sign-in"


def test_a_new_sign_in_makes_a_new_token(client: FlaskClient, app: Flask) -> None:
    tokens = set()
    for browser in (client, app.test_client()):
        browser.set_cookie("sid", "chosen by a stranger")
        sign_in(browser, CLINIC_OPERATOR)
        cookie = browser.get_cookie("sid")
        assert cookie is not None
        tokens.add(cookie.value)
    assert len(tokens) == 2
    assert "chosen by a stranger" not in tokens


def test_only_the_hash_of_a_token_is_stored(client: FlaskClient) -> None:
    sign_in(client, CLINIC_OPERATOR)
    cookie = client.get_cookie("sid")
    assert cookie is not None
    with across_companies(reason="looking at stored sessions"):
        stored = session().scalars(select(UserSession.token_hash)).all()
    assert stored
    assert all(cookie.value not in one and len(one) == 64 for one in stored)


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient, app: Flask) -> None:
    sign_in(client, SUPPORT)
    stolen = client.get_cookie("sid")
    assert stolen is not None
    answer = people.sign_out(client)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert client.get_cookie("sid") is None
    thief = app.test_client()
    thief.set_cookie("sid", stolen.value)
    assert thief.get("/companies").location.startswith("/sign-in")


def test_a_code_is_accepted_once(client: FlaskClient, app: Flask, figure: Figure) -> None:
    page = pass_password(client, CLINIC_OPERATOR)
    code = shown_code(page)
    submit(client, page, {"code": code}, expect=303)
    again = app.test_client()
    refused = submit(again, pass_password(again, CLINIC_OPERATOR), {"code": code}, expect=422)
    assert "was used before" in refused.text
    figure("S2", 1, "replays refused")


def test_of_twenty_requests_with_the_same_code_one_gets_in(app: Flask, figure: Figure) -> None:
    browsers = [app.test_client() for _ in range(20)]
    pages = [pass_password(browser, CLINIC_OPERATOR) for browser in browsers]
    code = shown_code(pages[0])
    together = threading.Barrier(20)

    def enter(browser: FlaskClient, page: TestResponse) -> int:
        together.wait()
        return submit(browser, page, {"code": code}).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(enter, browsers, pages))
    assert statuses.count(303) == 1, statuses
    with transaction(platform=True):
        opened = text("SELECT count(*) FROM user_sessions WHERE kind = 'signed_in'")
        assert session().scalar(opened) == 1
    figure("S2", 1, "of 20 at once with one code let in")


@pytest.mark.parametrize("disguise", ["full-width", "arabic", "superscript"])
def test_digits_of_other_scripts_are_refused(client: FlaskClient, disguise: str, figure: Figure) -> None:
    """pyotp would read them as the code itself, and a guard on the typed text would let it in twice."""
    page = pass_password(client, CLINIC_OPERATOR)
    digits = {"full-width": "０１２３４５６７８９", "arabic": "٠١٢٣٤٥٦٧٨٩", "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹"}
    typed = shown_code(page).translate(str.maketrans("0123456789", digits[disguise]))
    submit(client, page, {"code": typed}, expect=422)
    submit(client, page, {"code": shown_code(page)}, expect=303)
    figure("S2", 1, "scripts of digits refused")


def test_a_code_may_be_typed_with_a_space(client: FlaskClient) -> None:
    page = pass_password(client, CLINIC_OPERATOR)
    code = shown_code(page)
    submit(client, page, {"code": f" {code[:3]} {code[3:]} "}, expect=303)


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_code_of_the_step_before_or_after_is_accepted_and_no_other(
    client: FlaskClient, app: Flask, steps: int, status: int, figure: Figure
) -> None:
    with time_machine.travel(NOON, tick=False):
        page = pass_password(client, CLINIC_OPERATOR)
        code = authenticator_code(app, CLINIC_OPERATOR, NOON + timedelta(seconds=30 * steps))
        submit(client, page, {"code": code}, expect=status)
    figure("S2", f"{steps:+} steps {'accepted' if status == 303 else 'refused'}")


def test_after_a_later_code_an_earlier_one_is_refused(client: FlaskClient, app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        later = authenticator_code(app, CLINIC_OPERATOR, NOON + timedelta(seconds=30))
        submit(client, pass_password(client, CLINIC_OPERATOR), {"code": later}, expect=303)
        again = app.test_client()
        page = pass_password(again, CLINIC_OPERATOR)
        submit(again, page, {"code": authenticator_code(app, CLINIC_OPERATOR, NOON)}, expect=422)


def test_the_demo_shows_a_code_that_will_be_accepted_now(app: Flask) -> None:
    """The next step's where this one's was used; where both were used, none is shown."""
    with time_machine.travel(NOON, tick=False):
        for _ in range(2):
            sign_in(app.test_client(), CLINIC_OPERATOR)
        third = app.test_client()
        assert "the code is" not in pass_password(third, CLINIC_OPERATOR).text


def test_a_newcomer_sets_up_an_authenticator_app(client: FlaskClient, app: Flask) -> None:
    page = pass_password(client, CLINIC_NEWCOMER)
    assert page.request.path == "/sign-in/enrolment"
    assert "<svg" in page.text
    seed = page.text.partition('id="secret">')[2].partition("<")[0].replace(" ", "")
    assert client.get("/sign-in/enrolment").text.count(seed[:4]) > 0
    submit(client, page, {"code": "000000"}, expect=422)
    submit(client, page, {"code": pyotp.TOTP(seed).now()}, expect=303)
    assert client.get("/companies").status_code in (200, 302)
    again = app.test_client()
    assert pass_password(again, CLINIC_NEWCOMER).request.path == "/sign-in/code"
    assert seed not in again.get("/sign-in/code").text


def test_a_seed_that_is_not_confirmed_opens_nothing(client: FlaskClient, app: Flask) -> None:
    page = pass_password(client, CLINIC_NEWCOMER)
    seed = page.text.partition('id="secret">')[2].partition("<")[0].replace(" ", "")
    token = people.csrf_token(client)
    answer = client.post("/sign-in/code", data={"code": pyotp.TOTP(seed).now(), "csrf_token": token})
    assert answer.status_code == 422


def test_who_has_an_app_cannot_set_up_another_with_the_password_alone(client: FlaskClient) -> None:
    pass_password(client, CLINIC_OPERATOR)
    answer = client.get("/sign-in/enrolment")
    assert answer.status_code == 422
    assert "already set up" in answer.text


def test_a_wrong_password_is_not_mended_by_a_right_code(client: FlaskClient) -> None:
    page = client.get("/sign-in")
    refused = submit(client, page, {"email_address": CLINIC_OPERATOR, "password": PASSWORD.upper()})
    assert refused.status_code == 422
    assert client.get_cookie("step") is None

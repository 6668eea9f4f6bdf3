"""What stands around signing in: waits, one answer for strangers, cookies, expiry, safe targets."""

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urljoin, urlsplit

import argon2
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.blueprints.sign_in.steps import safe_target
from app.cli import code, main
from app.config import Settings
from app.domain.identity import passwords
from app.errors import Rejected
from app.local.cast import PASSWORD
from app.unit_of_work import across_companies, session
from tests import people
from tests.people import CLINIC_OPERATOR, SUPPORT, authenticator_code, pass_password, sign_in, submit
from tests.servers import environment_for_tests

NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)
WRONG = "not the password at all"
STRANGER = "nobody@riverside-clinic.example"
TARGETS = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "evil.example", "", " /companies",
    "/%5cevil.example\\", "https:evil.example", "/companies\r\nSet-Cookie: a=b",
]  # fmt: skip


def test_five_failures_are_free_then_one_waits_in_words(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert [_try(client).status_code for _ in range(5)] == [422] * 5
        waits = _try(client, password=PASSWORD)
        assert waits.status_code == 429
        assert "Please wait 1 second and" in waits.text
        clock.shift(1)
        assert _try(client).status_code == 422
        assert "Please wait 2 seconds" in _try(client).text
        clock.shift(2)
        assert _try(client, password=PASSWORD).status_code == 303


def test_the_wait_grows_to_a_quarter_of_an_hour_and_no_further(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(18):
            _try(client)
            clock.shift(900)
        _try(client)
        assert "Please wait 15 minutes" in _try(client).text


def test_a_success_forgets_the_failures_from_here(client: FlaskClient, app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(4):
            _try(client)
        sign_in(client, CLINIC_OPERATOR)
        assert [_try(app.test_client()).status_code for _ in range(5)] == [422] * 5


def test_a_stranger_waits_like_anybody(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        for email_address in (STRANGER, CLINIC_OPERATOR):
            answers = [_try(client, email_address) for _ in range(6)]
            assert [answer.status_code for answer in answers] == [422] * 5 + [429]


def test_codes_cannot_be_guessed_at_leisure(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        page = pass_password(client, CLINIC_OPERATOR)
        answers = [submit(client, page, {"code": "000000"}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert "Please wait" in answers[-1].text


def test_one_persons_failures_elsewhere_do_not_lock_them_out_here(client: FlaskClient, app: Flask) -> None:
    stranger = app.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(7):
        _try(stranger)
    sign_in(client, CLINIC_OPERATOR)


def test_unknown_wrong_inactive_and_locked_get_the_same_answer(client: FlaskClient, app: Flask) -> None:
    _change("UPDATE users SET active = false WHERE email_address = 'admin@riverside-clinic.example'")
    _change("UPDATE users SET locked = true WHERE email_address = 'viewer@riverside-clinic.example'")
    answers = [
        _try(app.test_client(), STRANGER),
        _try(app.test_client(), CLINIC_OPERATOR),
        _try(app.test_client(), "admin@riverside-clinic.example", password=PASSWORD),
        _try(app.test_client(), "viewer@riverside-clinic.example", password=PASSWORD),
    ]
    told = {(answer.status, _without_what_differs(answer), _header_names(answer)) for answer in answers}
    assert len(told) == 1
    assert "The e-mail address or the password is not right." in answers[0].text


def test_a_stranger_costs_a_hash_too(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the answer for an unknown address would come sooner, and tell."""
    hashed: list[str] = []

    class Counting(argon2.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            hashed.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1))
    for email_address in (STRANGER, CLINIC_OPERATOR):
        _try(client, email_address)
    assert len(hashed) == 2
    assert len({one.rpartition("$")[0].rpartition("$")[0] for one in hashed}) == 1


def test_failures_and_successes_are_on_the_platforms_trail(client: FlaskClient) -> None:
    _try(client, STRANGER)
    sign_in(client, CLINIC_OPERATOR)
    people.sign_out(client)
    with across_companies(reason="reading the trail in a test"):
        told = session().execute(
            text("SELECT action, user_label FROM trail WHERE details IS NOT NULL ORDER BY id")
        )
        entries = [tuple(row) for row in told]
    assert entries[-3:] == [
        ("sign_in_failed", ""),
        ("signed_in", "Oscar Reyes"),
        ("signed_out", "Oscar Reyes"),
    ]


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_elsewhere_is_not_followed(client: FlaskClient, target: str) -> None:
    page = client.get("/sign-in", query_string={"next": target})
    code_page = client.get(_send_password(client, page).location)
    answer = submit(client, code_page, {"code": people.shown_code(code_page)}, expect=303)
    assert answer.location == "/companies"


def test_one_goes_on_where_one_wanted_to_go(client: FlaskClient) -> None:
    turned_away = client.get("/c/riverside-clinic/trail?thing=users")
    assert turned_away.location == "/sign-in?next=/c/riverside-clinic/trail?thing%3Dusers"
    page = client.get(turned_away.location)
    code_page = client.get(_send_password(client, page).location)
    answer = submit(client, code_page, {"code": people.shown_code(code_page)}, expect=303)
    assert answer.location == "/c/riverside-clinic/trail?thing=users"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    target=some.text(alphabet=some.sampled_from("/\\:.@?#%\t\n\r abh0123é\x00"), max_size=12) | some.text()
)
def test_no_text_at_all_leads_to_another_host(app: Flask, target: str) -> None:
    with app.test_request_context("/sign-in"):
        chosen = safe_target(target)
    # What browsers do before they read an address (WHATWG URL): drop tabs and line ends, turn \ into /.
    read = re.sub(r"[\t\r\n]", "", chosen).strip().replace("\\", "/")
    assert urlsplit(urljoin("https://portal.example/sign-in", read)).netloc == "portal.example"
    assert read.startswith("/")


@pytest.mark.parametrize(("email_address", "minutes"), [(people.UTILITY_OPERATOR, 30), (SUPPORT, 15)])
def test_a_session_ends_after_a_while_of_nothing(
    client: FlaskClient, email_address: str, minutes: int
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, email_address)
        for _ in range(2):
            clock.shift(timedelta(minutes=minutes - 1))
            assert client.get("/account").status_code == 200
        clock.shift(timedelta(minutes=minutes + 1))
        assert client.get("/companies").location.startswith("/sign-in")


@pytest.mark.parametrize(("email_address", "hours"), [(people.UTILITY_OPERATOR, 12), (SUPPORT, 8)])
def test_a_session_ends_after_a_day_of_anything(client: FlaskClient, email_address: str, hours: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, email_address)
        statuses = []
        for _ in range(hours * 5):
            statuses.append(client.get("/account").status_code)
            clock.shift(timedelta(minutes=12))
        assert statuses == [200] * hours * 5
        assert client.get("/companies").location.startswith("/sign-in")


@pytest.mark.parametrize("column", ["active = false", "locked = true"])
def test_who_is_turned_off_is_out_at_once(client: FlaskClient, column: str) -> None:
    sign_in(client, SUPPORT)
    _change(f"UPDATE users SET {column} WHERE email_address = '{SUPPORT}'")
    assert client.get("/companies").location.startswith("/sign-in")
    half = client.application.test_client()
    _change(f"UPDATE users SET active = true, locked = false WHERE email_address = '{SUPPORT}'")
    page = pass_password(half, SUPPORT)
    _change(f"UPDATE users SET {column} WHERE email_address = '{SUPPORT}'")
    assert submit(half, page, {"code": people.shown_code(page)}).location == "/sign-in"


def test_cookies_are_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    answer = sign_in(client, CLINIC_OPERATOR)
    cookies = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("sid=")]
    assert len(cookies) == 1
    parts = {part.strip() for part in cookies[0].split(";")[1:]}
    assert parts == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_in_production_cookies_need_https_and_this_host(
    production_app: Flask, production_client: FlaskClient
) -> None:
    page = production_client.get("/sign-in")
    answer = _send_password(production_client, page)
    typed = {"code": authenticator_code(production_app, CLINIC_OPERATOR, datetime.now(UTC))}
    signed_in = submit(production_client, production_client.get(answer.location), typed, expect=303)
    for given_with, name in ((answer, "__Host-step"), (signed_in, "__Host-sid")):
        (cookie,) = (one for one in given_with.headers.getlist("Set-Cookie") if one.startswith(f"{name}="))
        if "Max-Age=0" not in cookie:
            parts = {part.strip() for part in cookie.split(";")[1:]}
            assert parts >= {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
            assert not any(part.startswith("Domain") for part in parts)
    assert "max-age=31536000" in signed_in.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("email_address", [CLINIC_OPERATOR, people.CLINIC_NEWCOMER])
def test_production_shows_no_code(
    production_app: Flask, production_client: FlaskClient, email_address: str
) -> None:
    answer = _send_password(production_client, production_client.get("/sign-in"), email_address)
    page = production_client.get(answer.location)
    assert page.status_code == 200
    assert "Demo" not in page.text
    assert "shown-code" not in page.text
    assert authenticator_code(production_app, email_address, datetime.now(UTC)) not in page.text


def test_the_demo_has_a_command_that_says_the_code(
    production_settings: Settings,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _set_environment(monkeypatch, production_settings, "demo")
    assert main(["code", CLINIC_OPERATOR]) == 0
    assert re.fullmatch(r"[0-9]{6}\n", capsys.readouterr().out)


def test_production_has_no_such_command(
    production_settings: Settings,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _set_environment(monkeypatch, production_settings, "production")
    _change("UPDATE installation SET environment = 'production'")
    with pytest.raises(SystemExit) as wrong_use:
        main(["code", CLINIC_OPERATOR])
    assert wrong_use.value.code == 2
    assert "invalid choice: 'code'" in capsys.readouterr().err
    # Nor does the function behind it help whoever reaches it another way.
    with pytest.raises(Rejected, match="demo only"):
        code._run(argparse.Namespace(email=CLINIC_OPERATOR))


def _set_environment(monkeypatch: pytest.MonkeyPatch, wanted: Settings, env: str) -> None:
    environment = environment_for_tests(wanted.data_dir, wanted.database_url, wanted.redis_url)
    hosts = {"PUBLIC_URL": "https://portal.example", "TRUSTED_HOSTS": "portal.example"}
    for name, value in {**environment, **hosts, "CARILLON_ENV": env}.items():
        monkeypatch.setenv(name, value)


def _try(client: FlaskClient, email_address: str = CLINIC_OPERATOR, *, password: str = WRONG) -> TestResponse:
    return _send_password(client, client.get("/sign-in"), email_address, password=password)


def _send_password(
    client: FlaskClient, page: TestResponse, email_address: str = CLINIC_OPERATOR, *, password: str = PASSWORD
) -> TestResponse:
    return submit(client, page, {"email_address": email_address, "password": password})


def _change(statement: str) -> None:
    with across_companies(reason="changing a row for a test"):
        session().execute(text(statement))


def _without_what_differs(answer: TestResponse) -> str:
    """The page without what is new in each: the tokens, and the address that was typed."""
    page = re.sub(r'value="[^"]*@[^"]*"', "", answer.text)
    page = re.sub(r'(name="csrf_token"[^>]*value=)"[^"]+"', r"\1", page)
    return re.sub(r'("X-CSRFToken": )"[^"]+"', r"\1", page)


def _header_names(answer: TestResponse) -> tuple[str, ...]:
    return tuple(sorted(answer.headers.keys()))

"""The platform's companies: making one with its administrator, changing it, its former address, groups."""

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.unit_of_work import across_companies, session
from tests import people
from tests.blueprints.filled import filled
from tests.people import csrf_token, sign_in

NEW = {
    "name": "Oakridge District", "alias": "oakridge", "kind": "school", "tier": "3",
    "time_zone": "America/Denver", "first_name": "Olga", "last_name": "Ames",
    "email_address": "olga@oakridge.example",
}  # fmt: skip


def test_a_company_begins_with_an_administrator_who_is_invited(client: FlaskClient) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    page = client.get(_post(client, "/companies", NEW, expect=303).location).text
    assert "/c/oakridge/" in page
    held = _ask(
        "SELECT r.key FROM user_roles g JOIN roles r ON r.id = g.role_id JOIN users u ON u.id = g.user_id "
        "JOIN companies c ON c.id = g.company_id WHERE u.email_address = 'olga@oakridge.example' "
        "AND c.alias = 'oakridge'"
    )
    assert held == "company_administrator"
    assert _ask("SELECT count(*) FROM account_mails WHERE to_address = 'olga@oakridge.example'") == 1
    assert "Oakridge District" in client.get("/platform/companies?search=oak").text


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("Oak Ridge", "this one has “O”, a space, “R”. “oak-ridge” would do."),
        ("école-nord", "this one has “é”. “ecole-nord” would do."),
        ("oakridge\u200b", "an invisible character (U+200B)"),
        ("ｏａｋ", "“ｏ”, “ａ”, “ｋ”"),
        ("9oaks", "An alias begins with a letter. “oaks” would do."),
        ("oak-", "An alias ends with a letter or a digit."),
        ("oa", "An alias is 3 to 40 characters long; this one has 2."),
        ("../c", "“.”, “/”"),
        ("riverside-clinic", "Another company has or had the alias"),
    ],
)
def test_an_alias_that_will_not_do_is_told_what_is_wrong(client: FlaskClient, alias: str, words: str) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    answer = _post(client, "/companies", NEW | {"alias": alias})
    assert answer.status_code in (409, 422)
    assert words in answer.text
    assert _ask("SELECT count(*) FROM companies") == 3
    assert _ask("SELECT count(*) FROM account_mails") == 0


def test_a_former_address_still_leads_to_the_company_and_stays_its_own(client: FlaskClient) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    _change(client, 1, alias="riverside")
    assert (
        "Another company has or had"
        in _post(client, "/companies", NEW | {"alias": "riverside-clinic"}, expect=409).text
    )
    own = client.application.test_client()
    sign_in(own, people.CLINIC_OPERATOR)
    moved = own.get("/c/riverside-clinic/messages?status=delivered")
    assert (moved.status_code, moved.location) == (302, "/c/riverside/messages?status=delivered")
    assert own.get("/c/riverside/messages").status_code == 200
    stranger = client.application.test_client()
    sign_in(stranger, people.UTILITY_OPERATOR)
    assert stranger.get("/c/riverside-clinic/messages").status_code == 404
    _change(client, 1, alias="riverside-clinic")
    assert own.get("/c/riverside-clinic/messages").status_code == 200


def test_an_address_of_its_own_needs_tier_one(client: FlaskClient) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    refused = _change(client, 2, expect=422, from_email="hello@maplewood-schools.example")
    assert "A company of tier 3 sends from an address of ours" in refused.text
    _change(client, 2, from_email="maplewood@carillon.example")
    _change(client, 2, tier="1", from_email="hello@maplewood-schools.example")


def test_two_who_change_one_company_see_both_versions(client: FlaskClient) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    opened = client.get("/platform/companies/1/edit")
    own = client.application.test_client()
    sign_in(own, people.CLINIC_ADMIN)
    page = own.get("/c/riverside-clinic/settings/edit")
    values = filled(page, "/settings") | {"contact_email": "desk@riverside-clinic.example"}
    assert own.post("/c/riverside-clinic/settings", data=values).status_code == 303
    mine = filled(opened, "/companies/1") | {"name": "Riverside Clinics"}
    lost = client.post("/platform/companies/1", data=mine)
    assert lost.status_code == 409
    assert "desk@riverside-clinic.example" in lost.text
    assert "Riverside Clinics" in lost.text
    assert _ask("SELECT name FROM companies WHERE id = 1") == "Riverside Clinic"


def test_an_administrator_cannot_give_their_company_another_tier(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    page = client.get("/c/riverside-clinic/settings/edit")
    values = filled(page, "/settings") | {"tier": "1", "alias": "mine", "from_phone": "+13125550199"}
    assert client.post("/c/riverside-clinic/settings", data=values).status_code == 303
    assert _ask("SELECT tier || alias || from_phone FROM companies WHERE id = 1") == (
        "3riverside-clinic+12125550100"
    )


def test_the_staff_of_the_master_act_for_the_group_as_long_as_it_is_the_master(client: FlaskClient) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    values = {"name": "Lakes", "companies": ["1", "3"], "master": "3"}
    made = _post(client, "/groups", values, expect=303).location
    person = _ask("SELECT id FROM users WHERE email_address = 'operator@lakeside-utility.example'")
    other = client.application.test_client()
    sign_in(other, people.UTILITY_OPERATOR)
    assert other.get("/c/riverside-clinic/messages").status_code == 404
    _post(
        client, f"{made.removeprefix('/platform')}/staff", {"person": str(person), "act": "yes"}, expect=303
    )
    assert other.get("/c/riverside-clinic/messages").status_code == 200
    stranger = _ask("SELECT id FROM users WHERE email_address = 'operator@maplewood-schools.example'")
    _post(
        client, f"{made.removeprefix('/platform')}/staff", {"person": str(stranger), "act": "yes"}, expect=404
    )
    opened = client.get(f"{made}/edit")
    values |= {"master": "1", "revision": filled(opened, made)["revision"]}
    _post(client, made.removeprefix("/platform"), values, expect=303)
    assert other.get("/c/riverside-clinic/messages").status_code == 404
    assert _post(client, made.removeprefix("/platform"), values).status_code == 409


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"companies": ["1"]}, "Choose at least two companies"),
        ({"master": "2"}, "The master is one of the companies of the group."),
        ({"name": " "}, "Give the group a name."),
    ],
)
def test_what_is_no_group_is_said(client: FlaskClient, change: dict[str, object], words: str) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    values: dict[str, object] = {"name": "Lakes", "companies": ["1", "3"], "master": "3"}
    assert words in _post(client, "/groups", values | change, expect=422).text


def test_the_platforms_screens_are_nobody_elses(client: FlaskClient) -> None:
    for who in (people.SUPPORT, people.CLINIC_ADMIN, people.BIRCH_PRINCIPAL):
        other = client.application.test_client()
        sign_in(other, who)
        for rule in client.application.url_map.iter_rules():
            if not rule.endpoint.startswith("platform."):
                continue
            built = rule.build(dict.fromkeys(rule.arguments, 1))
            assert built is not None
            address = built[1]
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                sent = {"X-CSRFToken": csrf_token(other)}
                answer = other.open(address, method=method, headers=sent)
                assert answer.status_code == 403, f"{who} {method} {address}"


def _post(
    client: FlaskClient, path: str, values: Mapping[str, object], expect: int | None = None
) -> TestResponse:
    answer = client.post(f"/platform{path}", data={"csrf_token": csrf_token(client), **values})
    assert expect is None or answer.status_code == expect, f"{answer.status}: {answer.text[:6000]}"
    return answer


def _change(client: FlaskClient, company_id: int, expect: int = 303, **values: str) -> TestResponse:
    opened = client.get(f"/platform/companies/{company_id}/edit")
    return _post(
        client, f"/companies/{company_id}", filled(opened, f"/companies/{company_id}") | values, expect=expect
    )


def _ask(query: str) -> object:
    with across_companies(reason="looking at rows in a test"):
        return session().scalar(text(query))

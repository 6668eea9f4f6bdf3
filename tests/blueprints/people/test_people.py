"""Who works here: roles in words, the last sign-in, the second factor, and who may see it."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.domain.access import grants
from app.domain.access.policies import POLICIES, ROLES
from app.models import Group, User
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.blueprints.scheduling.composer import CLINIC, SCHOOLS


def test_everybody_with_a_role_is_listed_with_it(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    page = client.get(f"{SCHOOLS}/people").text
    rows = _rows(page)
    assert set(rows) == {"Dana Whitfield", "Omar Haddad", "Vince Carlisle", "Priya Raman"}
    assert "Principal" in rows["Priya Raman"]
    assert "Birch Elementary only" in rows["Priya Raman"]
    assert "only" not in rows["Omar Haddad"]
    assert people.DISTRICT_OPERATOR in rows["Omar Haddad"]


def test_a_role_limited_to_a_closed_school_does_not_look_like_one_for_all(client: FlaskClient) -> None:
    with across_companies(reason="closing a school for a test"):
        session().execute(text("UPDATE customers SET active = false WHERE name = 'Birch Elementary'"))
    people.sign_in(client, people.DISTRICT_ADMIN)
    assert "Birch Elementary only" in _rows(client.get(f"{SCHOOLS}/people").text)["Priya Raman"]


def test_nobody_of_another_company_and_nobody_of_ours_is_listed(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    page = client.get(f"{SCHOOLS}/people").text
    assert "riverside-clinic.example" not in page
    assert "carillon.example" not in page


def test_the_last_sign_in_and_the_second_factor_are_told(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_ADMIN)
    rows = _rows(client.get(f"{CLINIC}/people").text)
    assert "<time" in rows["Ada Okafor"]
    assert "Never" in rows["Vera Lind"]
    assert "Set up" in rows["Vera Lind"]
    assert "At the next sign-in" in rows["Nora Quist"]


def test_who_is_turned_off_is_marked(client: FlaskClient) -> None:
    with across_companies(reason="turning a person off for a test"):
        session().execute(
            text("UPDATE users SET active = false WHERE email_address = :email"),
            {"email": people.CLINIC_VIEWER},
        )
    people.sign_in(client, people.CLINIC_ADMIN)
    assert "Cannot sign in" in _rows(client.get(f"{CLINIC}/people").text)["Vera Lind"]


def test_who_acts_for_the_group_is_counted(client: FlaskClient) -> None:
    with across_companies(reason="making a group for a test"):
        group = Group(name="Lakes and rivers")
        session().add(group)
        session().flush()
        session().execute(
            text("INSERT INTO company_groups (group_id, company_id) VALUES (:group, 1)"), {"group": group.id}
        )
        user = session().scalar(select(User.id).where(User.email_address == people.UTILITY_ADMIN))
        assert user is not None
        grants.grant_role(user, "group_administrator", group_id=group.id)
    people.sign_in(client, people.CLINIC_ADMIN)
    assert "1 person acts for the whole group" in client.get(f"{CLINIC}/people").text


def test_every_role_says_what_it_may_do(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_ADMIN)
    page = client.get(f"{CLINIC}/people").text
    shown = dict(re.findall(r'id="role-(\w+)"(.*?)</details>', page, re.DOTALL))
    assert set(shown) == {one.key for one in ROLES} - {"platform_administrator", "support"}
    words = {(one.module, one.function): one.name for one in POLICIES}
    for role in ROLES:
        for pair, sentence in words.items():
            said = sentence.replace("'", "&#39;") in shown.get(role.key, "")
            assert role.key not in shown or said is (pair in role.policies), (role.key, sentence)


@pytest.mark.parametrize("who", [people.CLINIC_OPERATOR, people.CLINIC_VIEWER])
def test_it_is_for_administrators(client: FlaskClient, who: str) -> None:
    people.sign_in(client, who)
    assert client.get(f"{CLINIC}/people").status_code == 403


def test_who_may_see_one_school_only_sees_its_people(client: FlaskClient) -> None:
    with across_companies(reason="finding a person for a test"):
        user = session().scalar(select(User.id).where(User.email_address == people.BIRCH_PRINCIPAL))
        birch = session().scalar(text("SELECT id FROM customers WHERE name = 'Birch Elementary'"))
    assert user is not None
    with transaction(platform=True):
        grants.grant_role(user, "company_administrator", company_id=2, customer_ids=[birch or 0])
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    assert set(_rows(client.get(f"{SCHOOLS}/people").text)) == {"Priya Raman"}


def test_who_may_see_one_school_is_not_told_who_else_could_be_handed_it(client: FlaskClient) -> None:
    with across_companies(reason="finding people and schools for a test"):
        places = dict(session().execute(text("SELECT name, id FROM customers")).all())
        principal, operator = (
            session().scalars(select(User.id).where(User.email_address == one)).one()
            for one in (people.BIRCH_PRINCIPAL, people.DISTRICT_OPERATOR)
        )
    birch, cedar = places["Birch Elementary"], places["Cedar High School"]
    with transaction(platform=True):
        grants.grant_role(principal, "company_administrator", company_id=2, customer_ids=[birch])
        grants.grant_role(operator, "principal", company_id=2, customer_ids=[cedar])
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/people/places/{birch}").text
    assert "Priya Raman" in page
    assert "Omar Haddad" not in page


def _rows(page: str) -> dict[str, str]:
    """The table's rows, each by the name of its person."""
    rows = re.findall(r'<tr id="person-\d+">(.*?)</tr>', page, re.DOTALL)
    return {name: row for row in rows for name in re.findall(r"<span>([^<]+)</span></a><span", row)}

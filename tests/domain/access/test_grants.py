"""What a person may do where: grants add up, the wider wins, and what was taken away is gone."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from app.domain.access import grants, group_staff, sync
from app.domain.access.grants import Access, access_of
from app.domain.access.policies import POLICIES, ROLES
from app.errors import NotFound
from app.models import Company, Customer, Grant, Policy, Role, RolePolicy, User
from app.unit_of_work import across_companies, session, transaction
from tests import people

READ, SEND, TRAIL = ("messages", "read"), ("broadcasts", "compose"), ("trail", "read")
CLINIC, DISTRICT, UTILITY = "riverside-clinic", "maplewood-schools", "lakeside-utility"


def test_a_principal_may_write_to_their_own_school_only(app: Flask) -> None:
    access = _access(people.BIRCH_PRINCIPAL, DISTRICT)
    assert access.customers(*SEND) == (_customer("Birch Elementary"),)
    assert not access.may("ingest", "upload")
    assert access.customers("ingest", "upload") == ()


def test_an_operator_is_nobody_at_another_company(app: Flask) -> None:
    assert _access(people.UTILITY_OPERATOR, UTILITY).may(*SEND)
    assert _access(people.UTILITY_OPERATOR, CLINIC).policies == {}


@pytest.mark.parametrize("who", [people.SUPPORT, people.PLATFORM_ADMIN])
def test_a_role_on_the_platform_opens_no_company(app: Flask, who: str) -> None:
    for alias in (CLINIC, DISTRICT, UTILITY):
        assert _access(who, alias).policies == {}
    user_id, company_id = _ids(who, CLINIC)
    with transaction(platform=True, user=user_id):
        beside = access_of(user_id, company_id)[0]
    assert beside.may("support", "companies")
    assert not {TRAIL, READ, SEND} & beside.policies.keys()


def test_two_schools_add_up_and_the_whole_company_wins(app: Flask) -> None:
    birch, cedar = _customer("Birch Elementary"), _customer("Cedar High School")
    user_id, company_id = _ids(people.BIRCH_PRINCIPAL, DISTRICT)
    _grant(user_id, "approver", company_id, [cedar])
    access = _access(people.BIRCH_PRINCIPAL, DISTRICT)
    assert access.customers(*READ) == tuple(sorted((birch, cedar)))
    assert access.customers(*SEND) == (birch,)
    _grant(user_id, "viewer", company_id, [])
    assert _access(people.BIRCH_PRINCIPAL, DISTRICT).customers(*READ) is None
    assert _access(people.BIRCH_PRINCIPAL, DISTRICT).customers(*SEND) == (birch,)


def test_a_group_administrator_acts_for_the_companies_of_the_group_only(app: Flask) -> None:
    user_id, clinic = _ids(people.CLINIC_VIEWER, CLINIC)
    _, utility = _ids(people.CLINIC_VIEWER, UTILITY)
    with transaction(platform=True):
        group = session().scalar(text("INSERT INTO groups (name) VALUES ('Two of us') RETURNING id"))
        for company_id in (clinic, utility):
            session().execute(
                text("INSERT INTO company_groups (group_id, company_id) VALUES (:group, :company)"),
                {"group": group, "company": company_id},
            )
        grants.grant_role(user_id, "group_administrator", group_id=group)
    assert _access(people.CLINIC_VIEWER, UTILITY).may(*SEND)
    assert _access(people.CLINIC_VIEWER, DISTRICT).policies == {}
    with transaction(platform=True):
        mine = [company.alias for company in grants.companies_of(user_id)]
    assert mine == [UTILITY, CLINIC]


def test_who_is_turned_off_at_the_master_acts_for_no_company_of_the_group(app: Flask) -> None:
    user_id, clinic = _ids(people.CLINIC_OPERATOR, CLINIC)
    _, utility = _ids(people.CLINIC_OPERATOR, UTILITY)
    with transaction(platform=True):
        group = session().scalar(text("INSERT INTO groups (name) VALUES ('Two of us') RETURNING id"))
        for company_id in (clinic, utility):
            session().execute(
                text(
                    "INSERT INTO company_groups (group_id, company_id, master) VALUES (:group, :one, :master)"
                ),
                {"group": group, "one": company_id, "master": company_id == clinic},
            )
        grants.grant_role(user_id, "group_administrator", group_id=group)
    assert _access(people.CLINIC_OPERATOR, UTILITY).may(*SEND)
    with transaction(platform=True):
        session().execute(
            update(Grant).where(Grant.user_id == user_id, Grant.company_id == clinic).values(active=False)
        )
    for alias in (CLINIC, UTILITY):
        assert _access(people.CLINIC_OPERATOR, alias).policies == {}
    with transaction(platform=True):
        assert grants.companies_of(user_id) == []
        session().execute(update(Grant).where(Grant.user_id == user_id).values(active=True))
    assert _access(people.CLINIC_OPERATOR, UTILITY).may(*SEND)
    with transaction(platform=True):
        session().execute(delete(Grant).where(Grant.user_id == user_id, Grant.company_id == clinic))
        group_staff.let_go_who_left(user_id)
        assert session().scalars(select(Grant).where(Grant.user_id == user_id)).all() == []


def test_a_grant_taken_away_counts_at_once(app: Flask) -> None:
    user_id, _ = _ids(people.CLINIC_OPERATOR, CLINIC)
    with transaction(platform=True):
        session().execute(delete(Grant).where(Grant.user_id == user_id))
    assert _access(people.CLINIC_OPERATOR, CLINIC).policies == {}


def test_a_company_that_is_turned_off_is_not_in_the_list(app: Flask) -> None:
    user_id, company_id = _ids(people.CLINIC_OPERATOR, CLINIC)
    with transaction(platform=True):
        session().execute(text("UPDATE companies SET active = false WHERE id = :id"), {"id": company_id})
        assert grants.companies_of(user_id) == []


def test_a_role_that_is_not_there_is_said(app: Flask) -> None:
    with transaction(platform=True), pytest.raises(NotFound, match="chancellor"):
        grants.grant_role(1, "chancellor", company_id=1)


def test_the_same_grant_is_given_once(app: Flask) -> None:
    user_id, company_id = _ids(people.CLINIC_OPERATOR, CLINIC)
    with pytest.raises(IntegrityError):
        _grant(user_id, "operator", company_id, [])


def test_syncing_again_changes_nothing_and_mends_what_drifted(app: Flask) -> None:
    before = _roles()
    with transaction(platform=True):
        sync.sync_policies()
    assert _roles() == before
    with transaction(platform=True):
        session().add(Policy(module="old", function="thing", name="No longer declared", description=""))
        session().flush()
        old = session().scalar(select(Policy.id).where(Policy.module == "old"))
        viewer = session().scalar(select(Role.id).where(Role.key == "viewer"))
        session().add(RolePolicy(role_id=viewer, policy_id=old))
        session().execute(delete(RolePolicy).where(RolePolicy.role_id == viewer, RolePolicy.policy_id != old))
    with transaction(platform=True):
        sync.sync_policies()
    assert _roles() == before


def test_the_tables_say_what_the_code_declares(app: Flask) -> None:
    assert _roles() == {role.key: set(role.policies) for role in ROLES}
    with transaction(platform=True):
        stored = {(one.module, one.function) for one in session().scalars(select(Policy))}
    assert stored == {(one.module, one.function) for one in POLICIES}


@given(some.dictionaries(some.tuples(some.text(), some.text()), some.none() | some.tuples(some.integers())))
def test_what_was_not_granted_is_for_no_customer(
    policies: dict[tuple[str, str], tuple[int, ...] | None],
) -> None:
    access = Access(policies)
    assert access.customers("never", "granted") == policies.get(("never", "granted"), ())
    assert all(access.may(*pair) for pair in policies)


def _access(email_address: str, alias: str) -> Access:
    user_id, company_id = _ids(email_address, alias)
    with transaction(platform=True, user=user_id):
        return grants.access_at(user_id, company_id)


def _ids(email_address: str, alias: str) -> tuple[int, int]:
    with across_companies(reason="finding people for a test"):
        user_id = session().scalars(select(User.id).where(User.email_address == email_address)).one()
        return user_id, session().scalars(select(Company.id).where(Company.alias == alias)).one()


def _customer(name: str) -> int:
    with across_companies(reason="finding a customer for a test"):
        return session().scalars(select(Customer.id).where(Customer.name == name)).one()


def _grant(user_id: int, role: str, company_id: int, customer_ids: list[int]) -> None:
    with transaction(platform=True):
        grants.grant_role(user_id, role, company_id=company_id, customer_ids=customer_ids)


def _roles() -> dict[str, set[tuple[str, str]]]:
    with transaction(platform=True):
        rows = session().execute(
            select(Role.key, Policy.module, Policy.function)
            .join(RolePolicy, RolePolicy.role_id == Role.id)
            .join(Policy, Policy.id == RolePolicy.policy_id)
        )
        found: dict[str, set[tuple[str, str]]] = {}
        for key, module, function in rows:
            found.setdefault(key, set()).add((module, function))
        return found

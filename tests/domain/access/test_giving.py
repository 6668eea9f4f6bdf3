"""Giving and taking: never more than one has, never without an administrator, never over another's change."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.domain.access import delegation, giving
from app.domain.access.administrators import administrators
from app.domain.access.explaining import rights_of
from app.domain.access.grants import Access, access_at
from app.domain.access.policies import ADMINISTRATOR, ROLES
from app.domain.access.roles import Overtaken
from app.errors import Conflict, Forbidden, NotFound, Rejected
from app.models import Customer, User
from app.unit_of_work import across_companies, session, transaction
from tests import people

CLINIC, DISTRICT = 1, 2


def test_of_two_administrators_who_take_each_other_away_at_once_one_stays(app: Flask) -> None:
    ada, vera = _user(CLINIC, people.CLINIC_ADMIN), _user(CLINIC, people.CLINIC_VIEWER)
    with transaction(CLINIC):
        giving.give(vera, _role(ADMINISTRATOR), None, giver=_all())
        doomed = {
            user_id: next(one.id for one in giving.grants_of(user_id) if one.role_id == _role(ADMINISTRATOR))
            for user_id in (ada, vera)
        }

    def take(user_id: int) -> str:
        try:
            with transaction(CLINIC):
                giving.take_away(user_id, doomed[user_id], giver=_all())
        except Conflict as problem:
            return problem.message
        return ""

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(take, (ada, vera)))
    assert sorted(bool(end) for end in ends) == [False, True]
    assert "last administrator" in "".join(ends)
    with transaction(CLINIC):
        assert administrators() == 1


@pytest.mark.parametrize("change", ["active = false", "locked = true"])
def test_who_cannot_sign_in_is_no_administrator_to_count_on(app: Flask, change: str) -> None:
    ada, vera = _user(CLINIC, people.CLINIC_ADMIN), _user(CLINIC, people.CLINIC_VIEWER)
    with transaction(CLINIC):
        giving.give(vera, _role(ADMINISTRATOR), None, giver=_all())
    with across_companies(reason="closing an account for a test"):
        session().execute(text(f"UPDATE users SET {change} WHERE id = :id"), {"id": vera})
    with pytest.raises(Conflict, match="last administrator"), transaction(CLINIC):
        giving.turn(ada, on=False, giver=_all(), by=vera)
    with across_companies(reason="opening an account for a test"):
        session().execute(text("UPDATE users SET active = true, locked = false"))
    with transaction(CLINIC):
        giving.turn(ada, on=False, giver=_all(), by=vera)


def test_an_administrator_of_some_customers_only_is_none_of_the_company(app: Flask) -> None:
    ada, vera = _user(CLINIC, people.CLINIC_ADMIN), _user(CLINIC, people.CLINIC_VIEWER)
    with transaction(CLINIC):
        giving.give(vera, _role(ADMINISTRATOR), (1,), giver=_all())
        (grant,) = giving.grants_of(ada)
    with pytest.raises(Conflict, match="last administrator"), transaction(CLINIC):
        giving.change(ada, grant.id, grant.role_id, (1,), giver=_all(), opened=None)


def test_nobody_gives_more_than_they_may_do_themselves(app: Flask) -> None:
    vera = _user(CLINIC, people.CLINIC_VIEWER)
    operator = next(one.policies for one in ROLES if one.key == "operator")
    for giver in (Access(), Access(dict.fromkeys(operator))):
        with pytest.raises(Forbidden, match="more than that"), transaction(CLINIC):
            giving.give(vera, _role(ADMINISTRATOR), None, giver=giver)
    with transaction(CLINIC):
        giving.give(vera, _role("operator"), None, giver=Access(dict.fromkeys(operator)))


def test_who_may_it_for_one_customer_gives_it_for_that_one_only(app: Flask) -> None:
    vera = _user(CLINIC, people.CLINIC_VIEWER)
    limited = Access(dict.fromkeys(_all().policies, (1,)))
    for wanted in (None, (2,), (1, 2)):
        with pytest.raises(Forbidden), transaction(CLINIC):
            giving.give(vera, _role("operator"), wanted, giver=limited)
    with transaction(CLINIC, [1]):
        giving.give(vera, _role("operator"), (1,), giver=limited)


def test_nobody_takes_away_what_they_could_not_give(app: Flask) -> None:
    ada = _user(CLINIC, people.CLINIC_ADMIN)
    viewer = next(one.policies for one in ROLES if one.key == "viewer")
    with transaction(CLINIC):
        (grant,) = giving.grants_of(ada)
    for act in (
        lambda: giving.take_away(ada, grant.id, giver=Access(dict.fromkeys(viewer))),
        lambda: giving.turn(ada, on=False, giver=Access(dict.fromkeys(viewer)), by=0),
    ):
        with pytest.raises(Forbidden), transaction(CLINIC):
            act()


@pytest.mark.parametrize("key", ["platform_administrator", "support", "group_administrator"])
def test_roles_of_the_platform_and_of_groups_are_not_given_here(app: Flask, key: str) -> None:
    vera, role = _user(CLINIC, people.CLINIC_VIEWER), _role(key)
    with pytest.raises((Forbidden, NotFound)), transaction(CLINIC):
        giving.give(vera, role, None, giver=_all())


def test_a_customer_of_another_company_is_not_there_and_none_at_all_is_asked_for(app: Flask) -> None:
    vera, role = _user(CLINIC, people.CLINIC_VIEWER), _role("operator")
    with transaction(DISTRICT):
        foreign = session().scalars(select(Customer.id)).first()
    with pytest.raises(NotFound), transaction(CLINIC):
        giving.give(vera, role, (foreign or 0,), giver=_all())
    with pytest.raises(Rejected), transaction(CLINIC):
        giving.give(vera, role, (), giver=_all())


def test_a_customer_that_is_turned_off_comes_back_to_whom_it_was_handed(app: Flask) -> None:
    priya = _user(DISTRICT, people.BIRCH_PRINCIPAL)
    birch, cedar = _places()
    _turn(birch, active=False)
    with transaction(DISTRICT):
        (grant,) = giving.grants_of(priya)
        giving.change(priya, grant.id, grant.role_id, (cedar,), giver=_all(), opened=None)
    _turn(birch, active=True)
    with transaction(platform=True):
        assert access_at(priya, DISTRICT).customers("messages", "read") == (birch, cedar)


def test_who_hands_a_school_over_while_somebody_else_does_is_told(app: Flask) -> None:
    _, cedar = _places()
    with transaction(DISTRICT):
        (one,) = delegation.delegates(cedar)
        mark = delegation.standing_of([one])
        assert delegation.hand(cedar, [one.grant_id], giver=_all(), opened=mark).changed == 1
    with pytest.raises(Overtaken), transaction(DISTRICT):
        delegation.hand(cedar, [], giver=_all(), opened=mark)


def test_the_last_school_taken_away_takes_the_role_with_it(app: Flask) -> None:
    birch, _ = _places()
    with transaction(DISTRICT):
        (one,) = delegation.delegates(birch)
        handed = delegation.hand(birch, [], giver=_all(), opened=delegation.standing_of([one]))
        assert handed.lost == [one.user_id]
    with transaction(platform=True):
        assert not access_at(one.user_id, DISTRICT).policies


def test_each_right_is_explained_by_the_roles_it_comes_from(app: Flask) -> None:
    priya = _user(DISTRICT, people.BIRCH_PRINCIPAL)
    _, cedar = _places()
    with transaction(DISTRICT):
        giving.give(priya, _role("viewer"), (cedar,), giver=_all())
        rights = {one.words: one for _, found in rights_of(priya) for one in found}
    read, write = rights["See messages and what became of them"], rights["Write to people, now or later"]
    assert read.where == "Birch Elementary, Cedar High School"
    assert [(one.role, one.where) for one in read.reasons] == [
        ("Principal", "for Birch Elementary"), ("Viewer", "for Cedar High School"),
    ]  # fmt: skip
    assert (write.may, write.where) == (True, "Birch Elementary")
    assert not rights["Run an import"].may
    assert not rights["Run an import"].reasons


def _places() -> tuple[int, int]:
    with transaction(DISTRICT):
        birch, cedar = session().scalars(select(Customer.id).order_by(Customer.name))
    return birch, cedar


def _turn(customer_id: int, *, active: bool) -> None:
    with transaction(DISTRICT):
        session().execute(
            text("UPDATE customers SET active = :active WHERE id = :id"),
            {"active": active, "id": customer_id},
        )


def _all() -> Access:
    role = next(one for one in ROLES if one.key == ADMINISTRATOR)
    return Access(dict.fromkeys(role.policies))


def _role(key: str) -> int:
    """The number of a role that ships: they are made in this order."""
    return [one.key for one in ROLES].index(key) + 1


def _user(company_id: int, email_address: str) -> int:
    with transaction(company_id):
        return session().scalars(select(User.id).where(User.email_address == email_address)).one()

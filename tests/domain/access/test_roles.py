"""Roles of a company's own: made, changed, removed; who gives has it; of two at once one wins."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import giving, roles
from app.domain.access.grants import Access, access_at
from app.domain.access.policies import ADMINISTRATOR, POLICIES, ROLES, TASKS, matrix, offered
from app.domain.access.role_changes import effects_of
from app.domain.access.roles import NOT_GIVEN_HERE, Overtaken, RoleText
from app.errors import Conflict, Forbidden, NotFound, Rejected
from app.models import Role, User
from app.unit_of_work import session, transaction
from tests import people

CLINIC, UTILITY = 1, 3
LOOK = frozenset({("home", "read"), ("messages", "read")})
WRITE = ("broadcasts", "compose")


def test_every_policy_stands_under_a_task_and_platforms_ones_are_offered_to_nobody() -> None:
    assert {one.module for one in POLICIES} <= set(TASKS)
    shown = [(one.module, one.function) for _, declared in matrix() for one in declared]
    assert sorted(shown) == sorted(offered())
    assert not {module for module, _ in offered()} & {"platform"}


def test_an_administrator_may_do_whatever_any_role_given_here_may() -> None:
    """Else they could not give it: nobody gives more than they have."""
    for role in ROLES:
        if role.key not in NOT_GIVEN_HERE:
            assert role.policies <= offered(), role.key


def test_a_role_is_made_given_and_counts_at_this_company(app: Flask) -> None:
    role_id, vera = _make("Reception"), _user(people.CLINIC_VIEWER)
    with transaction(CLINIC):
        giving.give(vera, role_id, None, giver=_all())
    with transaction(platform=True):
        assert access_at(vera, CLINIC).may(*WRITE)
        assert not access_at(vera, UTILITY).policies
    with transaction(CLINIC):
        (found,) = [one for one in roles.roles_here() if one.own]
        assert (found.name, found.holders, found.revision) == ("Reception", 1, 1)
    with transaction(UTILITY), pytest.raises(NotFound):
        roles.role_here(role_id)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "operator", "Reception"])
def test_a_name_is_needed_short_and_free(app: Flask, name: str) -> None:
    _make("Reception")
    with pytest.raises(Rejected) as refused, transaction(CLINIC):
        roles.make_role(RoleText(name, "", LOOK), giver=_all())
    assert refused.value.field == "name"


def test_two_companies_may_have_a_role_of_one_name(app: Flask) -> None:
    _make("Reception")
    with transaction(UTILITY):
        assert roles.make_role(RoleText("Reception", "", LOOK), giver=_all())


def test_a_role_that_may_nothing_or_what_is_ours_is_refused(app: Flask) -> None:
    for policies in (frozenset(), LOOK | {("platform", "read")}, LOOK | {("made", "up")}):
        with pytest.raises(Rejected) as refused, transaction(CLINIC):
            roles.make_role(RoleText("Odd", "", policies), giver=_all())
        assert refused.value.field == "policies"


def test_nobody_puts_into_a_role_what_they_may_not_do_everywhere_here(app: Flask) -> None:
    limited = Access({**dict.fromkeys(LOOK), WRITE: (1,)})
    for giver in (limited, Access(dict.fromkeys(LOOK)), Access()):
        with pytest.raises(Forbidden, match="only what you may do yourself"), transaction(CLINIC):
            roles.make_role(RoleText("More", "", LOOK | {WRITE}), giver=giver)


def test_nobody_takes_from_a_role_what_they_may_not_do_themselves(app: Flask) -> None:
    role_id = _make("Reception")
    with pytest.raises(Forbidden), transaction(CLINIC):
        roles.change_role(
            role_id, RoleText("Reception", "", LOOK), opened=1, giver=Access(dict.fromkeys(LOOK))
        )


def test_a_role_that_ships_stays_as_it_is(app: Flask) -> None:
    with transaction(CLINIC):
        viewer = session().scalars(select(Role.id).where(Role.key == "viewer")).one()
    with pytest.raises(Forbidden, match="ship"), transaction(CLINIC):
        roles.change_role(viewer, RoleText("Viewer", "", LOOK), opened=1, giver=_all())
    with pytest.raises(Forbidden, match="ship"), transaction(CLINIC):
        roles.remove_role(viewer, giver=_all())


def test_of_two_who_save_at_once_one_is_told_and_nothing_is_mixed(app: Flask) -> None:
    role_id = _make("Reception")
    texts = [RoleText("First", "", LOOK), RoleText("Second", "", LOOK | {("trail", "read")})]

    def save(wanted: RoleText) -> str:
        try:
            with transaction(CLINIC):
                roles.change_role(role_id, wanted, opened=1, giver=_all())
        except Overtaken:
            return "overtaken"
        return wanted.name

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(save, texts))
    assert sorted(end == "overtaken" for end in ends) == [False, True]
    (winner,) = [one for one in texts if one.name in ends]
    with transaction(CLINIC):
        now = roles.role_here(role_id)
    assert (now.name, now.policies, now.revision) == (winner.name, winner.policies, 2)


def test_a_role_that_somebody_has_is_not_removed(app: Flask) -> None:
    role_id, vera = _make("Reception"), _user(people.CLINIC_VIEWER)
    with transaction(CLINIC):
        giving.give(vera, role_id, None, giver=_all())
    with pytest.raises(Conflict, match="1 person has this role"), transaction(CLINIC):
        roles.remove_role(role_id, giver=_all())
    with transaction(CLINIC):
        grant = next(one for one in giving.grants_of(vera) if one.role_id == role_id)
        giving.take_away(vera, grant.id, giver=_all())
        roles.remove_role(role_id, giver=_all())
    with transaction(CLINIC), pytest.raises(NotFound):
        roles.role_here(role_id)


def test_who_loses_and_who_gains_is_said_with_what_is_left(app: Flask) -> None:
    """Vera has the role alone; Oscar writes as an operator too, so he loses nothing."""
    role_id = _make("Reception")
    vera, oscar = _user(people.CLINIC_VIEWER), _user(people.CLINIC_OPERATOR)
    with transaction(CLINIC):
        for user_id in (vera, oscar):
            giving.give(user_id, role_id, None, giver=_all())
        before = roles.role_here(role_id).policies
        effects = effects_of(role_id, (before - {WRITE}) | {("trail", "read")}, before)
    said = {(one.pair, one.gains): [name for name, _ in one.people] for one in effects}
    assert said == {(WRITE, False): ["Vera Lind"], (("trail", "read"), True): ["Oscar Reyes", "Vera Lind"]}


def test_what_remains_for_one_customer_is_named(app: Flask) -> None:
    role_id, vera = _make("Reception"), _user(people.CLINIC_VIEWER)
    with transaction(CLINIC):
        operator = session().scalars(select(Role.id).where(Role.key == "operator")).one()
        giving.give(vera, role_id, None, giver=_all())
        giving.give(vera, operator, (1,), giver=_all())
        before = roles.role_here(role_id).policies
        (effect,) = effects_of(role_id, before - {WRITE}, before)
    assert effect.people == [("Vera Lind", "Riverside Main Street")]


def _make(name: str) -> int:
    with transaction(CLINIC):
        return roles.make_role(RoleText(name, "At the desk", LOOK | {WRITE}), giver=_all())


def _all() -> Access:
    role = next(one for one in ROLES if one.key == ADMINISTRATOR)
    return Access(dict.fromkeys(role.policies))


def _user(email_address: str) -> int:
    with transaction(CLINIC):
        return session().scalars(select(User.id).where(User.email_address == email_address)).one()

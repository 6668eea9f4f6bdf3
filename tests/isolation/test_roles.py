"""A company's own roles and its grants are its own: other companies neither see, use nor change them."""

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.domain.access import grants
from app.models import Grant, Role, RolePolicy
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.isolation.catalogue import Owner
from tests.isolation.planting import Story, plant

CLINIC, DISTRICT, UTILITY = 1, 2, 3
BIRCH, CEDAR = "Birch Elementary", "Cedar High School"


def test_a_role_of_a_company_is_seen_there_and_nowhere_else(app: Flask) -> None:
    story = plant("riverside-clinic")
    roles = select(Role.id).where(Role.key == f"own-{story.canary}")
    with transaction(CLINIC):
        assert session().scalar(roles) == story.ids["roles"]
        assert session().scalar(select(Role.id).where(Role.key == "viewer"))
    for context in ({"company": UTILITY}, {"platform": True}):
        with transaction(**context):
            assert session().scalar(roles) is None
            assert session().scalar(select(Role.id).where(Role.key == "viewer"))


def test_what_a_role_may_do_is_hidden_with_it(app: Flask) -> None:
    story = _with_a_policy()
    held = select(RolePolicy.id).where(RolePolicy.role_id == story.ids["roles"])
    with transaction(CLINIC):
        assert session().scalar(held)
    with transaction(UTILITY):
        assert session().scalar(held) is None


def test_without_a_company_there_are_no_roles_and_no_grants(app: Flask, as_app: Owner) -> None:
    for table in ("roles", "role_policies", "user_roles"):
        assert as_app.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_grants_of_other_companies_are_not_there(app: Flask) -> None:
    with transaction(CLINIC):
        assert set(session().scalars(select(Grant.company_id))) == {CLINIC, None}


@pytest.mark.parametrize("context", [{"company": UTILITY}, {"platform": True}])
def test_nobody_else_changes_a_companys_role(app: Flask, context: dict[str, object]) -> None:
    """Neither another company nor the platform's own screens, which are beside any company."""
    story = _with_a_policy()
    role = {"id": story.ids["roles"]}
    with transaction(**context):
        session().execute(text("UPDATE roles SET name = 'Ours now' WHERE id = :id"), role)
        session().execute(text("DELETE FROM role_policies WHERE role_id = :id"), role)
        session().execute(text("DELETE FROM roles WHERE id = :id"), role)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction(**context):
        session().execute(text("INSERT INTO role_policies (role_id, policy_id) VALUES (:id, 2)"), role)
    with across_companies(reason="looking after a try"):
        row = session().execute(text("SELECT name FROM roles WHERE id = :id"), role).one()
        kept = session().scalars(select(RolePolicy.id).where(RolePolicy.role_id == role["id"])).all()
    assert (row.name, len(kept)) == (story.canary, 1)


def test_a_company_changes_no_role_that_ships_and_makes_none_for_others(app: Flask) -> None:
    with transaction(CLINIC):
        session().execute(text("UPDATE roles SET name = 'Weaker' WHERE key = 'viewer'"))
        session().execute(
            text("DELETE FROM role_policies USING roles WHERE roles.id = role_id AND key = 'viewer'")
        )
    with transaction(platform=True):
        viewer = session().execute(select(Role).where(Role.key == "viewer")).scalar_one()
        assert viewer.name == "Viewer"
        assert grants.policies_of_role(viewer.id)
    for company_id in (UTILITY, None):
        with pytest.raises((ProgrammingError, IntegrityError)), transaction(CLINIC):
            session().add(Role(company_id=company_id, key=f"own-{company_id}", name="Odd"))
            session().flush()


def test_a_role_never_moves_to_another_company(app: Flask, as_app: Owner) -> None:
    plant("riverside-clinic")
    with as_app.transaction():
        as_app.execute("SET LOCAL app.company_id = '1'; SET LOCAL app.customers = 'all'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_app.execute("UPDATE roles SET company_id = 3")


def test_a_role_of_one_company_cannot_be_given_at_another_not_even_across(app: Flask) -> None:
    story = plant("riverside-clinic")
    given = {"user_id": 8, "role_id": story.ids["roles"], "scope": "company", "company_id": UTILITY}
    with pytest.raises(IntegrityError, match="cannot be given here"), across_companies(reason="a try"):
        session().add(Grant(**given))
        session().flush()
    with pytest.raises(IntegrityError, match="cannot be given here"), transaction(UTILITY):
        session().add(Grant(**given))
        session().flush()


def test_a_grant_is_given_and_taken_at_its_own_company_only(app: Flask) -> None:
    viewer = _role("viewer")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction(CLINIC):
        session().add(Grant(user_id=1, role_id=viewer, scope="company", company_id=UTILITY))
        session().flush()
    with transaction(CLINIC):
        session().execute(text("DELETE FROM user_roles WHERE company_id = 3 OR scope = 'platform'"))
        session().execute(text("UPDATE user_roles SET active = false WHERE scope = 'platform'"))
    with across_companies(reason="looking after a try"):
        left = session().scalars(
            select(Grant.scope).where(Grant.company_id.is_distinct_from(CLINIC), Grant.active)
        )
        assert {"platform", "company"} <= set(left.all())


def test_who_was_handed_one_school_hands_on_no_other(app: Flask) -> None:
    birch, cedar = plant("maplewood-schools", BIRCH), plant("maplewood-schools", CEDAR)
    viewer, mine = _role("viewer"), [birch.customer_id or 0]
    for limit in ({"scope": "company"}, {"scope": "customers", "customer_ids": [cedar.customer_id]}):
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction(birch.company_id, mine),
        ):
            session().add(Grant(user_id=8, role_id=viewer, company_id=birch.company_id, **limit))
            session().flush()
    with transaction(birch.company_id, mine):
        session().add(
            Grant(
                user_id=8, role_id=viewer, company_id=birch.company_id, scope="customers", customer_ids=mine
            )
        )
        session().flush()
        session().execute(text("DELETE FROM user_roles WHERE id = :id"), {"id": cedar.ids["user_roles"]})
    with across_companies(reason="looking after a try"):
        assert session().get(Grant, cedar.ids["user_roles"]) is not None


def test_a_school_taken_away_is_gone_at_the_next_click(client: FlaskClient) -> None:
    """Everywhere: in lists, in what is found, in counts, in the drawer, and by each address."""
    birch, cedar = plant("maplewood-schools", BIRCH), plant("maplewood-schools", CEDAR)
    _limit_principal(birch, cedar)
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    for path in ("messages", "search?q=canary", "broadcasts", "replies?view=all"):
        assert cedar.canary in client.get(f"/c/maplewood-schools/{path}").text, path
    _limit_principal(birch)
    for path in (
        f"messages/{cedar.ids['messages']}", f"broadcasts/{cedar.ids['broadcasts']}",
        f"wording/{cedar.ids['templates']}",
    ):  # fmt: skip
        answer = client.get(f"/c/maplewood-schools/{path}", headers={"HX-Request": "true"})
        assert answer.status_code == 404, path
    for path in ("", "messages", "broadcasts", "replies", "replies?view=all", "jobs", "wording", "search"):
        mark = "&" if "?" in path else "?"
        page = client.get(f"/c/maplewood-schools/{path}{mark}q=canary")
        assert page.status_code == 200, path
        assert cedar.canary not in page.text, path
        assert CEDAR not in page.text, path


def test_a_school_that_is_turned_off_is_closed_to_who_works_for_it_alone(client: FlaskClient) -> None:
    birch = plant("maplewood-schools", BIRCH)
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    message = f"/c/maplewood-schools/messages/{birch.ids['messages']}"
    assert client.get(message).status_code == 200
    _turn(birch, active=False)
    for path in ("/c/maplewood-schools/", message, "/c/maplewood-schools/search?q=canary"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert birch.canary not in answer.text
    _turn(birch, active=True)
    assert client.get(message).status_code == 200


def _with_a_policy() -> Story:
    story = plant("riverside-clinic")
    with across_companies(reason="giving a role something to do"):
        session().add(RolePolicy(role_id=story.ids["roles"], policy_id=1))
    return story


def _limit_principal(*stories: Story) -> None:
    with across_companies(reason="handing over schools in a test"):
        session().execute(
            text("UPDATE user_roles SET customer_ids = :ids WHERE user_id = "
                 "(SELECT id FROM users WHERE email_address = :email)"),
            {"ids": [one.customer_id for one in stories], "email": people.BIRCH_PRINCIPAL},
        )  # fmt: skip


def _turn(story: Story, *, active: bool) -> None:
    with across_companies(reason="turning a school off in a test"):
        session().execute(
            text("UPDATE customers SET active = :active WHERE id = :id AND company_id = :company"),
            {"active": active, "id": story.customer_id, "company": story.company_id},
        )


def _role(key: str) -> int:
    with transaction(platform=True):
        return session().scalars(select(Role.id).where(Role.key == key)).one()

"""How a company lets its people sign in: changed with both versions kept, and followed by open sessions."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.domain.access import group_staff
from app.domain.access.grants import grant_role
from app.domain.tenancy import groups
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.blueprints.filled import filled
from tests.people import sign_in, user_id_of

DISTRICT = "/c/maplewood-schools"
FORM = f"{DISTRICT}/settings"


def test_the_rules_are_saved_with_a_trail_and_open_sessions_follow(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    other = client.application.test_client()
    sign_in(other, people.DISTRICT_OPERATOR)
    assert _left(other) > 20 * 60
    page = client.get(f"{FORM}/edit")
    assert "whoever takes over the number" in page.text
    assert _save(client, page, idle_minutes="5", text_codes="y").status_code == 303
    told = client.get(FORM).text
    assert "After 5 minutes" in told
    assert "Allowed" in told
    assert _left(other) <= 5 * 60
    assert (
        _ask(
            "SELECT count(*) FROM trail WHERE company_id = 2 AND table_name = 'companies' "
            "AND new ->> 'idle_minutes' = '5' AND user_id IS NOT NULL"
        )
        == 1
    )


def test_of_two_who_change_the_rules_the_later_sees_both_versions(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    opened = client.get(f"{FORM}/edit")
    assert _save(client, opened, idle_minutes="5").status_code == 303
    lost = _save(client, opened, idle_minutes="60")
    assert lost.status_code == 409
    assert "After 5 minutes" in lost.text
    assert "After 60 minutes" in lost.text
    assert _ask("SELECT idle_minutes FROM companies WHERE id = 2") == 5


@pytest.mark.parametrize("minutes", ["4", "61", "0", "-5", "many"])
def test_less_than_five_minutes_or_more_than_an_hour_is_refused(client: FlaskClient, minutes: str) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    assert _save(client, client.get(f"{FORM}/edit"), idle_minutes=minutes).status_code == 422
    assert _ask("SELECT idle_minutes FROM companies WHERE id = 2") is None


def test_the_strictest_of_a_persons_companies_still_decides(client: FlaskClient) -> None:
    operator = user_id_of(people.DISTRICT_OPERATOR)
    with transaction(platform=True):
        grant_role(operator, "operator", company_id=1)
        session().execute(text("UPDATE companies SET idle_minutes = 10 WHERE id = 1"))
    other = client.application.test_client()
    sign_in(other, people.DISTRICT_OPERATOR)
    sign_in(client, people.DISTRICT_ADMIN)
    assert _save(client, client.get(f"{FORM}/edit"), idle_minutes="60").status_code == 303
    assert _left(other) <= 10 * 60


def test_the_staff_of_the_groups_master_follow_too(client: FlaskClient) -> None:
    person = user_id_of(people.UTILITY_OPERATOR)
    with transaction(platform=True):
        group = groups.make_group(name="Lakes", company_ids=[2, 3], master_id=3)
        group_staff.let_act(group.id, person, True)
    other = client.application.test_client()
    sign_in(other, people.UTILITY_OPERATOR)
    sign_in(client, people.DISTRICT_ADMIN)
    assert _save(client, client.get(f"{FORM}/edit"), idle_minutes="5").status_code == 303
    assert _left(other) <= 5 * 60


def _save(client: FlaskClient, page: TestResponse, **values: str) -> TestResponse:
    return client.post(FORM, data=filled(page, "/settings") | values)


def _left(client: FlaskClient) -> int:
    told = client.get("/session", headers={"Accept": "application/json"}).json
    assert told is not None
    return int(told["seconds_left"])


def _ask(query: str) -> int | None:
    with across_companies(reason="looking at rows in a test"):
        found = session().scalar(text(query))
        return None if found is None else int(found)

"""A colleague's lost second factor: asked for with a reason, told by mail, done a day later, or stopped."""

from datetime import UTC, datetime, timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.domain.identity import lost_factor
from app.models import UserFactor
from app.unit_of_work import across_companies, session
from tests import people
from tests.blueprints.people.rooms import CLINIC, SCHOOLS, held, post, role_id
from tests.people import sign_in

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
WHY = "The phone fell into the river."


def test_an_administrator_announces_it_and_a_day_later_the_factor_is_gone(client: FlaskClient) -> None:
    operator = held(people.CLINIC_OPERATOR)
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, people.CLINIC_ADMIN)
        assert "Second factor lost" in client.get(f"{CLINIC}/people/{operator.user_id}").text
        post(client, f"{CLINIC}/people/{operator.user_id}/lost-factor", reason=WHY)
        page = client.get(f"{CLINIC}/people/{operator.user_id}").text
        assert "about to be removed" in page
        assert "Second factor lost" not in page
        clock.shift(timedelta(hours=23, minutes=59))
        assert _removed_now() == []
        clock.shift(timedelta(minutes=2))
        assert _removed_now() == [operator.user_id]
    assert _factors(operator.user_id) == 0


def test_it_can_be_stopped_as_long_as_the_day_lasts(client: FlaskClient) -> None:
    operator = held(people.CLINIC_OPERATOR)
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, people.CLINIC_ADMIN)
        post(client, f"{CLINIC}/people/{operator.user_id}/lost-factor", reason=WHY)
        post(client, f"{CLINIC}/people/{operator.user_id}/lost-factor/stop")
        assert "about to be removed" not in client.get(f"{CLINIC}/people/{operator.user_id}").text
        clock.shift(timedelta(hours=25))
        assert _removed_now() == []
    assert _factors(operator.user_id) > 0


def test_nobody_invites_a_stranger_to_have_their_second_factor_removed(client: FlaskClient) -> None:
    stranger = held(people.CLINIC_ADMIN).user_id
    sign_in(client, people.DISTRICT_ADMIN)
    post(
        client, f"{SCHOOLS}/people/invite", email_address=people.CLINIC_ADMIN, first_name="A",
        last_name="Stranger", role_id=role_id("Viewer"), reach="company",
    )  # fmt: skip
    refused = post(client, f"{SCHOOLS}/people/{stranger}/lost-factor", expect=422, reason=WHY)
    assert "works for another company as well" in refused.text
    assert _removed_by(timedelta(days=2)) == []


def test_it_needs_a_reason_and_nobody_asks_it_for_themselves(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    operator, own = held(people.CLINIC_OPERATOR), held(people.CLINIC_ADMIN)
    empty = post(client, f"{CLINIC}/people/{operator.user_id}/lost-factor", expect=422, reason="")
    assert "Say why" in empty.text
    refused = post(client, f"{CLINIC}/people/{own.user_id}/lost-factor", expect=422, reason=WHY)
    assert "Nobody asks this for themselves" in refused.text
    assert _removed_by(timedelta(days=2)) == []


def test_it_reaches_nobody_of_another_company_and_nobody_without_the_right(client: FlaskClient) -> None:
    operator = held(people.CLINIC_OPERATOR)
    sign_in(client, people.DISTRICT_ADMIN)
    post(client, f"{SCHOOLS}/people/{operator.user_id}/lost-factor", expect=404, reason=WHY)
    post(client, "/sign-out")
    sign_in(client, people.CLINIC_OPERATOR)
    admin = held(people.CLINIC_ADMIN)
    post(client, f"{CLINIC}/people/{admin.user_id}/lost-factor", expect=403, reason=WHY)
    assert _removed_by(timedelta(days=2)) == []


def test_staff_of_the_platform_are_not_a_companys_to_ask_for(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    support = held(people.SUPPORT)
    viewer = held(people.CLINIC_VIEWER)
    post(
        client, f"{CLINIC}/people/invite", email_address=people.SUPPORT, first_name="Sam", last_name="Reed",
        role_id=viewer.role_id, reach="company",
    )  # fmt: skip
    refused = post(client, f"{CLINIC}/people/{support.user_id}/lost-factor", expect=422, reason=WHY)
    assert "works for Carillon" in refused.text


def test_the_platform_announces_it_for_who_works_for_several_or_for_us(client: FlaskClient) -> None:
    support = held(people.SUPPORT)
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, people.PLATFORM_ADMIN)
        page = f"/platform/people/{support.user_id}"
        assert "Second factor lost" in client.get(page).text
        post(client, f"{page}/lost-factor", expect=422, reason="")
        post(client, f"{page}/lost-factor", reason=WHY)
        assert "about to be removed" in client.get(page).text
        post(client, f"{page}/lost-factor/stop")
        assert "about to be removed" not in client.get(page).text
        post(client, f"{page}/lost-factor", reason=WHY)
        clock.shift(timedelta(hours=24, minutes=1))
        assert _removed_now() == [support.user_id]
    assert _factors(support.user_id) == 0
    own = held(people.PLATFORM_ADMIN)
    sign_in(client, people.PLATFORM_ADMIN)
    post(client, f"/platform/people/{own.user_id}/lost-factor", expect=422, reason=WHY)


def _removed_now() -> list[int]:
    with across_companies(reason="removing announced factors in a test"):
        return [one for one in lost_factor.due_removals() if lost_factor.remove_due(one)]


def _removed_by(later: timedelta) -> list[int]:
    with time_machine.travel(datetime.now(UTC) + later, tick=False):
        return _removed_now()


def _factors(user_id: int) -> int:
    with across_companies(reason="counting factors in a test"):
        query = select(func.count(UserFactor.id)).where(UserFactor.user_id == user_id)
        return session().scalar(query) or 0

"""The list of sendings, the page of one, its progress, and what can be done to it."""

import re

from flask.testing import FlaskClient

from app.models import Broadcast
from app.unit_of_work import session, transaction
from tests import people
from tests.blueprints.scheduling.composer import SCHOOLS, form_to, plan, send

DISTRICT = 2


def test_an_empty_list_says_what_to_do(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    page = client.get(f"{SCHOOLS}/broadcasts")
    assert "Nothing scheduled yet" in page.text
    assert "/broadcasts/new" in page.text


def test_the_poll_returns_the_very_fragment_of_the_page(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    made = send(client, "Everyone")
    plan(DISTRICT, made)
    page = client.get(f"{SCHOOLS}/broadcasts/{made}")
    polled = client.get(f"{SCHOOLS}/broadcasts/{made}/progress", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in polled.text
    assert _without_token(polled.text).strip() in _without_token(page.text)


def test_a_finished_sending_is_polled_no_more(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    made = send(client, "Everyone")
    plan(DISTRICT, made)
    _finish(made)
    polled = client.get(f"{SCHOOLS}/broadcasts/{made}/progress").text
    assert "hx-trigger" not in polled
    assert "120 of 120" in polled
    assert "create_cancellation" not in polled and "/cancellation" not in polled


def test_cancelling_stops_a_sending_for_good(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    made = send(client, "Everyone")
    page = client.get(f"{SCHOOLS}/broadcasts/{made}")
    form = form_to(page, "/cancellation")
    answered = client.post(form.action, data=form.hidden)
    assert answered.status_code == 303
    assert _state(made) == "cancelled"
    assert "Cancelled" in client.get(answered.location).text


def test_cancelling_twice_says_that_it_is_over(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    made = send(client, "Everyone")
    form = form_to(client.get(f"{SCHOOLS}/broadcasts/{made}"), "/cancellation")
    client.post(form.action, data=form.hidden)
    again = client.post(form.action, data=form.hidden, follow_redirects=True)
    assert "can no longer be changed this way" in again.text


def test_a_paused_sending_goes_on_when_it_is_resumed(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    made = send(client, "Everyone")
    form = form_to(client.get(f"{SCHOOLS}/broadcasts/{made}"), "/pause")
    paused = client.post(form.action, data=form.hidden, follow_redirects=True)
    assert _state(made) == "paused"
    form = form_to(paused, "/resumption")
    client.post(form.action, data=form.hidden)
    assert _state(made) == "scheduled"


def test_a_viewer_sees_a_sending_but_cannot_stop_it(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    made = send(client, "Everyone")
    people.sign_out(client)
    people.sign_in(client, "viewer@maplewood-schools.example")
    page = client.get(f"{SCHOOLS}/broadcasts/{made}")
    assert page.status_code == 200
    assert "Cancel sending" not in page.text
    token = people.csrf_token(client)
    refused = client.post(f"{SCHOOLS}/broadcasts/{made}/cancellation", data={"csrf_token": token})
    assert refused.status_code == 403
    assert _state(made) == "scheduled"


def test_another_company_sees_nothing_of_it(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    made = send(client, "Everyone")
    people.sign_out(client)
    people.sign_in(client, people.UTILITY_OPERATOR)
    for address in (f"{SCHOOLS}/broadcasts/{made}", f"/c/lakeside-utility/broadcasts/{made}"):
        assert client.get(address).status_code == 404


def _finish(broadcast_id: int) -> None:
    with transaction(DISTRICT) as opened:
        opened.connection().exec_driver_sql(
            "UPDATE messages SET contact_status = 'delivered', processed = now() "
            f"WHERE company_id = {DISTRICT} AND broadcast_id = {broadcast_id}"
        )


def _state(broadcast_id: int) -> str:
    with transaction(DISTRICT):
        found = session().get(Broadcast, (DISTRICT, broadcast_id))
        assert found is not None
        return found.state


def _without_token(html: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", html)

"""The composer: one question a page, everything checked before anything is sent, and sent once."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import clock
from app.models import Broadcast
from app.unit_of_work import session, transaction
from tests import people
from tests.blueprints.scheduling.composer import SCHOOLS, answer, check_page, choose, confirm, form_to, send

DISTRICT = 2


def test_a_principal_walks_from_the_template_to_a_scheduled_message(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = check_page(client, "Birch Elementary")
    assert "For 36 people · 36 texts, 36 e-mails · 36 text segments" in page.text
    assert "Maplewood School District: school is closed today." in page.text
    sent = confirm(client, page)
    shown = client.get(sent.location)
    assert shown.status_code == 200
    assert "School closure – Birch Elementary" in shown.text


def test_a_form_that_is_sent_twice_makes_one_broadcast(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = check_page(client, "Birch Elementary")
    first, second = confirm(client, page), confirm(client, page)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert _broadcasts() == 1


def test_going_back_after_sending_leads_to_what_was_sent(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = check_page(client, "Birch Elementary")
    sent = confirm(client, page)
    again = client.get(page.request.full_path)
    assert (again.status_code, again.location) == (303, sent.location)


def test_a_time_that_has_passed_is_refused_in_a_sentence(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    yesterday = clock.now().astimezone(ZoneInfo("America/Chicago")) - timedelta(days=1)
    page = check_page(client, "Birch Elementary", when="later", date=f"{yesterday:%Y-%m-%d}", time="10:00")
    assert page.status_code == 422
    assert "has already passed in Central Time" in page.text
    assert _broadcasts() == 0


def test_a_past_time_is_refused_again_when_the_form_is_sent(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = check_page(client, "Birch Elementary")
    form = form_to(page, "/broadcasts")
    forged = {**form.hidden, "when": "later", "date": "2020-01-01", "time": "10:00"}
    answered = client.post(form.action, data=forged)
    assert answered.status_code == 303
    assert "/broadcasts/new/time" in answered.location
    assert "has already passed" in client.get(answered.location).text
    assert _broadcasts() == 0


def test_later_without_a_day_says_what_is_missing(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = check_page(client, "Birch Elementary", when="later", date="", time="")
    assert page.status_code == 422
    assert "Choose a day." in page.text


def test_the_moment_is_meant_in_the_companys_zone(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    tomorrow = clock.now().astimezone(ZoneInfo("America/Chicago")) + timedelta(days=1)
    made = send(client, "Birch Elementary", when="later", date=f"{tomorrow:%Y-%m-%d}", time="15:30")
    with transaction(DISTRICT):
        found = session().get(Broadcast, (DISTRICT, made))
        assert found is not None
        local = found.send_at.astimezone(ZoneInfo("America/Chicago"))
    assert (local.date(), local.hour, local.minute) == (tomorrow.date(), 15, 30)


def test_a_change_leads_back_to_the_check_page(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    page = check_page(client, "Birch Elementary")
    change = re.search(r'href="([^"]*/broadcasts/new/audience\?[^"]*)"', page.text)
    assert change
    asked = client.get(change[1].replace("&amp;", "&"))
    checked = answer(client, asked, audience=choose(asked, "audience", "Everyone"))
    assert checked.request.path.endswith("/broadcasts/new/check")
    assert "For 60 people" in checked.text


def test_an_unanswered_question_is_asked_again_with_what_is_wrong(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/broadcasts/new?go=1")
    assert page.status_code == 422
    assert "Choose what you want to say." in page.text


def test_the_count_of_an_audience_is_the_fragment_that_the_page_holds(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    first = client.get(f"{SCHOOLS}/broadcasts/new")
    page = answer(client, first, template=choose(first, "template", "School closure"))
    query = {**dict(page.request.args), "audience": choose(page, "audience", "Birch Elementary")}
    counted = client.get(f"{SCHOOLS}/broadcasts/new/audience/count", query_string=query)
    assert "36 people" in counted.text
    assert counted.text.strip() in page.text


def test_a_viewer_is_offered_nothing_to_send(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_VIEWER)
    assert "Send a message" not in client.get("/c/riverside-clinic/").text
    assert client.get("/c/riverside-clinic/broadcasts/new").status_code == 403


def _broadcasts() -> int:
    with transaction(DISTRICT):
        return session().scalar(select(func.count()).select_from(Broadcast)) or 0

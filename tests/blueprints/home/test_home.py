"""The home page: what there is to do now, by what a person may do."""

from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.domain.access import grants
from app.domain.scheduling import counting
from app.models import Customer, User
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.blueprints.scheduling.composer import SCHOOLS, plan, send
from tests.isolation.planting import plant

DISTRICT = 2
CLINIC_HOME = "/c/riverside-clinic/"


def test_a_principal_is_offered_one_thing(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/").text
    assert "home-send" in page
    assert "Upload a file" not in page
    assert "Nothing goes out today" in page
    assert "Last seven days" not in page


def test_staff_are_offered_to_upload_and_to_send(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    page = client.get(f"{SCHOOLS}/").text
    assert "Upload a file" in page
    assert "Send a message" in page
    assert "Nothing went out in the last seven days." in page


def test_a_first_visit_shows_three_steps(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_OPERATOR)
    page = client.get(CLINIC_HOME).text
    assert page.count('<li class="card">') == 3
    assert "/imports/sample.csv" in page


def test_who_only_looks_is_not_offered_to_upload(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_VIEWER)
    page = client.get(CLINIC_HOME).text
    assert "home-step" in page
    assert "/imports/new" not in page


def test_a_principal_sees_only_the_sendings_of_their_school(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    for school in ("Birch Elementary", "Cedar High School"):
        plan(DISTRICT, send(client, school))
    assert "0 of 72 delivered" in client.get(f"{SCHOOLS}/").text
    assert "0 of 48 delivered" in client.get(f"{SCHOOLS}/").text
    people.sign_out(client)
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/").text
    assert "0 of 72 delivered" in page
    assert "of 48" not in page
    assert "Cedar" not in page


def test_the_week_is_counted_and_says_as_of_when(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    broadcast_id = send(client, "Birch Elementary")
    plan(DISTRICT, broadcast_id)
    assert "goes out today" not in client.get(f"{SCHOOLS}/").text
    finish(broadcast_id, delivered=71, failed=1)
    page = client.get(f"{SCHOOLS}/").text
    assert "98.6 %" in page
    assert "As of <time" in page
    assert "1 message not delivered. The phone was off or out of reach." in page
    assert "Write again later, or reach them another way." in page


def test_what_goes_out_tomorrow_is_shown_apart(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    broadcast_id = send(client, "Birch Elementary")
    with transaction(DISTRICT) as opened:
        opened.execute(
            text("UPDATE broadcasts SET send_at = send_at + interval '24 hours' WHERE id = :id"),
            {"id": broadcast_id},
        )
    page = client.get(f"{SCHOOLS}/").text
    assert "Nothing goes out today." in page
    assert "Nothing is scheduled for tomorrow." not in page
    assert f"/broadcasts/{broadcast_id}" in page.partition('id="tomorrow-heading"')[2]


def test_an_import_that_waits_says_what_to_do(client: FlaskClient) -> None:
    stand_at("read")
    people.sign_in(client, people.DISTRICT_OPERATOR)
    page = client.get(f"{SCHOOLS}/").text
    assert "Imports waiting" in page
    assert "Look at the messages it makes, then confirm." in page


def test_problems_come_with_the_link_that_mends_them(client: FlaskClient) -> None:
    packet_id = stand_at("failed")
    people.sign_in(client, people.DISTRICT_OPERATOR)
    broadcast_id = send(client, "Cedar High School")
    client.post(f"{SCHOOLS}/broadcasts/{broadcast_id}/pause", data={"csrf_token": people.csrf_token(client)})
    page = client.get(f"{SCHOOLS}/").text.partition('id="problems"')[2].partition("</ul>")[0]
    assert f'href="{SCHOOLS}/imports/{packet_id}"' in page
    assert f'href="{SCHOOLS}/broadcasts/{broadcast_id}"' in page
    assert page.index("The import of") < page.index("is paused")


def test_a_reply_that_asks_something_reaches_the_principal_of_that_school_alone(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    for school in ("Birch Elementary", "Cedar High School"):
        plan(DISTRICT, send(client, school))
    reply("Birch Elementary", "Is the bus late, too?")
    reply("Birch Elementary", "STOP")
    reply("Birch Elementary", "Ok, thank you")
    reply("Cedar High School", "Which door is open?")
    assert "2 replies need an answer" in client.get(f"{SCHOOLS}/").text
    people.sign_out(client)
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/").text
    assert "Is the bus late, too?" in page
    assert "“STOP”" not in page
    assert "Which door" not in page


def test_who_may_see_the_imports_of_one_school_is_not_shown_those_of_another(client: FlaskClient) -> None:
    birch = plant("maplewood-schools", "Birch Elementary")
    with across_companies(reason="a principal may look at another school's imports"):
        cedar = session().scalars(select(Customer.id).where(Customer.name == "Cedar High School")).one()
        known = select(User.id).where(User.email_address == people.BIRCH_PRINCIPAL)
        principal = session().scalars(known).one()
        grants.grant_role(principal, "viewer", company_id=DISTRICT, customer_ids=[cedar])
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    assert f"{birch.canary}.csv" not in client.get(f"{SCHOOLS}/").text
    assert client.get(f"{SCHOOLS}/imports").status_code == 200
    people.sign_out(client)
    people.sign_in(client, people.DISTRICT_OPERATOR)
    assert f"{birch.canary}.csv" in client.get(f"{SCHOOLS}/").text


def finish(broadcast_id: int, *, delivered: int, failed: int) -> None:
    """Let so many of a sending's messages arrive and the others fail, and count them."""
    fail = (
        "UPDATE messages SET contact_status = 'failed', contact_status_description = "
        "'The phone was off or out of reach.' WHERE id IN (SELECT id FROM messages WHERE broadcast_id = :id "
        "AND contact_status = 'planned' LIMIT :number)"
    )
    arrive = "UPDATE messages SET contact_status = 'delivered' WHERE id IN (SELECT id FROM messages "
    arrive += "WHERE broadcast_id = :id AND contact_status = 'planned' LIMIT :number)"
    with transaction(DISTRICT) as opened:
        opened.execute(text(fail), {"id": broadcast_id, "number": failed})
        opened.execute(text(arrive), {"id": broadcast_id, "number": delivered})
    with transaction(DISTRICT):
        counting.count_days()


def stand_at(stage: str) -> int:
    """Put the district's newest import back to a stage; return its id."""
    with transaction(DISTRICT):
        return int(
            session()
            .execute(
                text(
                    "UPDATE data_packets SET stage = :stage, updated_at = now(), "
                    "counts = counts || '{\"position\": 0}' "
                    "WHERE id = (SELECT max(id) FROM data_packets) RETURNING id"
                ),
                {"stage": stage},
            )
            .scalar_one()
        )


def reply(school: str, said: str) -> None:
    """Let somebody of this school have written back."""
    with transaction(DISTRICT) as opened:
        opened.execute(
            text(
                "INSERT INTO message_updates (company_id, message_id, customer_id, contact_method, provider, "
                "event_id, kind, status, applied_at) SELECT m.company_id, m.id, m.customer_id, 'sms', "
                "'twilio', :said, 'reply', jsonb_build_object('from', m.to_address, 'body', "
                "CAST(:said AS text)), now() FROM messages m JOIN customers c ON c.company_id = m.company_id "
                "AND c.id = m.customer_id WHERE c.name = :school AND m.contact_method = 'sms' LIMIT 1"
            ),
            {"school": school, "said": said},
        )

"""Support's home and the platform's page: what is wrong where, and who may see it."""

import re

import pytest
from flask.testing import FlaskClient
from redis.exceptions import TimeoutError as RedisIsSilent
from sqlalchemy import text

from app import queue
from app.blueprints import degraded
from app.domain.scheduling import counting
from app.queue import redis
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.domain.delivery.world import Sender, make_sender

NAMES = ["Lakeside Power &amp; Water", "Maplewood School District", "Riverside Clinic"]


@pytest.fixture
def failing(client: FlaskClient) -> Sender:
    """A company most of whose thirty messages of today did not arrive."""
    sender = make_sender()
    sender.add_people(*[{} for _ in range(30)])
    sender.send_off()
    sender.sql(
        "UPDATE messages SET contact_status = CASE WHEN id % 3 = 0 THEN 'delivered' ELSE 'undelivered' END, "
        "contact_status_description = 'The number is a landline.' WHERE company_id = :company"
    )
    sender.sql("DELETE FROM queue WHERE company_id = :company")
    with transaction(sender.company_id):
        counting.count_days()
    return sender


def test_support_signs_in_to_the_companies(client: FlaskClient) -> None:
    people.sign_in(client, people.SUPPORT)
    page = client.get("/companies", follow_redirects=True)
    assert page.request.path == "/support"
    assert companies(page.text) == NAMES


def test_the_worst_company_comes_first_and_says_why(client: FlaskClient, failing: Sender) -> None:
    people.sign_in(client, people.SUPPORT)
    page = client.get("/support").text
    assert companies(page)[0] == "Testing &amp; Co"
    assert "20 of 30 messages since yesterday did not arrive (67 %)." in page
    assert re.search(r'href="/support/visits/new\?company=testing-\d+"', page)


MADE = (
    "WITH made AS (INSERT INTO data_ingest_sources (company_id, name, kind) VALUES (3, 'Test', 'upload') "
    "RETURNING id) INSERT INTO data_packets (company_id, data_ingest_source_id, filename, file_size, sha256, "
    "stage, updated_at) SELECT 3, id, 'x.csv', 1, '', "
)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "INSERT INTO lanes (company_id, channel, priority, paused_reason) "
            "VALUES (3, 'sms', 9, 'There is no account')",
            "Sending of texts has stopped",
        ),
        (
            "INSERT INTO refused_callbacks (company_id, provider, day, refused) "
            "VALUES (3, 'twilio', current_date, 12)",
            "12 callbacks in Twilio’s name were refused since yesterday",
        ),
        (f"{MADE} 'mapped', now() - interval '1 hour' FROM made", "1 import stands still since"),
        (f"{MADE} 'failed', now() FROM made", "1 import failed since yesterday."),
    ],
)
def test_what_is_not_as_it_should_be_is_said(client: FlaskClient, statement: str, words: str) -> None:
    people.sign_in(client, people.SUPPORT)
    assert words not in client.get("/support").text
    with across_companies(reason="making something go wrong, for a test"):
        session().execute(text(statement))
    page = client.get("/support").text
    assert words in page
    assert companies(page)[0] == NAMES[0]


def test_a_lane_whose_first_row_waits_too_long_is_late(client: FlaskClient) -> None:
    sender = make_sender()
    sender.add_people({})
    sender.send_off()
    people.sign_in(client, people.SUPPORT)
    assert "was due" not in client.get("/support").text
    sender.sql("UPDATE queue SET available_at = now() - interval '1 hour' WHERE company_id = :company")
    assert "The first of the waiting texts was due" in client.get("/support").text


def test_a_company_is_found_by_a_part_of_its_name(client: FlaskClient) -> None:
    people.sign_in(client, people.SUPPORT)
    assert companies(client.get("/support?search=river").text) == ["Riverside Clinic"]
    assert companies(client.get("/support?search=schools%20maple").text) == ["Maplewood School District"]
    assert "No active company has “100%” in its name." in client.get("/support?search=100%25").text


@pytest.mark.parametrize("address", ["/support", "/platform"])
@pytest.mark.parametrize("who", [people.CLINIC_ADMIN, people.BIRCH_PRINCIPAL])
def test_no_client_sees_beside_their_company(client: FlaskClient, address: str, who: str) -> None:
    people.sign_in(client, who)
    answer = client.get(address)
    assert answer.status_code == 403
    assert "Lakeside" not in answer.text


@pytest.mark.parametrize("address", ["/support", "/platform"])
def test_a_stranger_is_sent_to_the_sign_in_page(client: FlaskClient, address: str) -> None:
    assert client.get(address).location.startswith("/sign-in")


def test_support_does_not_see_the_platform(client: FlaskClient) -> None:
    people.sign_in(client, people.SUPPORT)
    assert client.get("/platform").status_code == 403


def test_the_platform_says_what_providers_refuse_with_code_and_advice(
    client: FlaskClient, failing: Sender
) -> None:
    people.sign_in(client, people.PLATFORM_ADMIN)
    page = client.get("/platform").text
    row = page.partition("The number is a landline.")[2].partition("</tr>")[0]
    assert "Twilio 30006" in row
    assert "Offer this person a phone call." in row
    assert re.search(r"Messages\">20<.*Companies\">1<", row, re.S)


def test_the_platform_says_what_waits_and_since_when(client: FlaskClient) -> None:
    sender = make_sender()
    sender.add_people({}, {}, {})
    sender.send_off()
    sender.sql("UPDATE queue SET available_at = now() - interval '1 hour' WHERE company_id = :company")
    people.sign_in(client, people.PLATFORM_ADMIN)
    page = client.get("/platform").text.partition('id="queues"')[2].partition("</table>")[0]
    texts = page.partition("Texts")[2].partition("</tr>")[0]
    assert "Late" in texts
    assert ">3<" in texts
    assert "Empty" in page.partition("E-mails")[2]


def test_the_platform_says_that_no_worker_is_alive(client: FlaskClient) -> None:
    people.sign_in(client, people.PLATFORM_ADMIN)
    redis().flushdb()
    page = client.get("/platform").text
    assert "No worker is alive" in page
    assert "In order" in page


def test_the_platform_asks_a_silent_redis_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    people.sign_in(client, people.PLATFORM_ADMIN)
    degraded.degraded()  # The shell's own look holds for some seconds.
    asked: list[str] = []

    class Silent:
        def __getattr__(self, name: str) -> None:
            asked.append(name)
            raise RedisIsSilent

    monkeypatch.setattr(queue, "redis", Silent)
    assert "Redis does not answer (TimeoutError)." in client.get("/platform").text
    assert asked == ["ping"]


def companies(page: str) -> list[str]:
    return re.findall(r'class="list-row company-state" id="company-\d+">\s*<h2>([^<]+)</h2>', page)

"""The message log: filters in the address, pages both ways, and the story of one message."""

import re

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.models import Message
from app.unit_of_work import session, transaction
from tests import people
from tests.blueprints.scheduling.composer import SCHOOLS, plan, send

DISTRICT = 2


@pytest.fixture
def sent(client: FlaskClient) -> int:
    """A sending to both schools, planned: 60 texts and 60 e-mails; the administrator is signed in."""
    people.sign_in(client, people.DISTRICT_ADMIN)
    made = send(client, "Everyone")
    plan(DISTRICT, made)
    return made


def test_pages_lead_through_all_messages_and_back(client: FlaskClient, sent: int) -> None:
    first = client.get(f"{SCHOOLS}/messages")
    second = client.get(_link(first.text, "Older"))
    third = client.get(_link(second.text, "Older"))
    seen = [_ids(page.text) for page in (first, second, third)]
    assert [len(ids) for ids in seen] == [50, 50, 20]
    assert len({one for ids in seen for one in ids}) == 120
    assert "Older" not in third.text
    back = client.get(_link(third.text, "Newer"))
    assert _ids(back.text) == seen[1]
    newest = client.get(_link(back.text, "Newer"))
    assert _ids(newest.text) == seen[0]
    assert "Newer" not in newest.text


def test_filters_stand_in_the_address_and_can_be_taken_away(client: FlaskClient, sent: int) -> None:
    page = client.get(f"{SCHOOLS}/messages?channel=sms&search=amara&broadcast={sent}")
    assert set(re.findall(r'class="row-link"[^>]*>([^<]+)<', page.text)) == {
        "Amara Abbott",
        "Amara Giordano",
    }
    assert "Text" in page.text
    without = re.search(r'href="([^"]+)"><svg[^>]*aria-label="Remove the filter Search"', page.text)
    assert without
    wider = client.get(without[1].replace("&amp;", "&"))
    assert len(_ids(wider.text)) == 50


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("amara.abbott.0@example.com", 2),
        ("AMARA.ABBOTT.0@example.com", 2),
        ("(312) 555-0120", 1),
        ("+1 773 555 0120", 1),
        ("5550120", 2),
        ("abbott amara", 4),
        ("100%", 0),
        ("nobody-like-this", 0),
    ],
)
def test_a_search_finds_names_numbers_and_addresses(
    client: FlaskClient, sent: int, search: str, found: int
) -> None:
    page = client.get(f"{SCHOOLS}/messages", query_string={"search": search})
    assert len(_ids(page.text)) == found


def test_the_search_box_answers_to_the_slash_and_a_row_opens_beside_the_list(
    client: FlaskClient, sent: int
) -> None:
    page = client.get(f"{SCHOOLS}/messages").text
    assert re.search(r'<input[^>]*name="search"[^>]*data-hotkey="/"', page)
    address = re.search(r'<a href="([^"]+)" data-drawer="drawer"', page)
    assert address
    beside = client.get(address[1], headers={"HX-Request": "true"}).text
    assert beside.strip().startswith("<h2>")
    assert "<html" not in beside
    assert "What happened" in client.get(address[1]).text


def test_what_came_since_is_counted_and_no_row_is_sent(client: FlaskClient, sent: int) -> None:
    shown = _ids(client.get(f"{SCHOOLS}/messages").text)
    news = client.get(_news(client, f"{SCHOOLS}/messages"))
    assert "new – show" not in news.text
    assert "<tr" not in news.text
    older = client.get(f"{SCHOOLS}/messages/since?newest={shown[12]}").text
    assert "12 new – show" in older
    assert f'href="{SCHOOLS}/messages"' in older


def test_news_are_of_the_filters_and_lead_back_to_them(client: FlaskClient, sent: int) -> None:
    query = f"channel=sms&broadcast={sent}"
    news = client.get(f"{SCHOOLS}/messages/since?newest=0&{query}").text
    assert "60 new – show" in news
    assert f'href="{SCHOOLS}/messages?channel=sms&amp;broadcast={sent}"' in news
    assert "99+ new – show" in client.get(f"{SCHOOLS}/messages/since?newest=0").text


def test_open_rows_learn_how_they_stand_until_they_are_final(client: FlaskClient, sent: int) -> None:
    address = _news(client, f"{SCHOOLS}/messages?channel=sms")
    first, second = re.findall(r"watch=(\d+)", address)[:2]
    _set_status(int(first), "delivered")
    news = client.get(address).text
    assert re.search(rf'<span id="status-{first}" hx-swap-oob="true">.*?Delivered', news)
    assert re.search(rf'<span id="status-{second}" hx-swap-oob="true">.*?Planned', news)
    assert f"watch={first}&" not in news
    assert f"watch={second}&" in news


def test_only_the_newest_page_asks_for_news(client: FlaskClient, sent: int) -> None:
    second = client.get(_link(client.get(f"{SCHOOLS}/messages").text, "Older"))
    assert "messages/since" not in second.text


@pytest.mark.parametrize("query", ["newest=x", "newest=99999999999999999999", "watch=x&watch=9" + "9" * 30])
def test_odd_news_are_passed_over(client: FlaskClient, sent: int, query: str) -> None:
    assert client.get(f"{SCHOOLS}/messages/since?{query}").status_code == 200


def test_a_broken_cursor_is_refused_in_a_sentence(client: FlaskClient, sent: int) -> None:
    page = client.get(f"{SCHOOLS}/messages?before=x")
    assert page.status_code == 422
    assert "Start again from the newest" in page.text


def test_an_unknown_filter_is_passed_over(client: FlaskClient, sent: int) -> None:
    assert len(_ids(client.get(f"{SCHOOLS}/messages?status=x&channel=y&broadcast=z").text)) == 50


def test_a_planned_message_is_shown_as_it_would_be_sent_now(client: FlaskClient, sent: int) -> None:
    page = client.get(f"{SCHOOLS}/messages/{_text_message()}")
    assert "As it would be sent now" in page.text
    assert "All activities are cancelled, " in page.text
    assert "Planned" in page.text


def test_the_story_tells_what_the_provider_and_the_person_said(client: FlaskClient, sent: int) -> None:
    message_id = _text_message()
    _tell(message_id, "status", {"status": "sent", "code": None, "description": "sent", "raw": {}})
    _tell(
        message_id,
        "status",
        {
            "status": "undelivered",
            "code": "30003",
            "description": "The phone was off or out of reach.",
            "raw": {"ErrorCode": "30003"},
        },
    )
    _tell(message_id, "reply", {"body": "Who is <b>this</b>?", "raw": {}})
    page = client.get(f"{SCHOOLS}/messages/{message_id}").text
    order = [page.index(words) for words in ("Planned", "Sent</strong>", "out of reach. (code 30003)")]
    assert order == sorted(order)
    assert "“Who is &lt;b&gt;this&lt;/b&gt;?”" in page
    assert "What the provider sent us (3)" in page


def test_raw_events_are_for_those_who_may_read_the_trail(client: FlaskClient, sent: int) -> None:
    message_id = _text_message()
    _tell(message_id, "status", {"status": "sent", "code": None, "description": "sent", "raw": {}})
    people.sign_out(client)
    people.sign_in(client, people.DISTRICT_OPERATOR)
    page = client.get(f"{SCHOOLS}/messages/{message_id}").text
    assert "What the provider sent us" not in page
    assert "Sent</strong>" in page


def test_a_message_of_another_company_is_not_there(client: FlaskClient, sent: int) -> None:
    message_id = _text_message()
    people.sign_out(client)
    people.sign_in(client, people.CLINIC_ADMIN)
    assert client.get(f"/c/riverside-clinic/messages/{message_id}").status_code == 404
    assert client.get(f"{SCHOOLS}/messages").status_code == 404


def _link(html: str, words: str) -> str:
    found = re.search(rf'<a class="[^"]*" href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{words}', html)
    assert found, f"The page has no link “{words}”."
    return found[1].replace("&amp;", "&")


def _ids(html: str) -> list[str]:
    return re.findall(r'<tr id="message-(\d+)"', html)


def _news(client: FlaskClient, page: str) -> str:
    found = re.search(r'hx-get="([^"]+/messages/since[^"]*)"', client.get(page).text)
    assert found
    return found[1].replace("&amp;", "&")


def _set_status(message_id: int, status: str) -> None:
    with transaction(DISTRICT):
        session().execute(
            text("UPDATE messages SET contact_status = :status WHERE company_id = :company AND id = :id"),
            {"status": status, "company": DISTRICT, "id": message_id},
        )


def _text_message() -> int:
    with transaction(DISTRICT):
        found = session().scalar(select(Message.id).where(Message.contact_method == "sms").limit(1))
        assert found is not None
        return found


def _tell(message_id: int, kind: str, status: dict[str, object]) -> None:
    with transaction(DISTRICT):
        session().execute(
            text(
                "INSERT INTO message_updates (company_id, message_id, customer_id, contact_method, provider, "
                "event_id, kind, status, received_at) SELECT company_id, id, customer_id, 'sms', 'twilio', "
                "gen_random_uuid()::text, :kind, CAST(:status AS jsonb), clock_timestamp() FROM messages "
                "WHERE company_id = :company AND id = :id"
            ),
            {
                "company": DISTRICT,
                "id": message_id,
                "kind": kind,
                "status": orjson.dumps(status).decode(),
            },
        )

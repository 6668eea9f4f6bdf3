"""The list of replies: what people said, what was understood, and the views of it."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.domain.responses import reply_log
from app.domain.responses.storing import store_reply
from app.models import Message
from app.providers.contract import InboundText
from app.unit_of_work import session, transaction
from tests import people
from tests.blueprints.scheduling.composer import SCHOOLS, plan, send

DISTRICT = 2
SAID = ("Who is <b>this</b>?", "STOP", "please remove me from this", "start", "help")


@pytest.fixture
def replied(client: FlaskClient) -> list[int]:
    """One reply of each meaning to a message of Birch, the last one by a stranger; Birch's are returned."""
    people.sign_in(client, people.DISTRICT_ADMIN)
    plan(DISTRICT, send(client, "Birch Elementary"))
    message_id, number = _message()
    ids = [_reply(body, number, message_id) for body in SAID]
    _reply("Wrong planet", "+12125550177", None)
    return ids


def test_replies_that_need_an_answer_come_first(client: FlaskClient, replied: list[int]) -> None:
    page = client.get(f"{SCHOOLS}/replies").text
    assert "<q>Who is &lt;b&gt;this&lt;/b&gt;?</q>" in page
    assert _said(page) == ["Wrong planet", "help", SAID[2], "Who is &lt;b&gt;this&lt;/b&gt;?"]
    assert "May mean stop" in page
    assert "Asks for help" in page


def test_opt_outs_are_a_view_of_their_own(client: FlaskClient, replied: list[int]) -> None:
    page = client.get(f"{SCHOOLS}/replies?view=opt-outs").text
    assert _said(page) == [SAID[2], "STOP"]
    assert "This number gets no more texts." in page


def test_all_of_them_are_a_view_too(client: FlaskClient, replied: list[int]) -> None:
    page = client.get(f"{SCHOOLS}/replies?view=all").text
    assert len(_said(page)) == len(SAID) + 1
    assert "Wants texts again" in page


def test_a_reply_leads_to_its_message_and_names_who_wrote(client: FlaskClient, replied: list[int]) -> None:
    message_id, number = _message()
    page = client.get(f"{SCHOOLS}/replies?view=all").text
    assert f'href="{SCHOOLS}/messages/{message_id}"' in page
    assert number in page
    assert "Abbott" in page
    assert "No message of yours" in page


def test_the_providers_word_goes_before_the_text(client: FlaskClient, replied: list[int]) -> None:
    message_id, number = _message()
    _reply("Adios", number, message_id, opt_out="STOP")
    assert _said(client.get(f"{SCHOOLS}/replies?view=opt-outs").text)[0] == "Adios"


def test_a_principal_sees_the_replies_to_their_school_only(client: FlaskClient, replied: list[int]) -> None:
    people.sign_out(client)
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/replies?view=all").text
    assert len(_said(page)) == len(SAID)
    assert "Wrong planet" not in page


def test_pages_lead_to_the_oldest_reply(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_log, "PAGE", 2)
    monkeypatch.setattr(reply_log, "BATCH", 3)
    people.sign_in(client, people.DISTRICT_ADMIN)
    made = [_reply(f"Question {number}", "+12125550177", None) for number in range(5)]
    seen: list[str] = []
    url = f"{SCHOOLS}/replies"
    while url:
        page = client.get(url).text
        seen += re.findall(r'id="reply-(\d+)"', page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        url = older[1].replace("&amp;", "&") if older else ""
    assert seen == [str(one) for one in reversed(made)]


def test_a_rare_kind_is_looked_for_no_further_than_is_quick(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply_log, "BATCH", 2)
    monkeypatch.setattr(reply_log, "MOST_LOOKED_AT", 4)
    people.sign_in(client, people.DISTRICT_ADMIN)
    _reply("stop", "+12125550177", None)
    for number in range(5):
        _reply(f"Question {number}", "+12125550177", None)
    first = client.get(f"{SCHOOLS}/replies?view=opt-outs").text
    assert "Of the newest 4 replies none is of this kind" in first
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older
    assert _said(client.get(older[1].replace("&amp;", "&")).text) == ["stop"]


def test_nothing_yet_says_what_will_come(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    assert "Nothing to answer" in client.get(f"{SCHOOLS}/replies").text
    assert "No replies yet" in client.get(f"{SCHOOLS}/replies?view=all").text


def _said(page: str) -> list[str]:
    return re.findall(r"<q>([^<]*)</q>", page)


def _message() -> tuple[int, str]:
    with transaction(DISTRICT):
        query = select(Message.id, Message.to_address).where(Message.contact_method == "sms")
        row = session().execute(query.order_by(Message.id).limit(1)).one()
        return row.id, row.to_address


def _reply(body: str, number: str, message_id: int | None, *, opt_out: str | None = None) -> int:
    """Store a reply as a callback does, and note which message it answers, as the worker does."""
    with transaction(DISTRICT):
        known = session().scalar(text("SELECT coalesce(max(id), 0) FROM message_updates")) or 0
        sid = f"SM{known:032d}"
        store_reply("twilio", InboundText(sid, "AC0", number, "+13125550110", body, opt_out, {"Body": body}))
        found = session().scalar(
            text(
                "UPDATE message_updates u SET applied_at = now(), message_id = :message, customer_id = "
                "(SELECT customer_id FROM messages m WHERE m.company_id = u.company_id AND m.id = :message) "
                "WHERE event_id = :sid RETURNING id"
            ),
            {"message": message_id, "sid": sid},
        )
        assert found is not None
        return int(found)

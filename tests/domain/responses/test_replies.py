"""What people write back, and STOP, which takes effect at once."""

from itertools import count

from app.domain.responses import applying
from app.domain.responses.storing import store_reply
from app.providers.contract import InboundText
from tests.domain.delivery.world import SENDER, Sender, a_number
from tests.domain.responses.test_applying import claimed

_sids = count()


def reply(sender: Sender, person: str, body: str, *, opt_out: str | None = None) -> None:
    sid = f"SM{next(_sids):032d}"
    inbound = InboundText(sid, f"AC{0:032d}", person, SENDER, body, opt_out, {"Body": body})
    with sender.here():
        store_reply("twilio", inbound)
    with sender.here():
        applying.apply_updates()


def opted_out(sender: Sender) -> list[tuple[str, str]]:
    rows = sender.sql("SELECT address, source FROM opt_outs WHERE company_id = :company")
    return [(row.address, row.source) for row in rows]


def test_a_reply_is_kept_at_the_latest_message_that_went_to_the_number(sender: Sender) -> None:
    one = claimed(sender)
    number = sender.message().to_address
    sender.add_people({"phone": number})
    reply(sender, number, "See you then")
    found = {message.id: message.raw_response for message in sender.messages()}
    assert found[one.message_id] == "See you then"
    (row,) = sender.sql("SELECT message_id, kind FROM message_updates WHERE company_id = :company")
    assert row == (one.message_id, "reply")


def test_a_reply_from_a_stranger_is_kept_without_a_message(sender: Sender) -> None:
    reply(sender, a_number(), "Who is this?")
    rows = sender.sql("SELECT message_id, applied_at FROM message_updates WHERE company_id = :company")
    assert [row.message_id for row in rows] == [None]
    assert rows[0].applied_at is not None


def test_stop_holds_back_everything_that_waits_for_the_number(sender: Sender) -> None:
    number = a_number()
    sender.add_people({"phone": number}, {"phone": number}, {})
    sender.send_off("sms", "email")
    reply(sender, number, "Stop texting me!")
    assert opted_out(sender) == [(number, "reply")]
    held = [message for message in sender.messages() if message.contact_status == "suppressed"]
    assert [(message.to_address, message.flag) for message in held] == [(number, "opted_out")] * 2
    assert len(sender.waiting()) == 4


def test_what_only_sounds_like_stop_holds_back_too_and_says_so(sender: Sender) -> None:
    number = a_number()
    sender.add_people({"phone": number})
    sender.send_off()
    reply(sender, number, "I think you have the wrong number")
    assert opted_out(sender) == [(number, "unclear_reply")]
    assert sender.statuses() == ["suppressed"]


def test_the_providers_own_reading_of_a_stop_is_respected(sender: Sender) -> None:
    number = a_number()
    reply(sender, number, "FINITO", opt_out="STOP")
    assert opted_out(sender) == [(number, "reply")]


def test_start_brings_a_person_back(sender: Sender) -> None:
    number = a_number()
    reply(sender, number, "STOP")
    reply(sender, number, "START")
    assert opted_out(sender) == []
    kinds = sender.sql("SELECT kind, said FROM consent_events WHERE company_id = :company ORDER BY id")
    assert kinds == [("opted_out", "STOP"), ("opted_in", "START")]


def test_a_yes_of_someone_who_never_left_changes_nothing(sender: Sender) -> None:
    reply(sender, a_number(), "YES")
    assert sender.sql("SELECT 1 FROM consent_events WHERE company_id = :company") == []


def test_the_same_reply_told_twice_is_one(sender: Sender) -> None:
    number = a_number()
    inbound = InboundText("SM" + "7" * 32, f"AC{0:032d}", number, SENDER, "STOP", None, {})
    for _ in range(2):
        with sender.here():
            store_reply("twilio", inbound)
        with sender.here():
            applying.apply_updates()
    rows = sender.sql("SELECT kind FROM consent_events WHERE company_id = :company")
    assert [row.kind for row in rows] == ["opted_out"]

"""Opting out and in again, with a record of every request."""

from app.domain.consent.opt_outs import opt_in, opt_out
from tests.domain.delivery.world import Sender

NUMBER = "+12125550123"


def events(sender: Sender) -> list[tuple[str, str]]:
    rows = sender.sql("SELECT kind, said FROM consent_events WHERE company_id = :company ORDER BY id")
    return [(row.kind, row.said) for row in rows]


def test_a_repeated_opt_out_is_one_opt_out_and_two_events(sender: Sender) -> None:
    with sender.here():
        assert opt_out("sms", NUMBER, source="reply", said="STOP")
        assert not opt_out("sms", NUMBER, source="reply", said="stop now")
    assert events(sender) == [("opted_out", "STOP"), ("opted_out", "stop now")]


def test_opting_in_takes_it_back_and_says_so(sender: Sender) -> None:
    with sender.here():
        opt_out("sms", NUMBER, source="reply", said="STOP")
        assert opt_in("sms", NUMBER, source="reply", said="START")
        assert not opt_in("sms", NUMBER, source="reply", said="START")
    assert events(sender) == [("opted_out", "STOP"), ("opted_in", "START")]


def test_a_channel_is_left_alone_by_another_ones_opt_in(sender: Sender) -> None:
    with sender.here():
        opt_out("sms", NUMBER, source="reply")
        assert not opt_in("phone", NUMBER, source="reply")


def test_the_trail_names_the_channel_and_not_the_person(sender: Sender) -> None:
    with sender.here():
        opt_out("sms", NUMBER, source="reply", said="STOP")
    (row,) = sender.sql("SELECT details FROM trail WHERE company_id = :company AND action = 'opted_out'")
    assert row.details == {"channel": "text"}

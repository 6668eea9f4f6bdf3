"""Which replies wait for a person."""

import pytest

from app.domain.responses.unanswered import unanswered
from tests.domain.delivery.conftest import sender
from tests.domain.delivery.world import Sender

__all__ = ["sender"]


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("Is the office open?", True),
        ("yes, but can I come later", True),
        ("help", True),
        ("wrong number", True),
        ("STOP", False),
        ("start", False),
        ("Yes!", False),
        ("Ok, thank you so much", False),
        ("C", False),
        ("👍", False),
    ],
)
def test_what_asks_for_an_answer_waits(sender: Sender, said: str, waits: bool) -> None:
    reply(sender, said)
    assert bool(found(sender)) == waits


def test_what_came_long_ago_waits_no_more(sender: Sender) -> None:
    reply(sender, "Is the office open?", days_ago=4)
    assert found(sender) == []


def test_a_reply_of_a_stranger_is_shown_by_its_number(sender: Sender) -> None:
    reply(sender, "Who is this?")
    with sender.here():
        (only,) = unanswered().newest
    assert (only.person, only.number, only.message_id) == ("", "+12125550123", None)


def reply(sender: Sender, said: str, *, days_ago: int = 0) -> None:
    sender.sql(
        "INSERT INTO message_updates (company_id, contact_method, provider, event_id, kind, status, "
        "received_at) VALUES (:company, 'sms', 'twilio', :said, 'reply', "
        "jsonb_build_object('from', '+12125550123', 'body', CAST(:said AS text)), "
        "now() - make_interval(days => :days))",
        said=said,
        days=days_ago,
    )


def found(sender: Sender) -> list[str]:
    with sender.here():
        return [one.said for one in unanswered().newest]

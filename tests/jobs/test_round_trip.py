"""Out to the simulator and back: signed reports reach the app over HTTP, and become what the portal shows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.domain.delivery.accounts import account_sid, register_with_simulator
from app.domain.identity import resets
from app.domain.tenancy.companies import company_by_id
from app.jobs.delivery import dispatch_lane
from app.jobs.identity import send_account_mails
from app.jobs.responses import apply_updates
from app.unit_of_work import PLATFORM, transaction
from tests.domain.delivery.world import SENDER, Sender, a_number, sending_through
from tests.jobs.processes import listening
from tests.people import CLINIC_OPERATOR
from tests.simulator.process import RunningSimulator, eventually, running_simulator


@pytest.fixture
def reporting(app: Flask, sender: Sender, tmp_path: Path) -> Iterator[RunningSimulator]:
    """A simulator that reports to the app, which listens on a port of its own."""
    with (
        running_simulator(tmp_path, callback_delay_ms=20) as simulator,
        listening(app) as address,
        sending_through(app, simulator) as settings,
    ):
        app.extensions["settings"] = replace(settings, public_url=address)
        with sender.here():
            company = company_by_id(sender.company_id)
        register_with_simulator(app.extensions["settings"], company)
        simulator.account_sid = account_sid(settings, company.public_id)
        yield simulator


def dispatch_all(sender: Sender) -> None:
    for lane in sender.lanes():
        dispatch_lane(sender.company_id, lane.id)


def come_to(sender: Sender, *statuses: str) -> bool:
    apply_updates(sender.company_id)
    return sender.statuses() == list(statuses)


def test_texts_and_emails_come_back_as_delivered(sender: Sender, reporting: RunningSimulator) -> None:
    sender.add_people({}, {})
    sender.send_off("sms", "email")
    dispatch_all(sender)
    assert eventually(lambda: come_to(sender, *["delivered"] * 4))
    assert all(message.processed for message in sender.messages())


def test_what_cannot_arrive_comes_back_with_the_reason(sender: Sender, reporting: RunningSimulator) -> None:
    sender.add_people({"phone": "+12125550003", "email": "bounce@example.org"})
    sender.send_off("sms", "email")
    dispatch_all(sender)
    assert eventually(lambda: come_to(sender, "undelivered", "undelivered"))
    assert all(message.contact_status_description for message in sender.messages())


def test_a_stop_written_to_the_simulated_number_keeps_the_next_text_back(
    sender: Sender, reporting: RunningSimulator
) -> None:
    number = a_number()
    sender.add_people({"phone": number})
    sender.send_off()
    dispatch_all(sender)
    assert eventually(lambda: come_to(sender, "delivered"))
    sender.send_off()
    reporting.answer_text(person=number, number=SENDER, body="Stop")
    assert eventually(lambda: come_to(sender, "delivered", "suppressed"))
    dispatch_all(sender)
    assert len(reporting.ledger("sms", to=number)) == 1
    assert sender.messages()[0].raw_response == "Stop"


def test_the_portals_own_mail_goes_out_and_what_is_reported_of_it_harms_nothing(
    app: Flask, sender: Sender, reporting: RunningSimulator
) -> None:
    sender.add_people({})
    with transaction(platform=True):
        resets.ask(CLINIC_OPERATOR)
    with app.app_context():
        send_account_mails(PLATFORM)
        send_account_mails(PLATFORM)
    (mail,) = reporting.ledger("email", to=CLINIC_OPERATOR)
    assert mail["subject"] == "Choose a new password for Carillon"
    assert "/password-reset/" in mail["text"]
    sender.send_off()
    dispatch_all(sender)
    assert eventually(lambda: come_to(sender, "delivered"))

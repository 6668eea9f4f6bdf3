"""Turning a company or a customer off stops sending at once; turning it on again loses nothing."""

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.config import Settings
from app.domain.delivery import clearing, filling, lanes, switching
from app.domain.tenancy import companies
from app.errors import Conflict, NotFound
from app.unit_of_work import across_companies, transaction
from tests.domain.delivery.test_dispatch import dispatch_all, send_with
from tests.domain.delivery.world import Sender, a_number
from tests.simulator.process import RunningSimulator


def a_school(sender: Sender) -> int:
    with sender.here():
        return companies.create_customer(name="North").id


def test_what_waits_for_a_customer_that_is_turned_off_is_not_even_rendered(sender: Sender) -> None:
    school = a_school(sender)
    sender.add_people({"customer_id": school}, {})
    broadcast = sender.schedule()
    sender.plan(broadcast)
    with sender.here():
        stops = switching.turn_off(school)
    assert (stops.messages, stops.broadcasts) == (1, 0)
    sender.fill()
    assert sorted(sender.statuses()) == ["planned", "queued"]
    with across_companies(reason="what the clock asks, in a test"):
        assert sender.company_id not in filling.companies_with_due_messages()
    with sender.here():
        switching.turn_on(school)
    sender.fill()
    assert sender.statuses() == ["queued", "queued"]


def test_what_is_claimed_while_it_is_turned_off_is_held_back_and_goes_on_afterwards(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    school, number = a_school(sender), a_number()
    sender.add_people({"customer_id": school, "phone": number})
    sender.send_off()

    def turn_off() -> None:
        with sender.here():
            switching.turn_off(school)

    send_with(sender, sending, turn_off)
    assert simulator.ledger("sms", to=number) == []
    with sender.here():
        clearing.wake_held()
    dispatch_all(sender)
    assert simulator.ledger("sms", to=number) == []
    with sender.here():
        switching.turn_on(school)
    dispatch_all(sender)
    assert len(simulator.ledger("sms", to=number)) == 1


def test_a_company_that_is_turned_off_sends_nothing_and_everything_once_it_is_on_again(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    numbers = [a_number() for _ in range(3)]
    sender.add_people(*({"phone": number} for number in numbers))
    sender.send_off()
    with sender.here():
        assert switching.turn_off().messages == 3
    with across_companies(reason="what the clock asks, in a test"):
        assert sender.company_id not in {company for company, _ in lanes.waiting_lanes()}
    dispatch_all(sender)
    assert [simulator.ledger("sms", to=number) for number in numbers] == [[], [], []]
    with sender.here():
        switching.turn_on(late=switching.SEND)
    dispatch_all(sender)
    assert [len(simulator.ledger("sms", to=number)) for number in numbers] == [1, 1, 1]
    assert sender.statuses() == ["accepted"] * 3


def test_what_became_due_meanwhile_expires_in_words_where_a_person_says_so(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    late, ahead = a_number(), a_number()
    (first,) = sender.add_people({"phone": late})
    sender.plan(sender.schedule())
    with sender.here():
        switching.turn_off()
    with sender.here():
        assert switching.what_is_late() == switching.WhatIsLate(messages=1, broadcasts=0)
        switching.turn_on(late=switching.EXPIRE)
    sender.sql("UPDATE contact_records SET phone = :phone WHERE id = :id AND company_id = :company",
               phone=ahead, id=first)  # fmt: skip
    sender.plan(sender.schedule())
    sender.fill()
    dispatch_all(sender)
    assert simulator.ledger("sms", to=late) == []
    assert len(simulator.ledger("sms", to=ahead)) == 1
    expired = next(one for one in sender.messages() if one.to_address == late)
    assert (expired.contact_status, expired.contact_status_description) == (
        "expired", "Its time passed while sending was turned off.",
    )  # fmt: skip


def test_a_sending_whose_time_came_meanwhile_is_cancelled_where_a_person_says_so(sender: Sender) -> None:
    sender.add_people({})
    late = sender.schedule(send_at=clock.now() - timedelta(minutes=5))
    ahead = sender.schedule(send_at=clock.now() + timedelta(days=1))
    with sender.here():
        switching.turn_off()
        assert switching.what_is_late().broadcasts == 1
        switching.turn_on(late=switching.EXPIRE)
    states = sender.sql("SELECT id, state FROM broadcasts WHERE company_id = :company ORDER BY id")
    assert [tuple(row) for row in states] == [(late, "cancelled"), (ahead, "scheduled")]


def test_of_two_who_turn_it_off_one_is_told(sender: Sender) -> None:
    with sender.here():
        switching.turn_off()
    with pytest.raises(Conflict), sender.here():
        switching.turn_off()
    with sender.here():
        switching.turn_on()
    with pytest.raises(Conflict), sender.here():
        switching.turn_on()


def test_who_was_handed_some_customers_turns_nothing_off(sender: Sender) -> None:
    school = a_school(sender)
    for given in (None, school):
        with pytest.raises(NotFound), transaction(sender.company_id, [school]):
            switching.turn_off(given)


def test_a_foreign_customer_is_not_there_to_turn_off(app: Flask, sender: Sender) -> None:
    with pytest.raises(NotFound), sender.here():
        switching.turn_off(1)

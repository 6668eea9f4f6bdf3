"""The portal's own mails: written with the transaction, sealed, sent once, and erased."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from app.domain.identity import account_mails, accounts, notices
from app.domain.identity.account_links import LinkKind, make_link
from app.domain.identity.account_mails import write_mail
from app.domain.identity.account_wordings import WORDINGS
from app.jobs.schedule import ring_account_mails
from app.providers.contract import Outcome
from app.queue import QueueName, jobs_waiting
from app.unit_of_work import across_companies, session, transaction
from tests.domain.identity.mailbox import Mailbox, link_in
from tests.people import CLINIC_OPERATOR

NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)


def test_a_mail_goes_out_after_the_commit_with_its_link(app: Flask, mailbox: Mailbox) -> None:
    with transaction(platform=True):
        user_id = _operator()
        token = make_link(user_id, LinkKind.RESET)
        write_mail("reset", CLINIC_OPERATOR, user_id, token=token)
    (mail,) = mailbox.collect()
    assert (mail.to, mail.from_address) == (CLINIC_OPERATOR, "no-reply@carillon.example")
    assert mail.text.startswith("Hello Oscar,\n\nSomebody, probably you,")
    assert link_in(mail) == f"/password-reset/{token}"
    assert mailbox.collect() == []


def test_what_a_mail_says_is_sealed_until_it_is_sent_and_then_erased(app: Flask, mailbox: Mailbox) -> None:
    with transaction(platform=True):
        user_id = _operator()
        token = make_link(user_id, LinkKind.RESET)
        write_mail("reset", CLINIC_OPERATOR, user_id, token=token)
    with across_companies(reason="looking for a token in a test"):
        stored = [str(row) for table in ("account_mails", "account_links", "trail") for row in _rows(table)]
    assert not [one for one in stored if token in one]
    assert _states() == [("waiting", True)]
    mailbox.collect()
    assert _states() == [("sent", False)]


def test_a_transaction_that_fails_writes_no_mail(app: Flask, mailbox: Mailbox) -> None:
    with pytest.raises(ZeroDivisionError), transaction(platform=True):
        notices.tell(_operator(), "password_changed")
        raise ZeroDivisionError
    assert mailbox.collect() == []


def test_an_attempt_that_fails_is_made_again_later_and_given_up_at_last(app: Flask, mailbox: Mailbox) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _tell()
        mailbox.outcome = Outcome.RETRY
        mailbox.collect()
        assert _states() == [("waiting", True)]
        mailbox.outcome = Outcome.ACCEPTED
        assert mailbox.collect() == []
        clock.shift(2)
        assert len(mailbox.collect()) == 1
        _tell()
        mailbox.outcome = Outcome.AMBIGUOUS
        for _ in range(account_mails.MOST_ATTEMPTS):
            mailbox.collect()
            clock.shift(600)
        assert _states()[-1] == ("failed", False)


def test_a_mail_whose_worker_was_lost_is_taken_up_after_its_lease(app: Flask, mailbox: Mailbox) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _tell()
        with across_companies(reason="a worker that dies, in a test"):
            assert len(account_mails.claim_mails()) == 1
        assert mailbox.collect() == []
        clock.shift(account_mails.LEASE + timedelta(seconds=1))
        assert len(mailbox.collect()) == 1


def test_what_is_refused_for_good_is_not_tried_again(app: Flask, mailbox: Mailbox) -> None:
    _tell()
    mailbox.outcome = Outcome.REFUSED
    mailbox.collect()
    assert _states() == [("failed", False)]


def test_a_lost_doorbell_is_rung_again_and_only_then(app: Flask, mailbox: Mailbox) -> None:
    with app.app_context():
        ring_account_mails()
        assert jobs_waiting()[QueueName.RESPONSES] == 0
        _tell()
        assert jobs_waiting()[QueueName.RESPONSES] == 1
        ring_account_mails()
        assert jobs_waiting()[QueueName.RESPONSES] == 2


def test_a_mail_with_other_keys_than_its_wording_is_a_mistake_of_ours(app: Flask) -> None:
    with transaction(platform=True):
        with pytest.raises(ValueError, match="takes \\['browser', 'network'\\]"):
            notices.tell(_operator(), "new_device", browser="Firefox")
        with pytest.raises(ValueError, match="no mail of the kind"):
            write_mail("joke", CLINIC_OPERATOR, None)


def test_a_name_cannot_write_a_mail_of_its_own(app: Flask, mailbox: Mailbox) -> None:
    with transaction(platform=True):
        notices.tell(_operator(), "api_key_made", name="x\r\nBcc: all\u2028{home}" + "y" * 500, company="C")
    (mail,) = mailbox.collect()
    assert "“x Bcc: all {home}yyy" in mail.text
    assert "y" * 201 not in mail.text
    assert "\r" not in mail.text + mail.subject


def test_the_portal_itself_cannot_read_what_waits(app: Flask) -> None:
    _tell()
    with pytest.raises(Exception, match="permission denied"), transaction(platform=True):
        session().execute(text("SELECT sealed FROM account_mails"))


def test_every_kind_can_be_written(app: Flask, mailbox: Mailbox) -> None:
    with transaction(platform=True):
        for kind, wording in WORDINGS.items():
            notices.tell(_operator(), kind, **dict.fromkeys(wording.keys, "something"))
    sent = mailbox.collect()
    assert len({mail.subject for mail in sent}) == len(WORDINGS)
    assert all("{" not in mail.text for mail in sent)


def _tell() -> None:
    with transaction(platform=True):
        notices.tell(_operator(), "password_changed")


def _operator() -> int:
    found = accounts.by_address(CLINIC_OPERATOR)
    assert found is not None
    return found.id


def _states() -> list[tuple[str, bool]]:
    with across_companies(reason="looking at mails in a test"):
        query = text("SELECT state, sealed IS NOT NULL FROM account_mails ORDER BY id")
        return [(state, kept) for state, kept in session().execute(query)]


def _rows(table: str) -> list[object]:
    return list(session().execute(text(f"SELECT * FROM {table}")))

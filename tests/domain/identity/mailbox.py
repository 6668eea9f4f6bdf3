"""Sends the portal's own mails that wait, to a provider that keeps them in a list."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from flask import Flask

from app.jobs import identity as jobs
from app.providers.contract import HandedOver, Outcome, OutgoingEmail
from app.unit_of_work import PLATFORM

LINK = re.compile(r"http://localhost:8400(/\S+/\S+)")


class Mailbox:
    """What arrived, newest last; `outcome` is what the provider says of the next mails."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.arrived: list[OutgoingEmail] = []
        self.outcome = Outcome.ACCEPTED

    def collect(self) -> list[OutgoingEmail]:
        """Run the job and return what came with this run."""
        before = len(self.arrived)
        with self._app.app_context():
            jobs.send_account_mails(PLATFORM)
        return self.arrived[before:]

    def to(self, address: str) -> OutgoingEmail:
        """Run the job and return the newest mail to this address."""
        self.collect()
        return [mail for mail in self.arrived if mail.to == address][-1]

    def send_many(
        self, messages: Sequence[OutgoingEmail], *, give_up_after: float | None = None
    ) -> list[HandedOver]:
        if self.outcome is Outcome.ACCEPTED:
            self.arrived += messages
        return [HandedOver(one.attempt_token, self.outcome, "id", None, "words") for one in messages]

    def close(self) -> None:
        pass


@contextmanager
def opened(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    mailbox = Mailbox(app)
    build: Callable[[object], Mailbox] = lambda _account: mailbox  # noqa: E731
    monkeypatch.setattr(jobs, "build_email_provider", build)
    yield mailbox


def link_in(mail: OutgoingEmail) -> str:
    """The path of the link in a mail."""
    found = LINK.search(mail.text)
    assert found, mail.text
    return found[1]

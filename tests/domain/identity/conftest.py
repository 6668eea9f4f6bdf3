"""A mailbox for the portal's own mails."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.domain.identity.mailbox import Mailbox, opened


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with opened(app, monkeypatch) as found:
        yield found

"""The pages behind the links of the portal's mails, and those that change a password or an address."""

from collections.abc import Callable

import pytest

from app.domain.identity.account_links import LinkKind, make_link
from app.domain.identity.account_wordings import PATHS
from app.unit_of_work import transaction
from tests.looks.conftest import Looker, lines
from tests.people import CLINIC_OPERATOR, user_id_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_pages_behind_links(looker_of: Callable[..., Looker]) -> None:
    looker = looker_of()
    for kind in (LinkKind.INVITATION, LinkKind.RESET, LinkKind.STOP_FACTOR_RESET):
        looker.look_at(_path(kind))
    looker.look_at(f"{PATHS[LinkKind.RESET]}not-a-link", status=410)
    assert not looker.wrong, lines(looker.wrong)


def test_pages_that_change_a_password_or_an_address(looker_of: Callable[..., Looker]) -> None:
    looker = looker_of(CLINIC_OPERATOR)
    for path in ("/account/password", "/account/email", _path(LinkKind.EMAIL_CHANGE)):
        looker.look_at(path)
    assert not looker.wrong, lines(looker.wrong)


def _path(kind: LinkKind) -> str:
    user_id = user_id_of(CLINIC_OPERATOR)
    address = "new@riverside-clinic.example" if kind is LinkKind.EMAIL_CHANGE else ""
    with transaction(platform=True):
        return PATHS[kind] + make_link(user_id, kind, new_address=address)

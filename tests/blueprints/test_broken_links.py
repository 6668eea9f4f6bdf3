"""Links out of e-mails that are broken, used, late or another's: a page with words, never a 500."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app import clock
from app.domain.identity import account_links
from app.domain.identity.account_links import LinkKind
from app.unit_of_work import across_companies, session, transaction
from tests.people import CLINIC_OPERATOR, CLINIC_VIEWER, csrf_token, sign_in, user_id_of

PAGES = {
    LinkKind.RESET: "/password-reset/{}",
    LinkKind.INVITATION: "/invitation/{}",
    LinkKind.STOP_FACTOR_RESET: "/factor-reset/{}",
    LinkKind.EMAIL_CHANGE: "/email-change/{}",
}
MADE_UP = [
    "xyz", "x" * 43, "x" * 3000, "%00", "abc%00def", "%EF%BC%91%EF%BC%92%EF%BC%93", "%ff%fe", "%F0%9F%94%94",
    "..%5c..%5cetc", "%27%20OR%201=1--", "%3Cscript%3E", "%20", "%0d%0aSet-Cookie:a=b", "%E2%80%AE",
]  # fmt: skip
NEW_PASSWORD = "twelve quiet bells at dawn"


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("token", MADE_UP)
def test_a_link_that_nobody_made_is_answered_in_words(
    client: FlaskClient, kind: LinkKind, token: str
) -> None:
    sign_in_where_needed(client, kind)
    page = PAGES[kind].format(token)
    sent = {"csrf_token": csrf_token(client), "password": NEW_PASSWORD}
    for answer in (client.get(page), client.post(page, data=sent)):
        assert answer.status_code in (404, 410), f"{answer.status} from {page}"
        assert "<h1" in answer.text
        assert "<script>" not in answer.text


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("state", ["used", "late", "of another kind", "of who is turned off"])
def test_a_link_that_is_worth_nothing_any_more_is_answered_in_words(
    client: FlaskClient, kind: LinkKind, state: str
) -> None:
    sign_in_where_needed(client, kind)
    token = made(kind, state)
    page = PAGES[kind].format(token)
    sent = {"csrf_token": csrf_token(client), "password": NEW_PASSWORD}
    for answer in (client.get(page), client.post(page, data=sent)):
        assert answer.status_code == 410
        assert CLINIC_VIEWER not in answer.text


def sign_in_where_needed(client: FlaskClient, kind: LinkKind) -> None:
    if kind is LinkKind.EMAIL_CHANGE:
        sign_in(client, CLINIC_OPERATOR)


def made(kind: LinkKind, state: str) -> str:
    """A link of somebody else's, or of another kind, as it stands afterwards."""
    whose = user_id_of(CLINIC_VIEWER)
    other = LinkKind.RESET if kind is not LinkKind.RESET else LinkKind.INVITATION
    with transaction(platform=True):
        wanted = other if state == "of another kind" else kind
        address = "new@riverside-clinic.example" if wanted is LinkKind.EMAIL_CHANGE else ""
        token = account_links.make_link(whose, wanted, new_address=address)
    changes = {
        "used": "UPDATE account_links SET used_at = now()",
        "late": "UPDATE account_links SET expires_at = :before",
        "of another kind": "SELECT 1",
        "of who is turned off": f"UPDATE users SET active = false WHERE id = {whose}",
    }
    with across_companies(reason="changing a link for a test"):
        session().execute(
            text(changes[state]), {"before": clock.now() - timedelta(minutes=1)} if state == "late" else {}
        )
    return token

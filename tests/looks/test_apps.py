"""The pages of apps, and the one that shows a key: it is the answer to a form, so that no walk opens it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.blueprints.api.programs import CLINIC, make_app
from tests.looks.conftest import Looker, lines
from tests.people import CLINIC_ADMIN

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
APPS = "/c/riverside-clinic/settings/apps"


def test_the_key_that_is_shown_once_can_be_read_by_everybody(looker_of: Callable[..., Looker]) -> None:
    looker = looker_of(CLINIC_ADMIN)
    app_id = make_app(CLINIC)
    looker.look_at(f"{APPS}/{app_id}")
    looker.look_at(f"{APPS}/{app_id}/keys/new", then=_make_a_key)
    looker.look_at(f"{APPS}/{app_id}")
    assert not looker.wrong, lines(looker.wrong)


def _make_a_key(page: Page) -> None:
    if page.locator("#two-live").count():
        return
    page.get_by_label("Name", exact=True).fill("Server")
    page.get_by_label("See what became of a message, and when").check()
    page.locator("#make-key").click()
    page.locator("#api-key").wait_for()

"""A name without a blank, or from right to left, makes no page wider than the screen."""

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import update

from app.models import Company, User
from app.unit_of_work import across_companies, session
from tests.looks.conftest import NARROWEST, PHONE, STICKS_OUT, WIDE, lines, served
from tests.people import CLINIC_ADMIN, SUPPORT, session_cookie
from tests.settled import opened

__all__ = ["served"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]
LONG = "Llanfairpwllgwyngyll" * 8
PATHS = ("", "messages", "wording", "people", "settings", "trail", "imports/new", "broadcasts/new")


def test_names_without_a_blank_fit_every_screen(app: Flask, page: Page, served: str) -> None:
    with across_companies(reason="a test gives long names"):
        session().execute(update(Company).where(Company.id == 1).values(name=LONG))
        session().execute(
            update(User)
            .where(User.email_address == CLINIC_ADMIN)
            .values(first_name="عبد الله", last_name=LONG)
        )
    wrong = []
    for who, paths in ((CLINIC_ADMIN, PATHS), (SUPPORT, ("trail",))):
        page.context.add_cookies([{**session_cookie(app, who), "url": served}])
        if who == SUPPORT:
            opened(page, f"{served}/support/visits/new?company=riverside-clinic")
            page.get_by_label("Reason").fill("Reason" * 40)
            page.get_by_role("button", name="Open the visit").click()
            page.wait_for_url("**/c/riverside-clinic/")
        for path in paths:
            opened(page, f"{served}/c/riverside-clinic/{path}")
            for width in (NARROWEST, PHONE, WIDE):
                page.set_viewport_size({"width": width, "height": 800})
                if sticks_out := page.evaluate(STICKS_OUT):
                    wrong.append(f"{path} at {width} px: {sticks_out}")
    assert not wrong, lines(wrong)

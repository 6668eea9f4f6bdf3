"""Every page there is: no violation of WCAG 2.2 AA, no sideways scrolling, nothing the policy refuses.

Each page is seen by somebody who may, at 1280 and 390 pixels, light and dark, and at 320 pixels.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, Route

from app.domain.tenancy import groups
from app.unit_of_work import transaction
from tests.blueprints.ingest.conftest import PEOPLE as FILE
from tests.blueprints.ingest.conftest import Wizard, empty_store, wizard, wizard_of
from tests.blueprints.scheduling.composer import check_page
from tests.isolation.planting import plant
from tests.looks.conftest import Looker, lines
from tests.looks.walks import (
    ADMINISTRATOR,
    NOT_PAGES,
    PLATFORM,
    STAFF,
    STRANGER,
    SUPPORT_AREA,
    VISIT,
    VISITED,
    WIZARD,
)
from tests.people import (
    BIRCH_PRINCIPAL,
    CLINIC_ADMIN,
    CLINIC_NEWCOMER,
    CLINIC_OPERATOR,
    CLINIC_VIEWER,
    PLATFORM_ADMIN,
    SUPPORT,
    sign_in,
)

__all__ = ["empty_store", "wizard", "wizard_of"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
CLINIC = "/c/riverside-clinic"
DISTRICT = "/c/maplewood-schools"
Enter = Callable[..., Looker]


def test_what_a_stranger_sees(looker_of: Enter) -> None:
    looker = looker_of()
    for path in STRANGER:
        looker.look_at(path)
    looker.look_at("/no-such-page", status=404)
    looker.look_at("/sign-in", then=lambda page: _type_password(page, CLINIC_OPERATOR))
    looker.look_at("/sign-in", then=lambda page: _type_password(page, CLINIC_NEWCOMER))
    assert not looker.wrong, lines(looker.wrong)


def test_what_the_staff_of_a_company_see(looker_of: Enter) -> None:
    looker = looker_of(CLINIC_OPERATOR)
    looker.look_at(f"{CLINIC}/")  # before there is anything
    ids = plant("riverside-clinic").ids
    for path in STAFF:
        looker.look_at(CLINIC + path.format_map(ids))
    looker.look_at("/account", then=_open_account_menu)
    looker.look_at(f"{CLINIC}/messages/999999", status=404)
    looker.look_at(f"{CLINIC}/trail", status=403)
    assert not looker.wrong, lines(looker.wrong)


def test_every_step_of_the_wizard(looker_of: Enter, wizard: Wizard) -> None:
    packet_id = wizard.read(FILE)
    looker = looker_of(CLINIC_OPERATOR)
    for step in ("reading", "reading/edit", "match"):
        looker.look_at(f"{CLINIC}/imports/{packet_id}/{step}")
    wizard.preview(packet_id)
    for step in WIZARD:
        looker.look_at(f"{CLINIC}/imports/{packet_id}/{step}")
    wizard.confirm(packet_id)
    looker.look_at(f"{CLINIC}/imports/{packet_id}/result")
    wizard.work(packet_id)
    looker.look_at(f"{CLINIC}/imports/{packet_id}/result")
    broken = wizard.read(b"\x89PNG\r\n\x1a\n and more", "picture.xlsx")
    looker.look_at(f"{CLINIC}/imports/{broken}/reading")
    looker.look_at(f"{CLINIC}/imports")
    looker.look_at(f"{CLINIC}/")
    assert not looker.wrong, lines(looker.wrong)


def test_every_question_of_the_composer_on_the_principals_side(looker_of: Enter, client: FlaskClient) -> None:
    looker = looker_of(BIRCH_PRINCIPAL)
    looker.look_at(f"{DISTRICT}/")
    sign_in(client, BIRCH_PRINCIPAL)
    answers = check_page(client, "Birch Elementary").request.full_path.partition("?")[2]
    for step in ("", "/audience", "/time", "/check"):
        looker.look_at(f"{DISTRICT}/broadcasts/new{step}?{answers}")
    looker.look_at(f"{DISTRICT}/broadcasts/new?go=1", status=422)
    looker.look_at(f"{DISTRICT}/messages")
    assert not looker.wrong, lines(looker.wrong)


def test_what_an_administrator_and_a_viewer_see(looker_of: Enter) -> None:
    ids = plant("riverside-clinic").ids
    administrator, viewer = looker_of(CLINIC_ADMIN), looker_of(CLINIC_VIEWER)
    for path in ADMINISTRATOR:
        administrator.look_at(CLINIC + path.format_map(ids))
    viewer.look_at(f"{CLINIC}/")
    viewer.look_at(f"{CLINIC}/imports")
    assert not (administrator.wrong + viewer.wrong), lines(administrator.wrong + viewer.wrong)


def test_what_support_and_platform_see(looker_of: Enter) -> None:
    plant("riverside-clinic")
    support, platform = looker_of(SUPPORT), looker_of(PLATFORM_ADMIN)
    for path in SUPPORT_AREA:
        support.look_at(path)
    support.look_at("/support/visits/new?company=riverside-clinic")
    _visit(support)
    for path in VISIT:
        support.look_at(CLINIC + path)
    support.look_at(f"{CLINIC}/trail", then=_open_all)
    support.look_at("/support/visits/raise")
    support.look_at("/support/visits/new?company=maplewood-schools")
    support.look_at("/support/visits")
    platform.look_at("/companies")
    with transaction(platform=True):
        group = groups.make_group(name="Lakes", company_ids=[1, 3], master_id=3)
    for path in ("/platform", *PLATFORM):
        platform.look_at(path.format(group=group.id))
    assert not (support.wrong + platform.wrong), lines(support.wrong + platform.wrong)


def test_every_component_in_every_state(looker_of: Enter) -> None:
    looker = looker_of()
    looker.look_at("/styleguide/")
    looker.look_at("/styleguide/button")
    for status in (404, 500):
        looker.look_at(f"/styleguide/problems/{status}", status=status)
    assert not looker.wrong, lines(looker.wrong)


def test_the_eye_sees_what_is_wrong(looker_of: Enter) -> None:
    looker = looker_of()

    def answer(route: Route) -> None:
        body = (
            "<!doctype html><html lang=en><title>x</title><main><h1>x</h1>"
            "<p style='color:#aaa;background:#fff'>faint</p><img src=mark.svg>"
            "<div style='width:500px'>wide</div></main>"
        )
        policy = {"Content-Security-Policy": "style-src 'unsafe-inline'; img-src 'none'"}
        route.fulfill(body=body, content_type="text/html", headers=policy)

    looker.page.route("**/wrong", answer)
    looker.look_at("/wrong")
    seen = "\n".join(looker.wrong)
    for complaint in ("color-contrast", "image-alt", "at 320 px: 5", "Content Security Policy"):
        assert complaint in seen


def test_every_page_is_looked_at(app: Flask) -> None:
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static"
    }
    assert pages - VISITED - NOT_PAGES.keys() == set()
    assert (VISITED | NOT_PAGES.keys()) - pages == set()


def _type_password(page: Page, email_address: str) -> None:
    page.get_by_label("E-mail address").fill(email_address)
    page.get_by_label("Password", exact=True).fill("ring the bells softly")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/sign-in/**")


def _visit(looker: Looker) -> None:
    looker.page.goto(f"{looker.address}/support/visits/new?company=riverside-clinic")
    looker.page.get_by_label("Reason").fill("Their reminders of Monday did not arrive")
    looker.page.get_by_role("button", name="Open the visit").click()
    looker.page.wait_for_url("**/c/riverside-clinic/")


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")


def _open_account_menu(page: Page) -> None:
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Sign out").wait_for()

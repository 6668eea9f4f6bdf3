"""The portal does not answer: a banner says so and goes by itself, polls wait, and nothing is sent twice."""

import re

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.components.behaving import FORM, HOME, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
POLL = '<div id="polled" hx-get="/own/poll" hx-trigger="every 2s" hx-swap="morph:outerHTML">at first</div>'
ASKING = '<div><button id="asks" hx-get="/own/part" hx-target="#part">Show it</button><p id="part"></p></div>'
SENDING = """<form id="changes" hx-post="/own/change" hx-swap="none">
  <input id="word" name="word" aria-label="Word"><button id="change" type="submit">Change it</button>
</form>"""


class Portal:
    """Answers `/own/…` as it is told, and counts what was asked of it."""

    def __init__(self, page: Page) -> None:
        self.status = 200
        self.asked: list[Request] = []
        page.route("**/own/**", self.answer)
        page.route("**/jobs/**", self.answer_the_shell)

    def answer(self, route: Route) -> None:
        self.asked.append(route.request)
        body = POLL.replace("at first", f"answer {len(self.asked)}")
        if not route.request.url.endswith("poll"):
            body = "the part"
        route.fulfill(status=self.status, content_type="text/html", body=body)

    def answer_the_shell(self, route: Route) -> None:
        """What the page's own polls get: while it is down it is down for them too, else it would be back."""
        if self.status == 200:
            route.fallback()
        else:
            route.fulfill(status=self.status)

    def count(self, method: str) -> int:
        return sum(request.method == method for request in self.asked)


@pytest.fixture
def portal_of(desk: Desk) -> Portal:
    desk.open()
    return Portal(desk.page)


def banner(page: Page) -> Locator:
    return page.get_by_role("region", name="Connection")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_poll_without_an_answer_is_tried_again_until_it_works(
    desk: Desk, portal_of: Portal, status: int
) -> None:
    portal_of.status = status
    desk.put(POLL)
    desk.page.clock.fast_forward(2500)
    expect(banner(desk.page)).to_contain_text(
        re.compile(r"The portal does not answer\. Trying again in [12] s")
    )
    expect(desk.page.locator("#polled")).to_have_text("at first")
    expect(desk.page.locator("#live")).to_have_text("The portal does not answer.")
    portal_of.status = 200
    desk.page.clock.fast_forward(2500)
    expect(banner(desk.page)).to_be_hidden()
    expect(desk.page.locator("#polled")).to_contain_text("answer")


def test_a_portal_that_is_down_is_asked_less_and_less(desk: Desk, portal_of: Portal) -> None:
    portal_of.status = 503
    desk.put(POLL)
    desk.page.clock.fast_forward(2500)
    for seconds in (2, 4, 8, 15, 30, 30):
        counted = re.compile(rf"in ({seconds}|{seconds - 1}) s")
        expect(banner(desk.page)).to_contain_text(counted)
        desk.page.clock.fast_forward(seconds * 1000)
    expect(banner(desk.page)).to_contain_text(re.compile("in (30|29) s"))
    assert portal_of.count("GET") == 7


def test_one_can_try_again_now(desk: Desk, portal_of: Portal) -> None:
    portal_of.status = 503
    desk.put(ASKING)
    desk.page.get_by_role("button", name="Show it").click()
    expect(banner(desk.page)).to_be_visible()
    portal_of.status = 200
    desk.page.get_by_role("button", name="Try again now").click()
    expect(desk.page.locator("#part")).to_have_text("the part")
    expect(banner(desk.page)).to_be_hidden()


def test_a_change_is_never_sent_again_by_itself(desk: Desk, portal_of: Portal) -> None:
    portal_of.status = 503
    desk.put(SENDING)
    desk.page.get_by_label("Word").fill("closed")
    desk.page.get_by_role("button", name="Change it").click()
    expect(desk.page.locator("#problem")).to_contain_text("we cannot say whether your last step arrived")
    portal_of.status = 200
    desk.page.clock.fast_forward(2500)
    expect(banner(desk.page)).to_be_hidden()
    desk.page.clock.fast_forward(60_000)
    assert portal_of.count("POST") == 1
    expect(desk.page.get_by_label("Word")).to_have_value("closed")
    expect(desk.page.locator("#problem")).not_to_be_empty()
    desk.page.get_by_role("button", name="Change it").click()
    expect(desk.page.locator("#problem")).to_be_empty()
    assert portal_of.count("POST") == 2


def test_a_request_that_is_never_answered_is_given_up(desk: Desk, portal_of: Portal) -> None:
    patience = """() => {
        window.patience = {};
        document.addEventListener("htmx:beforeRequest", ({ detail }) => {
            window.patience[detail.requestConfig.verb] = detail.xhr.timeout;
        });
    }"""
    desk.page.evaluate(patience)
    desk.put(ASKING)
    desk.put(SENDING)
    desk.page.get_by_role("button", name="Show it").click()
    desk.page.get_by_role("button", name="Change it").click()
    expect(desk.page.locator("#part")).to_have_text("the part")
    assert desk.page.evaluate("window.patience") == {"get": 10_000, "post": 60_000}


def test_offline_is_said_and_goes_away_online(desk: Desk, portal_of: Portal) -> None:
    desk.page.context.set_offline(True)
    expect(banner(desk.page)).to_contain_text("You are offline.")
    desk.page.context.set_offline(False)
    expect(banner(desk.page)).to_be_hidden()
    expect(desk.page.locator("#live")).to_have_text("The connection is back.")
    assert portal_of.count("GET") == 0


def test_a_plain_form_is_not_lost_offline(desk: Desk) -> None:
    desk.open(extra=FORM)
    desk.page.get_by_label("Name of the sending").fill("Winter closure")
    desk.page.context.set_offline(True)
    expect(banner(desk.page)).to_be_visible()
    desk.page.get_by_role("button", name="Send it").click()
    expect(desk.page.locator("#live")).to_contain_text("Nothing was sent")
    assert desk.page.url.endswith(HOME)
    expect(desk.page.get_by_label("Name of the sending")).to_have_value("Winter closure")

"""How many bytes Chromium fetches for a page: with nothing kept, and with the portal's files kept."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
Weigh = Callable[[str, str, str], dict[str, float]]


@contextmanager
def scales(address: str, cookie_name: str) -> Iterator[Weigh | None]:
    """Start Chromium and give what weighs (path, cookie, path looked at before); None where there is none."""
    if CHROMIUM is None:
        yield None
        return
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield lambda path, cookie, before: _weigh(browser, address, path, (cookie_name, cookie), before)
        browser.close()


def _weigh(
    browser: Browser, address: str, path: str, cookie: tuple[str, str], before: str
) -> dict[str, float]:
    """Return kilobytes as they came over the wire, with headers."""
    with _person(browser, address, cookie) as context:
        first = _fetched(context, address + path)
    with _person(browser, address, cookie) as context:
        _fetched(context, address + before)
        later = _fetched(context, address + path)
    return {"first_kb": round(first / 1000, 1), "later_kb": round(later / 1000, 1)}


@contextmanager
def _person(browser: Browser, address: str, cookie: tuple[str, str]) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    if cookie[1]:
        context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": address}])
    yield context
    context.close()


def _fetched(context: BrowserContext, url: str) -> float:
    """Load one page in a tab of its own until the network is quiet, and add up what came."""
    page = context.new_page()
    sizes: list[float] = []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")

    def note(done: dict[str, Any]) -> None:
        sizes.append(done["encodedDataLength"])

    wire.on("Network.loadingFinished", note)
    answer = page.goto(url, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200, f"{urlsplit(url).path}: {answer.status}"
    page.close()
    return sum(sizes)

"""A browser that looks hard at a page: with axe-core, at both widths, light and dark, and at 320 pixels."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.components.conftest import served
from tests.people import session_cookie
from tests.settled import opened, settled

__all__ = ["served"]
Scheme = Literal["light", "dark"]
AXE = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A scheme changes colors and nothing else, so in the dark only what is about colors is asked again.
RULES: dict[Scheme, dict[str, object]] = {
    "light": {"type": "tag", "values": TAGS},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
# Colours that are still fading in would be measured in between.
RUN = """async (rules) => {
    const ends = (one) => Number.isFinite(one.effect.getComputedTiming().endTime);
    await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
    await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
    const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    const why = (node) => (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? "";
    const place = (node) => `${node.target.join(" ")} ${node.html.slice(0, 120)} (${why(node)})`;
    const places = (nodes) => nodes.slice(0, 3).map(place).join("; ");
    const told = ({ id, nodes }) => `${id}, ${nodes.length} times: ${places(nodes)}`;
    return violations.map(told);
}"""
# What sticks out sideways, leaving out what scrolls by itself inside a region of its own.
STICKS_OUT = """() => {
    const room = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= room) return "";
    const beyond = (one) => one.getBoundingClientRect().right > room + 1;
    const out = [...document.querySelectorAll("body *")].filter(beyond);
    const name = (one) => `${one.tagName.toLowerCase()}.${[...one.classList].join(".")}`;
    return `${document.scrollingElement.scrollWidth} px wide: ${out.slice(0, 6).map(name).join(", ")}`;
}"""
WIDE, PHONE, NARROWEST = 1280, 390, 320


@dataclass
class Looker:
    """One person's browser, and everything that was wrong with what it saw, in sentences."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def look_at(self, path: str, *, status: int = 200, then: Callable[[Page], object] | None = None) -> None:
        """Open a page in each scheme, do something on it if asked, and note whatever is wrong with it."""
        for scheme, rules in RULES.items():
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.page.set_viewport_size({"width": WIDE, "height": 900})
            answer = opened(self.page, self.address + path)
            if answer is None or answer.status != status:
                self.wrong.append(f"{path}: answers {answer.status if answer else 'nothing'}")
                return
            if then is not None:
                then(self.page)
            settled(self.page)
            self.page.evaluate(AXE)
            for width in (WIDE, PHONE):
                self.page.set_viewport_size({"width": width, "height": 900})
                found = self.page.evaluate(RUN, rules)
                self.wrong += [f"{path} at {width} px, {scheme}: {one}" for one in found]
        self.page.set_viewport_size({"width": NARROWEST, "height": 900})
        if sticks_out := self.page.evaluate(STICKS_OUT):
            self.wrong.append(f"{path} at {NARROWEST} px: {sticks_out}")

    def note(self, message: ConsoleMessage) -> None:
        """Keep what the browser complains about: a refused style or script, a file that is not there."""
        if message.type == "error" and "the server responded with a status" not in message.text:
            self.wrong.append(f"{urlsplit(self.page.url).path}: {message.text}")


@pytest.fixture
def looker_of(browser: Browser, app: Flask, served: str) -> Iterator[Callable[[str | None], Looker]]:
    """Sign somebody in, or nobody, and return what their browser sees."""
    contexts = []

    def enter(email_address: str | None = None) -> Looker:
        context = browser.new_context()
        contexts.append(context)
        if email_address is not None:
            cookie = session_cookie(app, email_address)
            context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": served}])
        looker = Looker(context.new_page(), served)
        looker.page.on("console", looker.note)
        looker.page.on("pageerror", lambda error: looker.wrong.append(f"{looker.page.url}: {error}"))
        return looker

    yield enter
    for context in contexts:
        context.close()


def lines(wrong: list[str]) -> str:
    """The complaints, each once, one below the other."""
    return json.dumps(list(dict.fromkeys(wrong)), indent=1, ensure_ascii=False)

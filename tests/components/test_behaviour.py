"""Swaps, morphs and submits: the focus stays, words are spoken once, nothing is sent twice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.components.behaving import FORM, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
Answers = Callable[[str], None]

POLLED = """<section id="polled" hx-get="/own/poll" hx-trigger="ask" hx-swap="morph:outerHTML">
  <p id="said">%s</p><p><time datetime="2026-03-04T12:00:00Z" data-local="time">noon</time></p>
  <input id="typed" name="typed" aria-label="Typed" value=""><input id="other" aria-label="Other" value="">
  <details id="more"><summary>More</summary><p>Inside</p></details>
  <dialog id="asked" aria-label="Asked">Asked</dialog>
  <div id="long" class="table-frame" tabindex="0"><pre>%s</pre></div>
  <div data-behaviour="tooltip">
    <button id="held" type="button">Held</button><span role="tooltip" id="tip">Tip</span>
  </div>
</section>"""
ASK = "htmx.ajax('GET', '/own/poll', {source: '#polled'})"
COUNT_LISTENERS = """
    window.listening = 0;
    const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
    document.addEventListener = (...all) => { window.listening += 1; add.apply(document, all); };
    document.removeEventListener = (...all) => { window.listening -= 1; remove.apply(document, all); };
"""
PART = """<div>
  <button id="asks" type="button" hx-get="/own/part" hx-target="#part">Show it</button>
  <div id="part"><button id="inside" type="button">Inside</button></div>
</div>"""
COUNT_SUBMITS = """() => {
    window.submits = 0;
    addEventListener("submit", () => { window.submits += 1; }, { capture: true });
}"""
SETTLED = """() => new Promise((done) => {
    document.addEventListener("htmx:afterSettle", () => done(), { once: true });
    htmx.ajax("GET", "/own/poll", { source: "#polled" });
})"""


@pytest.fixture
def answers(desk: Desk) -> Answers:
    """Says what `/own/…` answers from now on."""
    body = {"html": ""}

    def answer(route: Route) -> None:
        status = 422 if "error-summary" in body["html"] else 200
        route.fulfill(status=status, content_type="text/html", body=body["html"])

    desk.page.route("**/own/**", answer)
    return lambda html: body.update(html=html)


def kept_in(sent: list[Route]) -> Callable[[Route], None]:
    """Keeps requests without an answer, until the test gives one."""

    def keep(route: Route) -> None:
        sent.append(route)

    return keep


def polled(said: str) -> str:
    return POLLED % (said, "\n".join(f"line {number}" for number in range(80)))


def test_a_polled_morph_leaves_what_the_reader_did(desk: Desk, answers: Answers) -> None:
    page = desk.page
    desk.open()
    desk.put(polled("one"))
    page.get_by_label("Other").fill("half a sentence")
    page.locator("#more summary").click()
    page.evaluate("document.getElementById('asked').show()")
    typed = page.get_by_label("Typed")
    typed.fill("abcdef")
    typed.evaluate("field => field.setSelectionRange(2, 4)")
    shown = page.locator("#polled time").text_content()
    answers(polled("two"))
    page.evaluate(ASK)
    expect(page.locator("#said")).to_have_text("two")
    expect(typed).to_be_focused()
    expect(typed).to_have_value("abcdef")
    assert typed.evaluate("field => [field.selectionStart, field.selectionEnd]") == [2, 4]
    expect(page.get_by_label("Other")).to_have_value("half a sentence")
    assert page.locator("#more").evaluate("details => details.open")
    assert page.locator("#asked").evaluate("dialog => dialog.open")
    assert page.locator("#polled time").text_content() == shown != "noon"


def test_a_polled_morph_keeps_the_place_in_what_scrolls(desk: Desk, answers: Answers) -> None:
    page = desk.page
    desk.open()
    desk.put(polled("one"))
    page.evaluate("document.scrollingElement.scrollTop = 300")
    before = page.evaluate("document.scrollingElement.scrollTop")
    answers(polled("two"))
    page.evaluate(ASK)
    expect(page.locator("#said")).to_have_text("two")
    assert page.evaluate("document.scrollingElement.scrollTop") == before > 0


def test_an_answer_to_a_person_may_empty_the_field(desk: Desk, answers: Answers) -> None:
    desk.open()
    desk.put(polled("one"))
    desk.page.get_by_label("Other").fill("sent")
    answers(polled("two"))
    desk.page.evaluate("htmx.trigger('#polled', 'ask')")
    expect(desk.page.locator("#said")).to_have_text("two")
    expect(desk.page.get_by_label("Other")).to_have_value("")


def test_a_new_heading_takes_the_focus_and_names_the_page(desk: Desk, answers: Answers) -> None:
    desk.open()
    desk.put(PART)
    answers("<h1>Check the answers</h1><p>Text</p>")
    desk.page.get_by_role("button", name="Show it").click()
    expect(desk.page.get_by_role("heading", name="Check the answers")).to_be_focused()
    expect(desk.page).to_have_title("Check the answers – Carillon")


def test_feedback_keeps_the_focus_and_speaks(desk: Desk, answers: Answers) -> None:
    desk.open()
    desk.put(PART)
    title = desk.page.title()
    answers('<p id="rows" data-announce="298 rows">298 rows</p>')
    desk.page.get_by_role("button", name="Show it").click()
    expect(desk.page.locator("#live")).to_have_text("298 rows")
    expect(desk.page.get_by_role("button", name="Show it")).to_be_focused()
    assert desk.page.title() == title


def test_errors_take_the_focus_to_their_summary(desk: Desk, answers: Answers) -> None:
    desk.open()
    desk.put(PART)
    answers('<section class="error-summary" tabindex="-1" data-focus>There is a problem</section>')
    desk.page.get_by_role("button", name="Show it").click()
    expect(desk.page.locator(".error-summary")).to_be_focused()


def test_the_focus_is_not_lost_with_what_held_it(desk: Desk, answers: Answers) -> None:
    desk.open()
    desk.put(PART)
    answers('<p id="after">All done</p>')
    inside = desk.page.get_by_role("button", name="Inside")
    inside.focus()
    desk.page.evaluate("htmx.ajax('GET', '/own/part', {source: '#asks', target: '#part', swap: 'outerHTML'})")
    expect(desk.page.locator("#after")).to_be_focused()


def test_a_quarter_is_spoken_once(desk: Desk, answers: Answers) -> None:
    page = desk.page
    desk.open()
    page.evaluate("""() => {
        window.spoken = [];
        const live = document.getElementById("live");
        const note = () => live.textContent && window.spoken.push(live.textContent);
        new MutationObserver(note).observe(live, { childList: true });
    }""")
    desk.put(polled("at first"))
    for said, quarter in (("1", 0), ("2", 25), ("3", 25), ("4", 50)):
        answers(polled(said).replace('id="said"', f'id="said" data-announce="Import: {quarter} %"'))
        page.evaluate(SETTLED)
        expect(page.locator("#said")).to_have_text(said)
        page.evaluate(
            "document.dispatchEvent(new CustomEvent('announce', {detail: {value: 'Something else'}}))"
        )
        expect(page.locator("#live")).to_have_text("Something else")
    said_of_import = [words for words in page.evaluate("window.spoken") if words.startswith("Import")]
    assert said_of_import == ["Import: 0 %", "Import: 25 %", "Import: 50 %"]


def test_what_comes_gets_its_behaviour_and_what_goes_leaves_no_listener(desk: Desk, answers: Answers) -> None:
    page = desk.page
    page.add_init_script(COUNT_LISTENERS)
    desk.open()
    desk.put(polled("one"))
    expect(page.locator("#held")).to_have_attribute("aria-describedby", "tip")
    with_it = page.evaluate("window.listening")
    for round_of in range(3):
        answers(f'<section id="polled">without {round_of}</section>')
        page.evaluate(ASK)
        expect(page.locator("#polled")).to_have_text(f"without {round_of}")
        expect(page.locator("#held")).to_have_count(0)
        answers(polled(f"with {round_of}"))
        page.evaluate("htmx.ajax('GET', '/own/poll', {source: '#polled', swap: 'morph:outerHTML'})")
        expect(page.locator("#held")).to_have_attribute("aria-describedby", "tip")
    assert page.evaluate("window.listening") == with_it


@pytest.mark.parametrize("attributes", ['action="/own/change"', 'hx-post="/own/change" hx-swap="none"'])
def test_a_second_press_sends_nothing(desk: Desk, attributes: str) -> None:
    page, sent = desk.page, list[Route]()
    desk.open()
    desk.put(FORM.replace('action="/own"', attributes))
    page.route("**/own/change", kept_in(sent))
    page.evaluate(COUNT_SUBMITS)
    page.get_by_label("Name of the sending").focus()
    with page.expect_request("**/own/change"):
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    sent[0].fulfill(status=204)
    page.wait_for_function("window.submits === 3")
    assert len(sent) == 1


def test_after_the_answer_a_form_can_be_sent_again(desk: Desk) -> None:
    page, sent = desk.page, list[Route]()
    desk.open()
    desk.put(FORM.replace('action="/own"', 'hx-post="/own/change" hx-swap="none"'))
    page.route("**/own/change", kept_in(sent))
    send = page.get_by_role("button", name="Send it")
    for _ in range(2):
        send.click()
        expect(send).to_have_attribute("aria-busy", "true")
        sent[-1].fulfill(status=204)
        expect(send).not_to_have_attribute("aria-busy", "true")
    assert len(sent) == 2


def test_the_back_button_brings_a_form_that_can_be_sent(desk: Desk) -> None:
    page = desk.page
    desk.open(extra=FORM)
    page.evaluate("document.getElementById('own').dataset.sent = 'yes'")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert page.evaluate("document.getElementById('own').dataset.sent") is None

"""Waits until a page is as people find it: its behaviours are there, and nothing is being asked for."""

from playwright.sync_api import Error, Page, Response

# The entrance has begun before the page is loaded, so each module asked for here is one it waits for as well.
BEHAVIOURS = """async () => {
    const entrance = document.querySelector('script[type="module"][src$="js/app.js"]');
    if (!entrance) return;
    const named = [...document.querySelectorAll("[data-behaviour]")].map((one) => one.dataset.behaviour);
    const names = new Set(named.flatMap((words) => words.split(/\\s+/)).filter(Boolean));
    const urls = [...names].map((name) => new URL(`behaviours/${name}.js`, entrance.src).href);
    await Promise.allSettled(urls.map((url) => import(url)));
}"""
UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
QUIET = f"() => document.readyState === 'complete' && !document.querySelector('{UNDER_WAY}')"


def opened(page: Page, address: str) -> Response | None:
    """Go there, again if the page that stood there moved on by itself just then."""
    try:
        return page.goto(address)
    except Error as error:
        if "net::ERR_ABORTED" not in error.message:
            raise
    page.wait_for_load_state("load")
    return page.goto(address)


def settled(page: Page) -> None:
    """Return as soon as it is so; half a second of silence, which Playwright can wait for, proves less."""
    page.wait_for_load_state("load")
    page.evaluate(BEHAVIOURS)
    page.wait_for_function(QUIET)
    # What was fetched meanwhile may have brought behaviours of its own.
    page.evaluate(BEHAVIOURS)

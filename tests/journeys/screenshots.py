"""`make screenshots`: photograph the main pages into screenshots/, and the README one into docs/images/.

It starts a portal of its own and tells the story of the journeys on invented people: an import, its messages
going out, a principal's sending on a phone, and support's look at the trail.
"""

import csv
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.journeys import steps
from tests.portal import CHECKOUT, RunningPortal, running_portal

FOLDER = CHECKOUT / "screenshots"
README_PICTURE = CHECKOUT / "docs" / "images" / "progress.png"
WIDTHS = {"wide": 1280, "phone": 390}
CLINIC = "/c/riverside-clinic"
DISTRICT = "/c/maplewood-schools"
PAGES = {
    "home": f"{CLINIC}/",
    "imports": f"{CLINIC}/imports",
    "upload": f"{CLINIC}/imports/new",
    "scheduled": f"{CLINIC}/broadcasts",
    "messages": f"{CLINIC}/messages",
    "wording": f"{CLINIC}/wording",
    "replies": f"{CLINIC}/replies",
    "settings": f"{CLINIC}/settings",
    "account": "/account",
    "styleguide": "/styleguide/",
}


def main() -> None:
    """Take all pictures anew."""
    if CHROMIUM is None:
        sys.exit("No Chromium is installed. On Debian or Ubuntu: apt install chromium")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_portal(Path(folder) / "data") as portal,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        _tell_the_story(browser, portal, _people(Path(folder) / "Tuesday.csv"))
        for scheme in ("light", "dark"):
            for name, width in WIDTHS.items():
                _photograph(browser, portal, scheme, name, width)
        browser.close()
    sys.stdout.write(f"{len(list(FOLDER.iterdir()))} pictures are in {FOLDER.name}/\n")


def _tell_the_story(browser: Browser, portal: RunningPortal, file: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1)
    steps.sign_in(page, portal, "operator@riverside-clinic.example")
    steps.upload(page, file)
    _take(page, "story-1-match")
    steps.accept_matches(page)
    _take(page, "story-2-preview")
    page.get_by_role("link", name="Continue").click()
    _take(page, "story-3-confirm")
    page.go_back()
    steps.import_and_send(page, "Appointment reminder")
    README_PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(path=README_PICTURE)
    _take(page, "story-4-sent")
    page.close()


def _photograph(browser: Browser, portal: RunningPortal, scheme: str, name: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    steps.sign_in(page, portal, "operator@riverside-clinic.example")
    for title, path in PAGES.items():
        page.goto(portal.address + path)
        _take(page, f"{title}-{name}-{scheme}")
    steps.sign_in(page, portal, "principal@maplewood-schools.example")
    _take(page, f"principal-{name}-{scheme}")
    steps.sign_in(page, portal, "support@carillon.example")
    _take(page, f"support-{name}-{scheme}")
    steps.visit(page, "Maplewood School District", "They ask what became of the closure")
    page.goto(f"{portal.address}{DISTRICT}/trail")
    _take(page, f"trail-{name}-{scheme}")
    steps.sign_in(page, portal, "platform@carillon.example")
    page.goto(f"{portal.address}/platform")
    _take(page, f"platform-{name}-{scheme}")
    context.close()


def _take(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


def _people(path: Path) -> Path:
    """A day's appointments of invented people, with numbers kept free for fiction."""
    areas = ("212", "312", "415", "617", "713")
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Pt First", "Pt Last", "Cell Phone", "E-mail", "Appt Date", "Appt Time", "Doctor"])
        for number in range(400):
            person = [f"Ada{number % 80}", "Example", f"{areas[number // 80]}-555-01{20 + number % 80:02d}"]
            writer.writerow([*person, f"ada{number}@example.com", "12/14/2026", "9:30 AM", "Dr. Chen"])
    return path


if __name__ == "__main__":
    main()

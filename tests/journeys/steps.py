"""What people do in the portal, one function a step, so that a journey reads like a story."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from app.local.cast import PASSWORD
from tests.portal import CHECKOUT, RunningPortal

DATA = CHECKOUT.parent / "shared" / "data"
PATIENT = 60_000  # milliseconds: two cores run the portal, the browser and the other tests


def real_file(name: str) -> Path:
    """A real file that is not part of the project; the test skips where it is absent."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside the project")
    return path


def sign_in(page: Page, portal: RunningPortal, email_address: str, *, password: str = PASSWORD) -> None:
    """Sign in with the password, then with the code that the person's app shows."""
    page.context.clear_cookies()
    page.goto(f"{portal.address}/sign-in")
    page.get_by_label("E-mail address").fill(email_address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#shown-code")).to_contain_text(re.compile(r"\d{6}"), timeout=PATIENT)
    shown = re.search(r"\d{6}", page.locator("#shown-code").inner_text())
    assert shown
    page.get_by_label("Six-digit code").fill(shown[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign in")).to_have_count(0)


def visit(page: Page, company: str, reason: str, *, ticket: str = "") -> None:
    """Open a visit from support's list of companies, and stop on the company's home page."""
    page.get_by_role("link", name=f"Visit {company}").click()
    page.get_by_label("Reason").fill(reason)
    page.get_by_label("Ticket").fill(ticket)
    page.get_by_role("button", name="Open the visit").click()
    page.wait_for_url(re.compile(r"/c/[\w-]+/$"))


def upload(page: Page, path: Path) -> None:
    """Upload a file and stop where columns are matched, or later where the file is known."""
    page.get_by_role("link", name="Imports").first.click()
    page.get_by_role("link", name="Upload a file").first.click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload", exact=True).click()
    page.wait_for_url(re.compile(r"/imports/\d+/(match|preview)"), timeout=PATIENT)


def accept_matches(page: Page) -> None:
    """Say yes to what we were not sure of, and go on to the preview."""
    yes = page.get_by_role("button", name="Yes, that is right")
    while yes.count():
        left = yes.count()
        yes.first.click()
        expect(yes).to_have_count(left - 1)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Continue")).to_be_visible(timeout=PATIENT)


def import_and_send(page: Page, template: str) -> int:
    """Confirm, sending a template now, and follow it to the end; returns how many messages there were."""
    page.get_by_role("link", name="Continue").click()
    page.get_by_label("Send these people a message").check()
    page.locator("#template_id").select_option(label=template)
    page.get_by_role("button", name=re.compile("^Import .* rows")).click()
    page.get_by_role("link", name="Follow the sending").click(timeout=PATIENT)
    return wait_until_done(page)


def wait_until_done(page: Page) -> int:
    """Watch a sending's page, which updates itself, until all is done; returns the number of messages."""
    expect(page.get_by_text("All done.")).to_be_visible(timeout=2 * PATIENT)
    counted = re.search(r"([\d,]+) of ([\d,]+)", page.locator("main").inner_text())
    assert counted
    assert counted[1] == counted[2]
    return int(counted[2].replace(",", ""))


def ledger(portal: RunningPortal, channel: str, *, to: str = "") -> list[dict[str, Any]]:
    """What reached the simulated phones or mailboxes, or one of them."""
    asked = urlencode({"channel": channel} | ({"to": to} if to else {}))
    with urllib.request.urlopen(f"{portal.simulator}/_sim/ledger?{asked}") as answer:  # noqa: S310
        found: list[dict[str, Any]] = json.load(answer)["entries"]
    return found


def mail_to(portal: RunningPortal, address: str) -> str:
    """Wait for the newest mail to this address and return its text."""
    found = ledger(portal, "email", to=address)
    while not found:
        assert portal.process.poll() is None
        time.sleep(0.2)
        found = ledger(portal, "email", to=address)
    text: str = found[-1]["text"]
    return text


def carillon_json(portal: RunningPortal, *words: str) -> Any:
    """Run a command at the terminal beside the running portal and read what it prints."""
    return json_of(portal, "app.cli", *words)


def json_of(portal: RunningPortal, module: str, *words: str) -> Any:
    """Run a module on the data of the running portal and read the last line it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env={**os.environ, "DATA_DIR": str(portal.data_dir)},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])

"""How long the server takes for a page, and how many bytes a browser fetches for it.

A whole portal runs on a folder of its own, with the demo's people and one more import of a thousand rows,
sent to everybody in it. The times are of this process, which asks its own app with the cookies of real
sessions; the bytes are of a Chromium that asks the running portal. Options: `--rounds=N`, `--rows=N`,
`--only=WORD` (pages whose name has that word), `--no-browser`.
"""

import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.routing import BuildError

from app.cli.context import portal
from app.local.places import CHECKOUT
from bench.browser import Weigh, scales
from bench.harness import Row, emit, peak_mb
from bench.story import ALIAS, DISTRICT, Story, cookie_of, tell, visitor

CLERK, HEAD = "operator@riverside-clinic.example", "principal@maplewood-schools.example"
ADMIN, HELPER = "admin@riverside-clinic.example", "support@carillon.example"
KEEPER = "platform@carillon.example"
BEFORE = "/companies"  # every signed-in person may look at it, and it brings the files of every page
LIMIT_SECONDS = 0.05
WARM = 3
CHOSEN_BY_PEOPLE = ("PORT", "SIMULATOR_PORT", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "MAKELEVEL")


@dataclass(frozen=True)
class Page:
    """One page: who asks for it, its endpoint, and which of the story's numbers its address needs."""

    name: str
    who: str
    endpoint: str
    number: str = ""
    alias: str | None = ALIAS
    query: str = ""


PAGES = (
    Page("home of an operator", CLERK, "home.show"),
    Page("home of a principal", HEAD, "home.show", alias=DISTRICT),
    Page("home of support", HELPER, "sign_in.companies", alias=None),
    Page("home of the platform", KEEPER, "sign_in.companies", alias=None),
    Page("imports", CLERK, "ingest.index"),
    Page("wizard: upload", CLERK, "ingest.uploads_new"),
    Page("wizard: match", CLERK, "ingest.matches_show", "packet_id"),
    Page("wizard: preview", CLERK, "ingest.previews_show", "packet_id"),
    Page("wizard: confirm", CLERK, "ingest.confirmations_new", "packet_id"),
    Page("messages", CLERK, "messages.index"),
    Page("message", CLERK, "messages.show", "message_id"),
    Page("sendings", CLERK, "scheduling.index"),
    Page("sending", CLERK, "scheduling.show", "broadcast_id"),
    Page("composer", HEAD, "scheduling.new", alias=DISTRICT),
    Page("trail", ADMIN, "support.index"),
    Page("wording", CLERK, "wording.index"),
    Page("wording, one", CLERK, "wording.show", "template_id"),
    Page("replies", CLERK, "replies.index"),
    Page("people", ADMIN, "people.index"),
    Page("settings", ADMIN, "settings.show"),
    Page("own settings", CLERK, "account.show", alias=None),
    Page("command search", CLERK, "home.searches_index", query="q=mar"),
    Page("sign-in", "", "sign_in.new", alias=None),
)


def main(options: Sequence[str]) -> None:
    """Run with what the command line says."""
    chosen = dict(option.lstrip("-").partition("=")[::2] for option in options)
    emit(
        run(
            rounds=int(chosen.get("rounds") or 40),
            rows=int(chosen.get("rows") or 1_000),
            only=chosen.get("only", ""),
            browser="no-browser" not in chosen,
        )
    )


def run(*, rounds: int = 40, rows: int = 1_000, only: str = "", browser: bool = True) -> Iterator[Row]:
    """Measure every page that there is; `rate` is pages a second, `limit` that of 50 ms a page."""
    with (
        tempfile.TemporaryDirectory(prefix="carillon-bench-") as folder,
        running(Path(folder) / "data") as address,
        portal() as app,
    ):
        story = tell(app, rows)
        pages = [(page, _address(app, page, story)) for page in PAGES if only in page.name]
        timed = [(page, path, _timed(app, page, path, rounds)) for page, path in pages if path]
        with scales(address, app.config["SID_COOKIE"]) if browser else nullcontext() as weigh:
            for page, path, row in timed:
                yield replace(row, **_weight(weigh, page, path)) if weigh else row


def _weight(weigh: Weigh, page: Page, path: str) -> dict[str, float]:
    cookie = cookie_of(page.who) if page.who else ""
    return weigh(path, cookie, BEFORE if page.who else "/sign-in")


@contextmanager
def running(data_dir: Path) -> Iterator[str]:
    """Run `carillon run` on that folder and give its address; this process joins it."""
    for name in CHOSEN_BY_PEOPLE:
        os.environ.pop(name, None)
    os.environ["DATA_DIR"] = str(data_dir)
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "run"], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
    )
    try:
        assert process.stdout is not None
        ready = next((line for line in process.stdout if "ready" in line), "")
        yield "http" + ready.partition("http")[2].split()[0].rstrip("/.")
    finally:
        process.terminate()
        process.wait(90)


def _address(app: Flask, page: Page, story: Story) -> str:
    """Return a page's path, or where it leads; nothing where there is no such page."""
    values: dict[str, Any] = {page.number: story.numbers[page.number]} if page.number else {}
    with app.test_request_context():
        try:
            path = app.url_for(page.endpoint, **({"alias": page.alias} if page.alias else {}), **values)
        except BuildError:
            return ""
    whole = f"{path}?{page.query}" if page.query else path
    return visitor(app, page.who).get(whole, follow_redirects=True).request.full_path.rstrip("?")


def _timed(app: Flask, page: Page, path: str, rounds: int) -> Row:
    client = visitor(app, page.who)
    for _ in range(WARM):
        _ask(client, path)
    with _counting() as statements:
        size = _ask(client, path)
    cpu, taken = time.process_time(), []
    for _ in range(rounds):
        began = time.perf_counter()
        _ask(client, path)
        taken.append(time.perf_counter() - began)
    cpu = time.process_time() - cpu
    middle, slow = statistics.median(taken), sorted(taken)[math.ceil(0.95 * rounds) - 1]
    opened = sum("SET LOCAL" in one for one in statements)
    did = f"{path}: {size / 1000:.1f} kB, {len(statements) - opened} queries in {opened} transactions"
    row = Row(
        f"pages: {page.name}",
        did,
        round(middle, 4),
        round(1 / middle, 1),
        round(cpu / rounds, 4),
        round(peak_mb(), 1),
    )
    return replace(row.against(1 / LIMIT_SECONDS), p95=round(slow, 4))


def _ask(client: FlaskClient, path: str) -> int:
    """Ask for a page as a browser does and return its bytes."""
    answer = client.get(path, headers={"Accept-Encoding": "br, gzip", "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return len(answer.data)


@contextmanager
def _counting() -> Iterator[list[str]]:
    """Collect the statements sent meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)

"""How many complete sign-ins a second the portal takes, and what that does to the pages beside it.

A whole portal runs on a folder of its own, with people who have a password and an authenticator app. Every
sign-in is what a browser does: the page, the password, the page of the code, the code; the passwords are
hashed at the cost of production. First the pages alone, then sign-ins as fast as they go, then 20 a second
with the pages beside them. `cpu_seconds` are the portal's own for one sign-in. Options: `--seconds=N`,
`--rate=N`.
"""

import contextlib
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil
import pyotp
from sqlalchemy import func, select

from app import clock
from app.cli.context import portal
from app.config import Settings
from app.domain.access import grants
from app.domain.identity import factors, passwords, secrets
from app.models import Company, User, UserPassword
from app.unit_of_work import across_companies, session, transaction
from bench.harness import Row, emit, peak_mb
from bench.pages import LIMIT_SECONDS, running
from bench.story import ALIAS, cookie_of

PASSWORD = "ring the bells softly"  # noqa: S105  (of people who are invented here)
WANTED = 20.0
AT_ONCE = 6
PATHS = (f"/c/{ALIAS}/", f"/c/{ALIAS}/messages", f"/c/{ALIAS}/imports", "/account")
CLERK = "operator@riverside-clinic.example"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
DONE = (302, 303)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in, with the seed of their authenticator app."""

    email_address: str
    seed: str


@dataclass(slots=True)
class Browser:
    """A kept-alive connection with its cookies."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    connection: HTTPConnection | None = None

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, text and where it leads."""
        parts = urlsplit(self.address)
        self.connection = self.connection or HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        self.connection.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, body, answer.headers.get("Location", "")

    def submit(self, path: str, **values: str) -> str:
        """Open a page, send its form with these values, and return where that leads."""
        token = TOKEN.search(self.ask(path)[1])
        assert token, f"{path} has no form."
        status, text, location = self.ask(path, {"csrf_token": token[1], **values})
        assert status in DONE, f"{path}: {status} {text[:400]}"
        return location


def main(options: Sequence[str]) -> None:
    """Run with what the command line says."""
    chosen = dict(option.lstrip("-").partition("=")[::2] for option in options)
    emit(run(seconds=float(chosen.get("seconds") or 20), rate=float(chosen.get("rate") or WANTED)))


def run(*, seconds: float = 20, rate: float = WANTED) -> Iterator[Row]:
    """Measure pages alone, sign-ins alone, and both together; `limit` is what is wanted of each."""
    with (
        tempfile.TemporaryDirectory(prefix="carillon-bench-") as folder,
        running(Path(folder) / "data") as address,
        portal() as app,
    ):
        people = iter(_people(app.extensions["settings"], int(seconds * rate * 4)))
        cookie = {app.config["SID_COOKIE"]: cookie_of(CLERK)}
        alone, _ = _pages_while(address, cookie, lambda: time.sleep(seconds / 2))
        yield _pages("sign-in: pages alone", alone)
        before = _portals_cpu()
        fast = _flat_out(address, people, seconds)
        each = (_portals_cpu() - before) / len(fast)
        yield replace(_sign_ins("sign-in: as fast as it goes", fast, rate), cpu_seconds=round(each, 4))
        beside, taken = _pages_while(address, cookie, lambda: _paced(address, people, seconds, rate))
        yield _sign_ins(f"sign-in: {rate:.0f} a second asked for", taken, rate)
        slower = statistics.median(beside) / statistics.median(alone)
        row = _pages("sign-in: pages beside them", beside)
        yield replace(row, did=f"{row.did}, in {slower:.2f} of the time they take alone")


def _portals_cpu() -> float:
    """Count the CPU seconds of all the portal's processes, whatever else the machine does."""
    used = 0.0
    for one in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            used += times.user + times.system
    return used


def _flat_out(address: str, people: Iterator[Person], seconds: float) -> list[tuple[float, float]]:
    """Sign people in, several at a time, until the time is over; return when each began and ended."""
    until, lock = time.perf_counter() + seconds, threading.Lock()

    def work(_: int) -> list[tuple[float, float]]:
        taken = []
        while time.perf_counter() < until:
            with lock:
                person = next(people)
            taken.append(_sign_in(address, person))
        return taken

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [one for taken in pool.map(work, range(AT_ONCE)) for one in taken]


def _paced(address: str, people: Iterator[Person], seconds: float, rate: float) -> list[tuple[float, float]]:
    """Begin a sign-in every 1/rate seconds, whether the one before has ended or not."""
    began, promised = time.perf_counter(), []
    with ThreadPoolExecutor(64) as pool:
        for number in range(int(seconds * rate)):
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
            promised.append(pool.submit(_sign_in, address, next(people)))
        return [one.result() for one in promised]


def _sign_in(address: str, person: Person) -> tuple[float, float]:
    began = time.perf_counter()
    browser = Browser(address)
    target = browser.submit("/sign-in", email_address=person.email_address, password=PASSWORD)
    browser.submit(urlsplit(target).path, code=pyotp.TOTP(person.seed).at(clock.now()))
    assert any(name.endswith("sid") for name in browser.cookies), "Nobody is signed in."
    return began, time.perf_counter()


def _pages_while(
    address: str, cookie: dict[str, str], work: Callable[[], Any]
) -> tuple[list[float], list[tuple[float, float]]]:
    """Ask for pages, one after the other with a short rest, while `work` runs; return what each took."""
    taken: list[float] = []
    browser, done = Browser(address, dict(cookie)), threading.Event()

    def look() -> None:
        for path in cycle(PATHS):
            if done.is_set():
                return
            began = time.perf_counter()
            status, _, _ = browser.ask(path)
            taken.append(time.perf_counter() - began)
            assert status == 200, f"{path}: {status}"
            done.wait(0.1)

    with ThreadPoolExecutor(1) as pool, _setting(done):
        looking = pool.submit(look)
        found = work()
        done.set()
        looking.result()
    return taken, found or []


@contextmanager
def _setting(done: threading.Event) -> Iterator[None]:
    """Let the one who looks end, whatever happens."""
    try:
        yield
    finally:
        done.set()


def _people(settings: Settings, count: int) -> list[Person]:
    """Make people of the clinic who share a password; each has an app of their own, for a code works once."""
    hashed = passwords.hash_password(PASSWORD, pepper=settings.secret_key)
    with across_companies(reason="people for the bench"):
        clinic = session().scalar(select(Company.id).where(Company.alias == ALIAS))
        made = [User(email_address=f"bench{number}@example.org", time_zone="") for number in range(count)]
        session().add_all(made)
        session().flush()
        session().add_all(UserPassword(user_id=one.id, password_hash=hashed) for one in made)
    with transaction(platform=True):
        for one in made:
            grants.grant_role(one.id, "viewer", company_id=clinic)
            factors.enrol_at_once(one.id, keys=settings.field_keys)
        return [Person(one.email_address, _seed(one.id, settings)) for one in made]


def _seed(user_id: int, settings: Settings) -> str:
    row = session().execute(select("*").select_from(func.sign_in_factor(user_id))).one()
    return secrets.unseal(row.secret, place=f"user_factors:{user_id}:secret", keys=settings.field_keys)


def _sign_ins(name: str, taken: Sequence[tuple[float, float]], wanted: float) -> Row:
    whole = max(end for _, end in taken) - min(begin for begin, _ in taken)
    each = sorted(end - begin for begin, end in taken)
    did = f"{len(taken)} complete sign-ins of 4 requests in {whole:.1f} s"
    return _row(name, did, each, len(taken) / whole).against(wanted)


def _pages(name: str, taken: Sequence[float]) -> Row:
    did = f"{len(taken)} pages asked for over HTTP"
    middle = statistics.median(taken)
    return _row(name, did, sorted(taken), 1 / middle).against(1 / LIMIT_SECONDS)


def _row(name: str, did: str, each: Sequence[float], rate: float) -> Row:
    row = Row(name, did, round(statistics.median(each), 4), round(rate, 1), 0.0, round(peak_mb(), 1))
    return replace(row, p95=round(each[int(0.95 * (len(each) - 1))], 4))

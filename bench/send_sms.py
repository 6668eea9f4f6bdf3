"""How fast queued texts become recorded ones: claim, second look, hand-over by the official client, record.

The far end is the simulator in a process of its own, 80 ms away. The limit is the bare transport: the same
requests, already written, over the same wire with as many in flight, and nothing else. Beside it: two
workers on one lane. Options: `--texts=N` for each round, `--email` for e-mails to as many people instead.
"""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import text

from app import clock, unit_of_work
from app.cli.migrate import run_migrations
from app.config import Settings
from app.domain.delivery import filling
from app.domain.merge.templates import create_template, publish_version
from app.domain.scheduling import planning
from app.domain.scheduling.broadcasts import Audience, create_broadcast
from app.domain.tenancy.companies import AROUND_THE_CLOCK, create_company
from app.factory import create_app
from app.jobs.delivery import dispatch_lane
from app.local.environment import demo_environment
from app.local.places import Places
from app.local.ports import DEFAULTS
from app.local.servers import EmbeddedServers
from app.providers.twilio.transport import header_lines
from app.providers.wire import Wire
from app.unit_of_work import across_companies, session, transaction
from bench.harness import Row, emit, interleave

LATENCY_MS = 80
ROUNDS = 3
FORK = multiprocessing.get_context("fork")
WORDING = "Hello {data.first_name}, {company.name} has moved to 12 Main Street. Reply STOP to opt out."


@dataclass(frozen=True)
class Place:
    """A running portal without workers, its simulator, and what one round sends."""

    app: Flask
    settings: Settings
    channel: str
    texts: int


@dataclass(frozen=True)
class Waiting:
    """One company's lane, full of messages that wait to go out."""

    company_id: int
    lane_id: int


def main(options: Sequence[str]) -> None:
    """Run with what the command line says."""
    chosen = dict(option.lstrip("-").partition("=")[::2] for option in options)
    emit(run(texts=int(chosen.get("texts") or 10_000), channel="email" if "email" in chosen else "sms"))


def run(*, texts: int = 10_000, channel: str = "sms") -> list[Row]:
    """Take turns between one worker, two workers and the bare transport; rates are messages a second."""
    name = f"send {channel}"
    with _place(channel, texts) as place:
        full = [_fill(place, number) for number in range(2 * ROUNDS)]
        what = f"{texts} queued, sent and recorded at {LATENCY_MS} ms latency"
        contestants = {
            (name, f"{what} by one worker"): lambda: _send(place, full.pop(), workers=1),
            (name, f"{what} by two workers"): lambda: _send(place, full.pop(), workers=2),
        }
        if channel == "sms":
            contestants[name, "the same requests over the bare wire"] = lambda: _bare(place)
        one, two, *limits = interleave(contestants, rounds=ROUNDS)
    if limits:
        return [one.against(limits[0].rate), replace(two, limit=one.rate).against(one.rate), *limits]
    return [one, two.against(one.rate)]


def _send(place: Place, waiting: Waiting, *, workers: int) -> int:
    """Let forked workers, as rq forks them, send a lane until it is empty."""
    children = [FORK.Process(target=_work, args=(place, waiting)) for _ in range(workers)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    with transaction(waiting.company_id):
        recorded = session().scalar(
            text("SELECT count(*) FROM messages WHERE company_id = :c AND contact_status = 'accepted'"),
            {"c": waiting.company_id},
        )
    assert recorded == place.texts, f"{recorded} of {place.texts} were recorded"
    return place.texts


def _work(place: Place, waiting: Waiting) -> None:
    unit_of_work.forget_connections()
    left = 1
    with place.app.app_context():
        while left:
            dispatch_lane(waiting.company_id, waiting.lane_id)
            with transaction(waiting.company_id):
                left = session().scalar(
                    text("SELECT count(*) FROM queue WHERE company_id = :c AND state = 'queued'"),
                    {"c": waiting.company_id},
                )


def _bare(place: Place) -> int:
    """Post the same number of ready-made requests with as many in flight."""
    return asyncio.run(_post(place))


async def _post(place: Place) -> int:
    base_url = place.settings.twilio.base_url or ""
    account = "AC" + "b" * 32
    target = f"/2010-04-01/Accounts/{account}/Messages.json"
    form = {
        "To": "+12125559999",
        "From": "+15005550006",
        "Body": WORDING,
        "StatusCallback": "http://localhost/x",
    }
    body, headers = urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    lines = header_lines(tuple(headers.items()), (account, place.settings.twilio.auth_token))
    wire, left = Wire(base_url, connect_timeout=3, read_timeout=20), iter(range(place.texts))

    async def post() -> int:
        return sum([(await wire.request("POST", target, lines, body)).status == 201 for _ in left])

    done = await asyncio.gather(*[post() for _ in range(place.settings.delivery.in_flight)])
    wire.close()
    return sum(done)


def _fill(place: Place, number: int) -> Waiting:
    """Make a company with as many people as texts, and fill its lane."""
    with across_companies(reason="a company of the bench"):
        company = create_company(
            name="Bench", alias=f"bench-{number}", kind="commercial", time_zone="America/New_York",
            from_phone="+15005550006", from_email="bench@example.org", window=AROUND_THE_CLOCK,
        ).id  # fmt: skip
    with transaction(company):
        template = create_template(name="Moved").id
        publish_version(template, place.channel, WORDING, subject="We have moved")
        packet = _people(company, place.texts)
        broadcast = create_broadcast(
            name="Moved", template_id=template, audience=Audience(packet_id=packet), by=None,
            channels=[place.channel], send_at=clock.now(), request_key="bench",
        ).id  # fmt: skip
    more = True
    while more:
        with transaction(company):
            more = planning.plan_next(broadcast)
    lane = [0]
    while lane:
        lanes = lane
        with transaction(company):
            lane = filling.fill_queue()
    return Waiting(company, lanes[0])


def _people(company: int, count: int) -> int:
    named = {"c": company, "n": count}
    source = session().scalar(
        text(
            "INSERT INTO data_ingest_sources (company_id, name, kind) VALUES (:c, 'b', 'upload') RETURNING id"
        ),
        named,
    )
    packet = session().scalar(
        text(
            "INSERT INTO data_packets (company_id, data_ingest_source_id, filename, file_size, sha256) "
            "VALUES (:c, :s, 'b.csv', 1, 'b') RETURNING id"
        ),
        {**named, "s": source},
    )
    session().execute(
        text(
            "INSERT INTO contact_records (company_id, packet_id, row_number, record_key, data, phone, "
            "email, time_zone, time_zone_origin) SELECT :c, :p, i, 'k' || i, "
            "jsonb_build_object('first_name', 'Ann', 'last_name', 'Smith', 'provider', 'Dr. Jones', "
            "'appointment_date', '2030-12-01'), '+1212' || (2100000 + i), 'p' || i || '@example.org', "
            "'America/New_York', 'company' "
            "FROM generate_series(1, 2 * :n) i WHERE (2100000 + i) % 10000 > 99 LIMIT :n"
        ),
        {**named, "p": packet},
    )
    return int(packet or 0)


@contextmanager
def _place(channel: str, texts: int) -> Iterator[Place]:
    """Start PostgreSQL, Redis and the simulator in a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="carillon-bench-") as folder:
        places = Places.of(Path(folder) / "data", temporary=True)
        with EmbeddedServers(places) as urls:
            ports = {name: str(port) for name, port in DEFAULTS.items()}
            own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
            settings = Settings.from_environment(demo_environment(places, own, ports, urls))
            run_migrations(settings)
            with _simulator(settings, Path(folder)) as address:
                ours = replace(
                    settings,
                    twilio=replace(settings.twilio, base_url=address),
                    sendgrid=replace(settings.sendgrid, base_url=address),
                )
                app = create_app(ours)
                with app.app_context():
                    yield Place(app, ours, channel, texts)


@contextmanager
def _simulator(settings: Settings, folder: Path) -> Iterator[str]:
    """Run the simulator without callbacks; gives its address."""
    secrets = {
        "SIMULATOR_TWILIO_TOKEN": settings.twilio.auth_token,
        "SIMULATOR_SENDGRID_KEY": settings.sendgrid.api_key,
    }
    words = ["--port", "0", "--data", str(folder / "simulator"), "--latency-ms", str(LATENCY_MS)]
    process = subprocess.Popen(
        [sys.executable, "-m", "app.simulator", *words, "--no-callbacks"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | secrets,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main(sys.argv[1:])

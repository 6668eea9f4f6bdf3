"""A company that sends, and the far end it sends to; what the tests of planning and sending share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app import clock
from app.config import Settings
from app.domain.delivery import filling
from app.domain.merge import templates
from app.domain.scheduling import broadcasts, planning
from app.domain.scheduling.broadcasts import Audience
from app.domain.tenancy import companies
from app.models import ContactRecord, IngestSource, Lane, Message, Packet, QueuedMessage
from app.unit_of_work import across_companies, session, transaction
from tests.simulator.process import RunningSimulator

SENDER = "+15005550006"
ALWAYS = (0, 1440)
_numbers = count(2_000_000)
_names = count(1)


def a_number() -> str:
    """A number that no other test writes to, and that the simulator does not refuse."""
    number = next(_numbers)
    return f"+1212{number}" if number % 10_000 > 99 else a_number()


@dataclass(frozen=True)
class Sender:
    """One company with a template, a packet and as many people as a test gives it."""

    company_id: int
    packet_id: int
    template_id: int

    @property
    def everyone(self) -> Audience:
        return Audience(packet_id=self.packet_id)

    def here(self) -> AbstractContextManager[Session]:
        return transaction(self.company_id)

    def add_people(self, *people: dict[str, Any]) -> list[int]:
        """Add records; what a person's dictionary does not say is ordinary. Returns their ids."""
        rows = [self._row(number, person) for number, person in enumerate(people)]
        with self.here() as opened:
            return list(opened.scalars(insert(ContactRecord).returning(ContactRecord.id), rows))

    def _row(self, number: int, person: dict[str, Any]) -> dict[str, Any]:
        unique = next(_names)
        return {
            "company_id": self.company_id,
            "packet_id": self.packet_id,
            "row_number": unique,
            "record_key": f"key {unique}",
            "data": {"first_name": f"Person {number}"},
            "phone": a_number(),
            "email": f"person-{unique}@example.org",
            "time_zone": "America/New_York",
            "time_zone_origin": "company",
        } | person

    def schedule(self, *channels: str, **changes: Any) -> int:
        """Create a broadcast to everyone, now, by text unless said otherwise; returns its id."""
        wanted: dict[str, Any] = {
            "name": "A notice",
            "template_id": self.template_id,
            "audience": self.everyone,
            "channels": channels or ("sms",),
            "send_at": clock.now(),
            "by": None,
            "request_key": f"request {next(_names)}",
        }
        with self.here():
            return broadcasts.create_broadcast(**wanted | changes).id

    def plan(self, broadcast_id: int, **options: Any) -> None:
        more = True
        while more:
            with self.here():
                more = planning.plan_next(broadcast_id, **options)

    def fill(self) -> None:
        filled = [0]
        while filled:
            with self.here():
                filled = filling.fill_queue()

    def send_off(self, *channels: str, **changes: Any) -> int:
        """Schedule, plan and fill; what is left is to dispatch."""
        broadcast_id = self.schedule(*channels, **changes)
        self.plan(broadcast_id)
        self.fill()
        return broadcast_id

    def messages(self) -> list[Message]:
        with self.here() as opened:
            wanted = select(Message).where(Message.company_id == self.company_id).order_by(Message.id)
            return list(opened.scalars(wanted))

    def message(self) -> Message:
        (only,) = self.messages()
        return only

    def statuses(self) -> list[str]:
        return [message.contact_status for message in self.messages()]

    def waiting(self) -> list[QueuedMessage]:
        with self.here() as opened:
            wanted = select(QueuedMessage).where(QueuedMessage.company_id == self.company_id)
            return list(opened.scalars(wanted.order_by(QueuedMessage.id)))

    def lanes(self) -> list[Lane]:
        with self.here() as opened:
            return list(opened.scalars(select(Lane).where(Lane.company_id == self.company_id)))

    def sql(self, statement: str, **named: Any) -> Sequence[Any]:
        """Run a statement of a test's own in the company."""
        with self.here() as opened:
            result = opened.execute(text(statement), {"company": self.company_id, **named})
            return result.all() if result.returns_rows else ()

    def block(self, **criteria: str) -> None:
        self.sql(
            "INSERT INTO contact_blocks (company_id, criteria) "
            "VALUES (:company, jsonb_object(:keys, :values))",
            keys=list(criteria),
            values=list(criteria.values()),
        )


def make_sender(
    *,
    window: tuple[int, int] = ALWAYS,
    category: str = "informational",
    body: str = "Hello {data.first_name}.",
) -> Sender:
    """Make a company that may send around the clock unless said otherwise."""
    number = next(_names)
    with across_companies(reason="a company of a test"):
        company_id = companies.create_company(
            name="Testing & Co",
            alias=f"testing-{number}",
            kind="commercial",
            time_zone="America/New_York",
            phone_number="(212) 555-0142",
            from_phone=SENDER,
            from_email="hello@testing.example",
            tier=1,
            window=window,
        ).id
    with transaction(company_id):
        template = templates.create_template(name="Notice", category=category)
        templates.publish_version(template.id, "sms", body)
        templates.publish_version(template.id, "email", body, subject="For {data.first_name}")
        source = IngestSource(company_id=company_id, name="Uploads", kind="upload")
        session().add(source)
        session().flush()
        packet = Packet(
            company_id=company_id,
            data_ingest_source_id=source.id,
            filename="people.csv",
            file_size=1,
            sha256="0",
        )
        session().add(packet)
        session().flush()
        return Sender(company_id, packet.id, template.id)


@contextmanager
def sending_through(app: Flask, simulator: RunningSimulator, **waits: int) -> Iterator[Settings]:
    """Let the app send to this simulator, with these waits of the delivery engine."""
    usual: Settings = app.extensions["settings"]
    ours = replace(
        usual,
        twilio=replace(usual.twilio, auth_token=simulator.twilio_token, base_url=simulator.url),
        sendgrid=replace(usual.sendgrid, api_key=simulator.sendgrid_key, base_url=simulator.url),
        delivery=replace(usual.delivery, **waits),
    )
    app.extensions["settings"] = ours
    try:
        with app.app_context():
            yield ours
    finally:
        app.extensions["settings"] = usual


def until_empty(work: Callable[[], int | None]) -> None:
    """Do a piece of work again and again until it says that nothing is left."""
    while work():
        pass

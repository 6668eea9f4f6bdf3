"""Families for the demo's schools: invented people, taken in as a file like any other.

The numbers are of the 555-01xx range that is kept free for fiction, the addresses of example.com.
"""

import csv
import io
from functools import partial

from app.domain.ingest import confirming, importing, packets, store
from app.domain.ingest.confirming import Answers
from app.models import Packet
from app.unit_of_work import transaction

FIRST = [
    "Amara",
    "Ben",
    "Chloe",
    "Diego",
    "Elif",
    "Finn",
    "Grace",
    "Hugo",
    "Imani",
    "Jonas",
    "Kaya",
    "Liam",
    "Mei",
    "Noah",
    "Olga",
    "Pedro",
    "Quinn",
    "Rosa",
]
LAST = [
    "Abbott",
    "Brandt",
    "Castillo",
    "Dufour",
    "Eriksen",
    "Farouk",
    "Giordano",
    "Hayashi",
    "Ivanova",
    "Jensen",
    "Kaplan",
    "Lopez",
]
AREA = {"Birch Elementary": "312", "Cedar High School": "773"}
HEADER = ["Student ID", "Parent First Name", "Parent Last Name", "Cell Phone", "Email", "Home ZIP"]


def import_families(company_id: int, customer_id: int, school: str, families: int) -> None:
    """Import so many invented families of one school, through the stages every import goes through."""
    content = io.BytesIO(_table(school, families).encode())
    filename = f"{school} families.csv"
    door = partial(transaction, company_id)
    with store.received(content) as arrived, door():
        packet = packets.take_in(
            arrived, filename=filename, by=None, customer_id=customer_id, source="terminal", read_now=False
        )
    importing.read(packet.id, door)
    importing.count(packet.id, door)
    with door():
        confirming.confirm(
            packets.packet(packet.id),
            Answers(confirming.SAVE_NEW, f"{school} families"),
            by=None,
            request_key="demo cast",
            run_now=False,
        )
    importing.run(packet.id, door, _nothing_to_send)


def _nothing_to_send(_packet: Packet) -> int:
    raise AssertionError("The cast's families are stored only.")


def _table(school: str, families: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for number in range(families):
        first, last = FIRST[number % len(FIRST)], LAST[number % len(LAST)]
        writer.writerow(
            [
                f"{school[0]}{1001 + number}",
                first,
                last,
                f"{AREA[school]}-555-01{20 + number:02d}",
                f"{first}.{last}.{number}@example.com".lower(),
                "60601",
            ]
        )
    return out.getvalue()

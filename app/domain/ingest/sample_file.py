"""A file to try the wizard with: invented people, numbers that are kept free for fiction, dates to come."""

import csv
from datetime import timedelta
from io import StringIO

from app import clock

HEADER = (
    "First Name", "Last Name", "Mobile Phone", "Email", "Appointment Date", "Appointment Time", "Provider",
    "City", "State", "ZIP",
)  # fmt: skip
PEOPLE = (
    ("Amelia", "Larkspur", "(212) 555-0142", "amelia.larkspur@example.org", "09:30 AM", "Dr. Chen"),
    ("Bruno", "Okonkwo", "212-555-0143", "bruno.okonkwo@example.org", "10:15 AM", "Dr. Chen"),
    ("Carmen", "del Río", "212.555.0144", "", "11:00 AM", "Dr. Haddad"),
    ("Dmitri", "Vale", "", "dmitri.vale@example.org", "01:45 PM", "Dr. Haddad"),
    ("Esther", "Nakamura", "+1 212 555 0146", "esther.nakamura@example.org", "02:30 PM", "Dr. Chen"),
)


def sample_csv() -> str:
    """Return the file's text: CSV with a byte order mark, so that spreadsheets show the accents."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    day = clock.now() + timedelta(days=7)
    for first, last, phone, email, time, provider in PEOPLE:
        writer.writerow(
            (first, last, phone, email, f"{day:%m/%d/%Y}", time, provider, "New York", "NY", "10001")
        )
    return "\ufeff" + text.getvalue()

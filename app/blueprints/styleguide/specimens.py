"""What the sections of the style guide show: invented data that a template cannot make up itself."""

from datetime import UTC, date, datetime, time
from typing import Any, Final

from app.blueprints.styleguide.forms import Specimen

TARGETS: Final = [
    ("Whom to reach", [("mobile", "Mobile phone", "9 of 10 values are phone numbers"), ("email", "E-mail")]),
    (
        "Person",
        [
            ("first", "First name"),
            ("last", "Last name", "Now “Pt Last”"),
            ("birth", "Date of birth"),
            ("language", "Language"),
        ],
    ),
    ("Appointment", [("date", "Appointment date"), ("provider", "Provider"), ("place", "Place")]),
    ("Or", [("keep", "Keep under its own name", "As {data.pt_cell}"), ("ignore", "Do not import")]),
]


def specimens() -> dict[str, Any]:
    """Return the data by name, each for the section that shows it."""
    return {
        "targets": TARGETS,
        "form": _filled("specimen-"),
        "refused": _refused("refused-"),
        "other": _filled("other-"),
        "moment": datetime(2027, 3, 25, 14, 30, tzinfo=UTC),
    }


def _filled(prefix: str) -> Specimen:
    return Specimen(
        prefix,
        name="Daily appointments",
        template="2",
        ways=["sms", "email"],
        when="at",
        agreed=True,
        paused=True,
        day=date(2027, 3, 25),
        time=time(9, 30),
    )


def _refused(prefix: str) -> Specimen:
    form = Specimen(prefix)
    form.validate()
    return form

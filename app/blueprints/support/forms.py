"""The filters of the trail, kept in the URL."""

from wtforms import DateField, Form, SelectField
from wtforms.validators import Optional

from app.blueprints.options import options
from app.domain.audit.reading import THINGS


def _number(value: str | int | None) -> int | None:
    """Read a person's number; WTForms asks with what the form was given, and with what it will compare."""
    words = str(value or "")
    return int(words) if words.isascii() and words.isdigit() else None


class TrailForm(Form):  # type: ignore[misc]
    person = SelectField("Person", coerce=_number, validate_choice=False)
    thing = SelectField(
        "Thing",
        default="",
        choices=options([("", "Everything"), *sorted(THINGS.items(), key=lambda one: one[1])]),
    )
    first_day = DateField("From", [Optional()])
    last_day = DateField("Until", [Optional()])

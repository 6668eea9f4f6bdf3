"""The filters of the trail, kept in the URL; and what a visit to a company asks for."""

from flask_wtf import FlaskForm
from wtforms import DateField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.blueprints.options import options
from app.domain.access.visits import LENGTHS, LONGEST_REASON, LONGEST_TICKET, SHORTEST_REASON
from app.domain.audit.reading import THINGS

REASON = (
    InputRequired("Say why. The company reads it."),
    Length(SHORTEST_REASON, LONGEST_REASON, f"Say it in {SHORTEST_REASON} to {LONGEST_REASON} characters."),
)


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


class VisitForm(FlaskForm):  # type: ignore[misc]
    company = HiddenField()
    back = HiddenField()
    reason = TextAreaField("Reason", REASON)
    ticket = StringField("Ticket", [Optional(), Length(max=LONGEST_TICKET)])
    minutes = RadioField(
        "For how long",
        [InputRequired("Choose how long the visit lasts.")],
        coerce=int,
        default=LENGTHS[0],
        choices=options((one, f"{one} minutes") for one in LENGTHS),
    )


class RaiseForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField("Reason", REASON)

"""What is asked about a company, its customers and their locations."""

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.blueprints.options import options
from app.domain.delivery.switching import EXPIRE, SEND
from app.domain.identity.preferences import zones_offered
from app.domain.tenancy.profiles import ACCENTS, KINDS, TIERS
from app.domain.tenancy.zip_codes import STATES

SHORT = Length(max=120, message="This is too long: 120 characters are the most.")
HALF_HOUR = 30
IDLE = (5, 10, 15, 20, 30, 45, 60)


def number_or_none(value: Any) -> int | None:
    """Read a choice that may be left open; ValueError for what is no number is WTForms' to tell."""
    return None if value in (None, "", "None") else int(value)


def or_empty(value: Any) -> str:
    """Read a choice that may be left open."""
    return str(value or "")


def zones(first: tuple[str, str] | None = None) -> list[SelectChoice]:
    """Return the zones to choose from, under headings; `first` is a choice above them all."""
    found = [one for heading, offered in zones_offered() for one in options(offered.items(), heading)]
    return [*options([first] if first else []), *found]


def clock_words(minute: int) -> str:
    """Say a minute of the day as a clock shows it; the end of the day has a word of its own."""
    if minute in (0, 1440):
        return "Midnight" if minute == 0 else "Midnight, the day's end"
    hour, rest = divmod(minute, 60)
    return "Noon" if minute == 720 else f"{(hour - 1) % 12 + 1}:{rest:02} {'AM' if hour < 12 else 'PM'}"


def hours(first: str = "", *, now: int | None = None) -> list[SelectChoice]:
    """Return the half hours of a day, and the minute that is kept now where it is none of them."""
    minutes = sorted({*range(0, 1441, HALF_HOUR), *([now] if now is not None else [])})
    return options(
        [*([("", first)] if first else []), *((minute, clock_words(minute)) for minute in minutes)]
    )


class OwnCompanyForm(FlaskForm):  # type: ignore[misc]
    """What a company says of itself."""

    revision = HiddenField()
    name = StringField("Name", [InputRequired("Give the company a name."), SHORT])
    shown_name = StringField("Brand name", [SHORT])
    accent = SelectField("Color", coerce=or_empty, choices=options(ACCENTS.items()))
    time_zone = SelectField("Time zone", [InputRequired("Choose a time zone.")], choices=zones)
    window_from = SelectField("Sending begins", coerce=int)
    window_until = SelectField("Sending ends", coerce=int)
    phone_number = StringField("Phone number people can call", [SHORT])
    contact_first_name = StringField("Contact: first name", [SHORT])
    contact_last_name = StringField("Contact: last name", [SHORT])
    contact_email = StringField("Contact: e-mail address", [SHORT])
    contact_phone = StringField("Contact: phone number", [SHORT])
    technical_contact_first_name = StringField("Technical contact: first name", [SHORT])
    technical_contact_last_name = StringField("Technical contact: last name", [SHORT])
    technical_contact_email = StringField("Technical contact: e-mail address", [SHORT])
    billing_name = StringField("Bills go to", [SHORT])
    billing_email = StringField("Billing: e-mail address", [SHORT])
    address_1 = StringField("Address", [SHORT])
    address_2 = StringField("Address, second line", [SHORT])
    address_3 = StringField("Address, third line", [SHORT])
    city = StringField("City", [SHORT])
    state = SelectField("State", coerce=or_empty, choices=options([("", "Not said"), *STATES.items()]))
    zip = StringField("ZIP code", [SHORT])
    text_codes = BooleanField("People may get their sign-in code as a text")
    idle_minutes = SelectField("Sign people out when idle", coerce=number_or_none)

    def __init__(self, *given: Any, begins: int | None = None, ends: int | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.window_from.choices = hours(now=begins)[:-1]
        self.window_until.choices = hours(now=ends)[1:]
        usual = "After the usual time for its kind"
        self.idle_minutes.choices = options([("", usual), *((one, f"After {one} minutes") for one in IDLE)])


class CompanyForm(OwnCompanyForm):
    """The same, and what only the platform says."""

    alias = StringField("Alias", [InputRequired("Give the company an alias.")])
    kind = SelectField("Kind", choices=options(KINDS.items()))
    tier = SelectField("Tier", coerce=int, choices=options(TIERS.items()))
    from_phone = StringField("Texts come from", [SHORT])
    from_email = StringField("E-mails come from", [SHORT])


class CustomerForm(FlaskForm):  # type: ignore[misc]
    revision = HiddenField()
    name = StringField("Name", [InputRequired("Give it a name."), SHORT])
    phone_number = StringField("Phone number", [SHORT])
    address_1 = StringField("Address", [SHORT])
    address_2 = StringField("Address, second line", [SHORT])
    zip = StringField("ZIP code", [SHORT])
    city = StringField("City", [SHORT])
    state = SelectField(
        "State", coerce=or_empty, choices=options([("", "Found from the ZIP code"), *STATES.items()])
    )
    time_zone = SelectField("Time zone", coerce=or_empty)
    window_from = SelectField("Sending begins", coerce=number_or_none)
    window_until = SelectField("Sending ends", coerce=number_or_none)
    shard = SelectField("Shard", coerce=or_empty)

    def __init__(
        self,
        *given: Any,
        shards: list[str],
        window: tuple[int | None, int | None] = (None, None),
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self.time_zone.choices = zones(("", "That of the ZIP code, else the company's"))
        self.window_from.choices = hours("As the company", now=window[0])[:-1]
        self.window_until.choices = [*options([("", "As the company")]), *hours(now=window[1])[1:]]
        self.shard.choices = options(
            [("", "Found from the ZIP code or the state"), *((one, one) for one in shards)]
        )


class LocationForm(FlaskForm):  # type: ignore[misc]
    revision = HiddenField()
    name = StringField("Name", [InputRequired("Give the location a name."), SHORT])
    address_1 = StringField("Address", [SHORT])
    address_2 = StringField("Address, second line", [SHORT])
    zip = StringField("ZIP code", [SHORT])
    city = StringField("City", [SHORT])
    state = SelectField(
        "State", coerce=or_empty, choices=options([("", "Found from the ZIP code"), *STATES.items()])
    )


class ExternalIdForm(FlaskForm):  # type: ignore[misc]
    external_id = StringField("External id", [InputRequired("Type the id."), Length(max=100)])


class IdsFileForm(FlaskForm):  # type: ignore[misc]
    file = FileField("File", [FileRequired("Choose a file.")])


class SwitchForm(FlaskForm):  # type: ignore[misc]
    late = RadioField(
        "What became due meanwhile",
        choices=options([(SEND, "Let it go out now"), (EXPIRE, "Let it expire")]),
        default=SEND,
    )

"""What a person chooses for themselves."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from app.blueprints.options import options
from app.domain.identity.preferences import COMPANYS_ZONE, DENSITIES, THEMES, zones_offered

FOLLOW = "company"
THEME_WORDS = {"system": "As the device", "light": "Light", "dark": "Dark"}
DENSITY_WORDS = {"comfortable": "Comfortable", "compact": "Compact"}
CHOOSE = [InputRequired("Choose one of the answers.")]


def _zones() -> list[SelectChoice]:
    follow = options([(FOLLOW, "The zone of the company I look at")], "Follow")
    return follow + [one for heading, zones in zones_offered() for one in options(zones.items(), heading)]


class PreferencesForm(FlaskForm):  # type: ignore[misc]
    time_zone = SelectField("Time zone", CHOOSE, choices=_zones, coerce=lambda zone: zone or FOLLOW)
    theme = RadioField("Colors", CHOOSE, choices=options((one, THEME_WORDS[one]) for one in THEMES))
    density = RadioField("Density", CHOOSE, choices=options((one, DENSITY_WORDS[one]) for one in DENSITIES))
    shortcuts = BooleanField("Single-letter shortcuts")

    @property
    def wanted(self) -> dict[str, Any]:
        """What was chosen, as `change_preferences` takes it."""
        zone = COMPANYS_ZONE if self.time_zone.data == FOLLOW else self.time_zone.data
        chosen = {name: self[name].data for name in ("theme", "density", "shortcuts")}
        return {"time_zone": zone, **chosen}


class ProofForm(FlaskForm):  # type: ignore[misc]
    """Any one of them proves it."""

    password = PasswordField("Password", [Length(max=256)])
    code = StringField("Six-digit code", [Length(max=12)])
    credential = HiddenField(validators=[Length(max=8000)])

    def validate_password(self, _field: Field) -> None:
        if not any(self.data[name] for name in ("password", "code", "credential")):
            raise ValidationError("Type your password, or a code of your authenticator app.")


class PasskeyForm(FlaskForm):  # type: ignore[misc]
    name = StringField("Name", [InputRequired("Give the passkey a name."), Length(max=60)])
    alone = BooleanField("Sign in with it alone, without my password")
    credential = HiddenField(validators=[Length(max=16000)])


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField("New password", [InputRequired("Type a new password."), Length(max=256)])
    others = BooleanField("Sign out my other sessions", default=True)


class AddressForm(FlaskForm):  # type: ignore[misc]
    email_address = EmailField(
        "New e-mail address", [InputRequired("Type the new address."), Length(max=254)]
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField("Six-digit code", [InputRequired("Type the six digits."), Length(max=12)])
    others = BooleanField("Sign out my other sessions", default=True)


class KeptForm(FlaskForm):  # type: ignore[misc]
    kept = BooleanField(
        "I keep them in a safe place", [InputRequired("Say that you keep them: they are shown only now.")]
    )
    next = HiddenField()


class NumberForm(FlaskForm):  # type: ignore[misc]
    phone_number = TelField("Phone number", [InputRequired("Type your number."), Length(max=40)])

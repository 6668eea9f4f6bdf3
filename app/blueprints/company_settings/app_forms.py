"""What is asked about an app and about a new key."""

from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from app.blueprints.options import options
from app.domain.identity.api_keys import SCOPES

DAYS: Final = {30: "30 days", 90: "90 days", 180: "180 days", 365: "A year"}


class AppForm(FlaskForm):  # type: ignore[misc]
    revision = HiddenField()
    name = StringField("Name", [InputRequired("Give the app a name, as your people call the program.")])
    description = StringField("What it is for")
    reach = RadioField("Whom it works for", [InputRequired("Choose one.")], default="whole")
    customers = SelectMultipleField("Limited to")

    def __init__(
        self, *given: Any, of: str, parts: str, customers: list[tuple[int, str]], **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.reach.choices = options([("whole", f"All of {of}"), ("some", f"Some {parts} only")])
        self.customers.choices = options((str(customer_id), name) for customer_id, name in customers)


class KeyForm(FlaskForm):  # type: ignore[misc]
    newest = HiddenField()
    name = StringField("Name", [InputRequired("Give the key a name, such as where it will be kept.")])
    scopes = SelectMultipleField(
        "What it may do", [InputRequired("Choose what the key may do.")], choices=options(SCOPES.items())
    )
    days = SelectField("It holds for", coerce=int, choices=options(DAYS.items()), default=180)
    networks = TextAreaField("Networks it works from")

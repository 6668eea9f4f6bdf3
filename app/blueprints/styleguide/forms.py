"""Forms that are never sent: the specimens of form components, with invented people and their mistakes."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired

from app.blueprints.options import options

WAYS = options([("sms", "Text message"), ("email", "E-mail"), ("voice", "Phone call")])
TIMES = options([("now", "Now"), ("at", "At a time")])


class Specimen(FlaskForm):  # type: ignore[misc]
    """One field of each kind."""

    name = StringField("Name", validators=[InputRequired("Give a name, such as “Daily appointments”.")])
    password = PasswordField("Password", validators=[InputRequired("Type your password.")])
    note = TextAreaField("Note for your colleagues")
    template = SelectField("Template", validators=[InputRequired("Choose a template.")])
    ways = SelectMultipleField(
        "Ways to reach them", validators=[InputRequired("Choose a way.")], choices=WAYS
    )
    when = RadioField("When?", validators=[InputRequired("Say when.")], choices=TIMES)
    agreed = BooleanField("They agreed to be called", validators=[InputRequired("Tick this to go on.")])
    paused = BooleanField("Pause all sending")
    day = DateField("Day", validators=[InputRequired("Say on which day.")])
    time = TimeField("Time", validators=[InputRequired("Say at what time.")])
    file = FileField("File", validators=[InputRequired("Choose a file first.")])

    def __init__(self, prefix: str, **values: object) -> None:
        """Fill in `values`; the prefix keeps the ids of several specimens on one page apart."""
        super().__init__(formdata=None, prefix=prefix, meta={"csrf": False}, data=values)
        self.template.choices = options(
            [("1", "Appointment reminder"), ("2", "We have moved"), ("3", "School closure")]
        )

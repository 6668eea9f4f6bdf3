"""What the platform asks when it makes companies, groups and shards."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.blueprints.company_settings.forms import SHORT, or_empty, zones
from app.blueprints.options import options
from app.domain.tenancy.profiles import KINDS, TIERS
from app.domain.tenancy.zip_codes import STATES


class NewCompanyForm(FlaskForm):  # type: ignore[misc]
    """A company that begins, and the first person who looks after it."""

    name = StringField("Name", [InputRequired("Give the company a name."), SHORT])
    alias = StringField("Alias", [SHORT])
    kind = SelectField("Kind", choices=options(KINDS.items()))
    tier = SelectField("Tier", coerce=int, choices=options(TIERS.items()), default=3)
    time_zone = SelectField("Time zone", [InputRequired("Choose a time zone.")], choices=zones)
    places = TextAreaField("Schools or customers", [Length(max=20_000)])
    first_name = StringField("First name", [InputRequired("Say who looks after it."), SHORT])
    last_name = StringField("Last name", [SHORT])
    email_address = StringField("E-mail address", [InputRequired("Say where the invitation goes."), SHORT])


class GroupForm(FlaskForm):  # type: ignore[misc]
    revision = HiddenField()
    name = StringField("Name", [InputRequired("Give the group a name."), SHORT])
    companies = SelectMultipleField(
        "Companies",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    master = SelectField("Master", coerce=int)


class ActingForm(FlaskForm):  # type: ignore[misc]
    """Who of the master's staff acts for the group."""

    person = RadioField("Person", coerce=int, validate_choice=False)


class ShardForm(FlaskForm):  # type: ignore[misc]
    name = StringField("Shard", [InputRequired("Name the shard."), Length(max=40)])
    state = SelectField(
        "State", coerce=or_empty, choices=options([("", "That of the ZIP code"), *STATES.items()])
    )
    zip = StringField("ZIP code", [SHORT])

"""What a person chooses for themselves."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

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

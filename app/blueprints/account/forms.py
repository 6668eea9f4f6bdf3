"""What a person chooses for themselves."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField

from app.domain.identity.preferences import COMPANYS_ZONE, DENSITIES, THEMES, zones_offered

THEME_WORDS = {"system": "As the device", "light": "Light", "dark": "Dark"}
DENSITY_WORDS = {"comfortable": "Comfortable", "compact": "Compact"}


def _zones() -> dict[str, list[tuple[str, str]]]:
    follow = {"Follow": [(COMPANYS_ZONE, "The zone of each company")]}
    return follow | {heading: list(zones.items()) for heading, zones in zones_offered()}


class PreferencesForm(FlaskForm):  # type: ignore[misc]
    time_zone = SelectField("Time zone", choices=_zones)
    theme = RadioField("Colors", choices=[(one, THEME_WORDS[one]) for one in THEMES])
    density = RadioField("Density", choices=[(one, DENSITY_WORDS[one]) for one in DENSITIES])
    shortcuts = BooleanField("Single-letter shortcuts")

    @property
    def wanted(self) -> dict[str, Any]:
        """What was chosen, as `change_preferences` takes it."""
        return {name: self[name].data for name in ("time_zone", "theme", "density", "shortcuts")}

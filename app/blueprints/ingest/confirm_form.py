"""The form of step 6: what is saved, what is sent, and when, and what of it would not work."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from app import clock
from app.blueprints.options import options
from app.domain.ingest.confirming import SAVE_NEW, SAVE_NOTHING, SAVE_VERSION, Answers, Wish
from app.domain.ingest.fields import BY_KEY
from app.domain.merge.templates import TemplateView

CHANNELS = {"sms": "text messages", "email": "e-mail"}


@dataclass(frozen=True)
class Limits:
    """What the answers are held against: templates, the fields each lacks here, names taken, the zone."""

    templates: Mapping[str, TemplateView]
    missing: Mapping[str, list[str]]
    taken_names: Collection[str] = ()
    time_zone: str = "UTC"
    savings: list[tuple[str, str]] = field(default_factory=list)


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    saving = RadioField("Save how the columns are matched?", validators=[InputRequired("Say what to save.")])
    load_name = StringField("Name of the load map", validators=[Optional(), Length(max=80)])
    then = RadioField(
        "What happens next?",
        choices=options([("store", "Store the records only"), ("send", "Send these people a message")]),
        validators=[InputRequired("Say what happens next.")],
    )
    template_id = SelectField("Template", validators=[Optional()])
    sms = BooleanField("Text message")
    email = BooleanField("E-mail")
    when = RadioField(
        "When?", choices=options([("now", "Now"), ("at", "At a time")]), validators=[Optional()]
    )
    send_date = DateField("Date", validators=[Optional()])
    send_time = TimeField("Time", validators=[Optional()])

    def __init__(self, limits: Limits, **kwargs: Any) -> None:
        """Offer what `limits` allows."""
        super().__init__(**kwargs)
        self.limits = limits
        self.saving.choices = options(limits.savings)
        self.template_id.choices = options((key, one.name) for key, one in limits.templates.items())

    def validate(self, extra_validators: Any = None) -> bool:
        """Check single answers, then those that must go together."""
        if not super().validate(extra_validators):
            return False
        self._check_name()
        if self.then.data == "send":
            self._check_template()
            if self.when.data == "at":
                self._check_moment()
        return not self.errors

    def answers(self) -> Answers:
        """Return what was agreed to, of a form that has been validated."""
        return Answers(self.saving.data or SAVE_NOTHING, self.load_name.data or "", self._wish())

    def _wish(self) -> Wish | None:
        """Return what is to be sent, None where the records are stored only."""
        if self.then.data != "send":
            return None
        moment = self._moment() if self.when.data == "at" else None
        return Wish(int(self.template_id.data), self._channels(), moment or clock.now())

    def _check_name(self) -> None:
        if self.saving.data != SAVE_NEW:
            return
        name = " ".join((self.load_name.data or "").split())
        if not name:
            _complain(self.load_name, "Give the load map a name, such as “Daily appointments”.")
        elif name.casefold() in {one.casefold() for one in self.limits.taken_names}:
            _complain(self.load_name, f"There is a load map “{name}” already. Choose another name.")

    def _check_template(self) -> None:
        template = self.limits.templates.get(self.template_id.data or "")
        if template is None:
            _complain(self.template_id, "Choose the template that says what they are to be told.")
            return
        if not self._channels():
            _complain(self.sms, "Choose at least one way to reach them.")
        for channel in self._channels():
            if channel not in template.versions:
                sentence = f"“{template.name}” has no wording for {CHANNELS[channel]}. Choose another way."
                _complain(getattr(self, channel), sentence)
        missing = self.limits.missing.get(self.template_id.data, [])
        if missing:
            label = BY_KEY[missing[0]].label if missing[0] in BY_KEY else missing[0]
            _complain(
                self.template_id,
                f"“{template.name}” shows “{label}”, but no column is matched with it. "
                "Match one, or choose another template.",
            )

    def _check_moment(self) -> None:
        if self.send_date.data is None:
            _complain(self.send_date, "Say on which day, such as 12/24/2026.")
        if self.send_time.data is None:
            _complain(self.send_time, "Say at what time, such as 9:30 AM.")
        moment = self._moment()
        if moment is not None and moment < clock.now():
            _complain(self.send_date, "That time has passed. Choose one to come, or “Now”.")

    def _moment(self) -> datetime | None:
        if self.send_date.data is None or self.send_time.data is None:
            return None
        return datetime.combine(self.send_date.data, self.send_time.data, ZoneInfo(self.limits.time_zone))

    def _channels(self) -> tuple[str, ...]:
        return tuple(channel for channel in CHANNELS if getattr(self, channel).data)


def savings_for(name: str | None, version: int | None, *, changed: bool) -> list[tuple[str, str]]:
    """Return the choices of what becomes of the load map; one that was recognised can be updated."""
    if name is None:
        return [(SAVE_NEW, "Save as a load map"), (SAVE_NOTHING, "Do not save")]
    choices = [(SAVE_NOTHING, f"Keep “{name}” v{version} as it is")]
    if changed:
        choices.insert(0, (SAVE_VERSION, f"Update “{name}” to v{(version or 0) + 1}"))
    return [*choices, (SAVE_NEW, "Save as a new load map")]


def _complain(found: Any, sentence: str) -> None:
    found.errors = [*found.errors, sentence]

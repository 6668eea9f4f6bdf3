"""One form for each question of the composer; they are sent by GET, because they change nothing."""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, TimeInput

from app.blueprints.options import options
from app.blueprints.scheduling.draft import LATER, NOW, Draft, typed_moment
from app.domain.scheduling.choices import SENDABLE
from app.errors import Rejected


class TemplateForm(Form):  # type: ignore[misc]
    template = RadioField("Template", [InputRequired("Choose what you want to say.")])


class AudienceForm(Form):  # type: ignore[misc]
    audience = RadioField("Audience", [InputRequired("Choose whom to write to.")])


class TimeForm(Form):  # type: ignore[misc]
    channels = SelectMultipleField(
        "How",
        [InputRequired("Choose at least one way to reach people.")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    when = RadioField(
        "When", [InputRequired("Choose when it goes out.")], choices=options([(NOW, "Now"), (LATER, "Later")])
    )
    date = StringField("Day", widget=DateInput())
    time = StringField("Time", widget=TimeInput())

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # Both are needed where they are shown, which is only with "Later": so nothing calls them optional.
        self.date.flags.required = self.time.flags.required = True

    @classmethod
    def about(cls, draft: Draft, possible: list[str], given: MultiDict[str, str] | None) -> "TimeForm":
        """Make the form with the draft's answers, offering the channels the template has words for."""
        kept = [channel for channel in draft.channels if channel in possible]
        data = {
            "channels": kept or possible,
            "when": draft.when or NOW,
            "date": draft.date,
            "time": draft.time,
        }
        form = cls(given, data=data)
        form.channels.choices = options((channel, SENDABLE[channel]) for channel in possible)
        return form

    def check(self, draft: Draft, zone: str) -> bool:
        """Check the fields, then whether the moment is one that can be meant."""
        if not self.validate():
            return False
        if draft.when == LATER:
            try:
                typed_moment(draft, zone)
            except Rejected as problem:
                self[problem.field or "time"].errors = [problem.message]
                return False
        return True

"""What has been answered so far, kept in the address: Back works, and nothing is left behind anywhere."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask import url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app import clock
from app.domain.merge.templates import TemplateView
from app.domain.scheduling import choices, moments
from app.domain.scheduling.choices import AudienceChoice
from app.errors import Rejected

NOW: Final = "now"
LATER: Final = "later"
ENDPOINTS: Final = {
    "template": "scheduling.new",
    "audience": "scheduling.new_audience",
    "time": "scheduling.new_time",
    "check": "scheduling.check",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers as they were typed; `key` makes sure that one draft is sent once, however often."""

    template: str = ""
    audience: str = ""
    channels: tuple[str, ...] = ()
    when: str = ""
    date: str = ""
    time: str = ""
    key: str = ""

    @classmethod
    def read(cls, given: MultiDict[str, str]) -> "Draft":
        """Read the answers out of an address or a form."""
        single = {name: given.get(name, "")[:60] for name in ("template", "audience", "when", "date", "time")}
        key = given.get("key", "")
        usable = key.isascii() and key.isalnum() and 16 <= len(key) <= 64
        return cls(
            **single,
            channels=tuple(given.getlist("channels"))[:3],
            key=key if usable else secrets.token_hex(16),
        )

    def query(self) -> dict[str, Any]:
        """Return the answers as arguments of an address; what is not answered is left out."""
        pairs = {name: getattr(self, name) for name in self.__slots__}
        return {name: list(value) if name == "channels" else value for name, value in pairs.items() if value}

    def url(self, step: str) -> str:
        """Return the address of a step (`template`, `audience`, `time`, `check`) with these answers."""
        return url_for(ENDPOINTS[step], **self.query())

    def next_step(self) -> str:
        """Return the first step that is not answered, `check` where all are: so a change leads back there."""
        if not self.template:
            return "template"
        if not self.audience:
            return "audience"
        return "check" if self.when else "time"


@dataclass(frozen=True, slots=True)
class Answers:
    """A complete draft, looked up in the open transaction."""

    template: TemplateView
    audience: AudienceChoice
    channels: list[str]
    send_at: datetime
    is_now: bool

    @property
    def name(self) -> str:
        return f"{self.template.name} – {self.audience.name}"


def look_up(draft: Draft, zone: str) -> Answers:
    """Find what a complete draft names; raise NotFound for what is not there for this person, Rejected."""
    template = choices.template_choice(number(draft.template))
    audience = choices.audience_choice(draft.audience)
    channels = choices.channels_of(template, list(draft.channels))
    is_now = draft.when != LATER
    send_at = clock.now() if is_now else typed_moment(draft, zone, grace=moments.GRACE)
    return Answers(template, audience, channels, send_at, is_now)


def request_key(draft: Draft) -> str:
    """Return the key that lets this person's draft become one broadcast, however often it is sent."""
    return f"person-{current_user.id}-{draft.key}"


def typed_moment(draft: Draft, zone: str, *, grace: timedelta = timedelta(0)) -> datetime:
    """Return the moment of a draft's day and time; raise Rejected with the field that is wrong."""
    return moments.chosen_moment(_day(draft.date), _time(draft.time), zone, grace=grace)


def number(text: str) -> int:
    """Return the id in an answer, 0 (which no row has) where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as problem:
        raise Rejected("Choose a day.", field="date") from problem


def _time(typed: str) -> time:
    try:
        return time.fromisoformat(typed).replace(tzinfo=None)
    except ValueError as problem:
        raise Rejected("Choose a time of day.", field="time") from problem

"""Twilio's callbacks in our words: how a text fared, and what somebody wrote to us.

The signature covers names and values without saying where one ends (RULES W3), so a name that Twilio does
not use is dropped, a name given twice is refused, and every value that decides something has its form.
"""

import re
from collections.abc import Mapping

from app.errors import Rejected
from app.providers.contract import EventStatus, InboundText, ProviderEvent
from app.providers.twilio.codes import verdict

STATUSES = {
    "accepted": EventStatus.ACCEPTED,
    "scheduled": EventStatus.ACCEPTED,
    "queued": EventStatus.ACCEPTED,
    "sending": EventStatus.ACCEPTED,
    "sent": EventStatus.SENT,
    "delivered": EventStatus.DELIVERED,
    "read": EventStatus.DELIVERED,
    "partially_delivered": EventStatus.SENT,
    "undelivered": EventStatus.UNDELIVERED,
    "failed": EventStatus.FAILED,
    "canceled": EventStatus.CANCELLED,
}
"""Twilio's MessageStatus in ours; a word that is new to us is noted and changes nothing."""

KNOWN_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        AccountSid AddOns ApiVersion Body ButtonPayload ButtonText ChannelInstallSid ChannelPrefix
        ChannelStatusMessage ChannelToAddress ErrorCode ErrorMessage EventType From FromCity FromCountry
        FromState FromZip MessageSid MessageStatus MessagingServiceSid NumMedia NumSegments OptOutType
        RawDlrDoneDate SmsMessageSid SmsSid SmsStatus StructuredMessage To ToCity ToCountry ToState ToZip
        """,
    )
)
SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
NUMBER = re.compile(r"\+[1-9]\d{4,14}|\d{3,8}")
CODE = re.compile(r"\d{0,6}")
OPT_OUT = re.compile(r"STOP|START|HELP|")
LONGEST_BODY = 1600 * 4


def parse_status(form: Mapping[str, str], attempt_token: str | None = None) -> ProviderEvent:
    """Read a status callback; the attempt's token is in its address. Raises Rejected."""
    given = known(form)
    sid = value(given, "MessageSid", SID)
    word = given.get("MessageStatus", "")
    code = value(given, "ErrorCode", CODE) if given.get("ErrorCode") else None
    value(given, "AccountSid", ACCOUNT)
    if not word or len(word) > 40:
        raise Rejected("The callback names no MessageStatus.", field="MessageStatus")
    status = STATUSES.get(word, EventStatus.NOTED)
    judged = verdict(code) if code and status in (EventStatus.UNDELIVERED, EventStatus.FAILED) else None
    return ProviderEvent(
        event_id=f"{sid}|{word}|{code or ''}",
        attempt_token=attempt_token,
        provider_id=sid,
        status=status,
        code=code,
        description=f"{judged.words} {judged.advice}" if judged else word,
        at=None,
        raw=given,
        outcome=judged.outcome if judged else None,
    )


def parse_inbound(form: Mapping[str, str]) -> InboundText:
    """Read an incoming text. Raises Rejected."""
    given = known(form)
    body = given.get("Body", "")
    if len(body) > LONGEST_BODY:
        raise Rejected("The text is longer than any real one.", field="Body")
    return InboundText(
        provider_id=value(given, "MessageSid", SID),
        account_sid=value(given, "AccountSid", ACCOUNT),
        from_=value(given, "From", NUMBER),
        to=value(given, "To", NUMBER),
        body=body,
        opt_out=value(given, "OptOutType", OPT_OUT) if given.get("OptOutType") else None,
        raw=given,
    )


def known(form: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters whose names we know, each given once."""
    read_all = getattr(form, "getlist", lambda name: [form[name]])
    given: dict[str, str] = {}
    for name in form:
        values = read_all(name)
        if len(values) > 1:
            raise Rejected(f"The callback names {name[:40]} twice.", field=name[:40])
        if name in KNOWN_NAMES or re.fullmatch(r"Media(?:Url|ContentType)\d{1,2}", name):
            given[name] = str(values[0])
    return given


def value(given: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    """Return a parameter that has the form it must have."""
    text = given.get(name, "")
    if not form.fullmatch(text):
        raise Rejected(f"The callback's {name} is not one.", field=name)
    return text

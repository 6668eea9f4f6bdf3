"""SendGrid's answers and events in plain words: what each means for the message, the person, the company."""

from app.providers.contract import EventStatus, Outcome, Verdict

CHECK_KEY = "Check the API key and its permissions in SendGrid."
ASK_PERSON = "Ask the person for another address."

STATUSES: dict[int, Verdict] = {
    400: Verdict(
        Outcome.REFUSED, "SendGrid did not accept the e-mail.", "Look at the wording and the address."
    ),
    401: Verdict(Outcome.STOP_COMPANY, "SendGrid does not accept the API key.", CHECK_KEY),
    403: Verdict(Outcome.STOP_COMPANY, "This API key or sender may not send.", CHECK_KEY),
    413: Verdict(Outcome.REFUSED, "The e-mail is too large.", "Make its pictures or its text smaller."),
    429: Verdict(
        Outcome.RETRY, "SendGrid was asked too often in a short time.", "It is tried again by itself."
    ),
}

EVENTS: dict[str, tuple[EventStatus, Outcome | None, str]] = {
    "processed": (EventStatus.SENT, None, "SendGrid is sending it."),
    "delivered": (EventStatus.DELIVERED, None, "The mail server took it."),
    "deferred": (EventStatus.NOTED, None, "The mail server asked to wait; SendGrid tries again by itself."),
    "bounce": (EventStatus.UNDELIVERED, Outcome.SUPPRESS, "The mail server refused the address."),
    "blocked": (
        EventStatus.UNDELIVERED,
        Outcome.SOFT,
        "The mail server refused this e-mail, not the address.",
    ),
    "dropped": (EventStatus.FAILED, Outcome.SUPPRESS, "SendGrid did not send it."),
    "spamreport": (EventStatus.NOTED, Outcome.SUPPRESS, "The person marked it as unwanted."),
    "unsubscribe": (EventStatus.NOTED, Outcome.SUPPRESS, "The person unsubscribed."),
    "group_unsubscribe": (EventStatus.NOTED, Outcome.SUPPRESS, "The person unsubscribed from this kind."),
    "group_resubscribe": (EventStatus.NOTED, None, "The person subscribed again to this kind."),
    "open": (EventStatus.NOTED, None, "It was opened."),
    "click": (EventStatus.NOTED, None, "A link in it was opened."),
}


def verdict(status: int) -> Verdict:
    """Return what an HTTP status means; of one that is not in the table nothing is assumed."""
    return STATUSES.get(
        status,
        Verdict(
            Outcome.AMBIGUOUS, f"SendGrid answered {status}.", "Its events will tell whether it was taken."
        ),
    )

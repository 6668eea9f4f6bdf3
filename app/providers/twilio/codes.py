"""Twilio's codes in plain words: what each means for the message, the person, the company.

Sources: twilio.com/docs/api/errors; 429 is documented as never processed and always safe to retry.
"""

from app.providers.contract import Outcome, Verdict

ASK_LATER = "It is tried again by itself."
PERSON_ONLY = "Ask the person for another number, or reach them another way."

VERDICTS: dict[int, Verdict] = {
    20429: Verdict(Outcome.RETRY, "Twilio was asked too often in a short time.", ASK_LATER),
    429: Verdict(Outcome.RETRY, "Twilio was asked too often in a short time.", ASK_LATER),
    20003: Verdict(
        Outcome.STOP_COMPANY, "Twilio does not accept the credentials.", "Check account SID and token."
    ),
    401: Verdict(
        Outcome.STOP_COMPANY, "Twilio does not accept the credentials.", "Check account SID and token."
    ),
    403: Verdict(
        Outcome.STOP_COMPANY, "The account may not do this.", "Look at the account in Twilio's console."
    ),
    20404: Verdict(
        Outcome.STOP_COMPANY, "The account or Messaging Service does not exist.", "Check both SIDs."
    ),
    10001: Verdict(
        Outcome.STOP_COMPANY, "The Twilio account is not active.", "Reactivate it in the console."
    ),
    30002: Verdict(Outcome.STOP_COMPANY, "The Twilio account is suspended.", "Talk to Twilio's support."),
    21212: Verdict(
        Outcome.STOP_COMPANY, "The sender is not a valid number.", "Correct the company's sender."
    ),
    21603: Verdict(Outcome.STOP_COMPANY, "No sender was given.", "Set the company's sender."),
    21606: Verdict(
        Outcome.STOP_COMPANY,
        "The sender cannot send texts from this account.",
        "Correct the company's sender.",
    ),
    21659: Verdict(
        Outcome.STOP_COMPANY, "The sender does not belong to this account.", "Correct the company's sender."
    ),
    21609: Verdict(
        Outcome.STOP_COMPANY, "Twilio does not accept our address for reports.", "Check PUBLIC_URL."
    ),
    30034: Verdict(
        Outcome.STOP_COMPANY,
        "The sender is not registered with the carriers (10DLC).",
        "Register it in Twilio.",
    ),
    63038: Verdict(
        Outcome.STOP_COMPANY,
        "The account reached its daily limit.",
        "Wait for tomorrow or ask Twilio for more.",
    ),
    21610: Verdict(
        Outcome.SUPPRESS, "The person opted out of texts.", "They can come back by texting START."
    ),
    21211: Verdict(Outcome.SUPPRESS, "This is not a valid phone number.", PERSON_ONLY),
    21217: Verdict(Outcome.SUPPRESS, "This is not a valid phone number.", PERSON_ONLY),
    21614: Verdict(Outcome.SUPPRESS, "This number cannot receive texts.", PERSON_ONLY),
    21612: Verdict(Outcome.SUPPRESS, "Texts cannot be routed to this number.", PERSON_ONLY),
    21408: Verdict(
        Outcome.SUPPRESS,
        "Texts to this country are not enabled.",
        "Enable the country in Twilio if it is meant.",
    ),
    21266: Verdict(Outcome.SUPPRESS, "This is the sender's own number.", PERSON_ONLY),
    30005: Verdict(Outcome.SUPPRESS, "The number is unknown to its carrier.", PERSON_ONLY),
    30006: Verdict(Outcome.SUPPRESS, "The number is a landline.", "Offer this person a phone call."),
    21602: Verdict(Outcome.REFUSED, "The message was empty.", "Look at the wording and the data it uses."),
    21619: Verdict(Outcome.REFUSED, "The message was empty.", "Look at the wording and the data it uses."),
    21604: Verdict(Outcome.REFUSED, "No number was given.", PERSON_ONLY),
    21617: Verdict(Outcome.REFUSED, "The message is longer than 1,600 characters.", "Shorten the wording."),
    20001: Verdict(Outcome.REFUSED, "Twilio did not accept a part of the request.", "Tell support."),
    30007: Verdict(
        Outcome.REFUSED,
        "The carrier filtered the message as unwanted.",
        "Change the wording before sending again.",
    ),
    30450: Verdict(
        Outcome.REFUSED, "Twilio blocked it to prevent fraud by pumping.", "Talk to Twilio's support."
    ),
    30036: Verdict(
        Outcome.REFUSED, "It was not sent within its allowed time.", "Send it again if still useful."
    ),
    30610: Verdict(Outcome.REFUSED, "Quiet hours blocked it.", "Send it within the allowed hours."),
    30003: Verdict(Outcome.SOFT, "The phone was off or out of reach.", ASK_LATER),
    30008: Verdict(Outcome.SOFT, "The carrier did not say why it failed.", ASK_LATER),
    30001: Verdict(Outcome.SOFT, "Too many texts were waiting at this sender.", ASK_LATER),
    21611: Verdict(Outcome.SOFT, "Too many texts were waiting at this sender.", ASK_LATER),
    30022: Verdict(Outcome.SOFT, "The carrier's rate for this sender was reached.", ASK_LATER),
    30023: Verdict(Outcome.SOFT, "The carrier's daily limit for this sender was reached.", ASK_LATER),
}

UNKNOWN = Verdict(
    Outcome.AMBIGUOUS,
    "Twilio answered something we do not know.",
    "The message is looked up before anything else.",
)


def verdict(code: int | str | None, status: int | None = None) -> Verdict:
    """Return what a code means; of a code that is not in the table nothing is assumed.

    A server error (5xx) may hide an accepted message, whatever code it carries.
    """
    if status is not None and status >= 500:
        return Verdict(Outcome.AMBIGUOUS, "Twilio had a fault of its own.", UNKNOWN.advice)
    if status == 429:
        return VERDICTS[429]
    try:
        return VERDICTS.get(int(code or 0), UNKNOWN)
    except ValueError:
        return UNKNOWN

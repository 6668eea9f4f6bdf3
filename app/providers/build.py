"""From an account to what sends through it."""

from app.providers.contract import EmailProvider, SendGridAccount, TextProvider, TwilioAccount
from app.providers.sendgrid.emails import SendGridEmails
from app.providers.twilio.texts import TwilioTexts


def build_text_provider(account: TwilioAccount) -> TextProvider:
    """Return what sends texts through this account; keep it, for it keeps its connections."""
    return TwilioTexts(account)


def build_email_provider(account: SendGridAccount) -> EmailProvider:
    """Return what sends e-mails with this key; keep it, for it keeps its connections."""
    return SendGridEmails(account)

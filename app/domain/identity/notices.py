"""Telling a person by mail what happened to their account, so that nothing is done unseen."""

from app.domain.identity import accounts
from app.domain.identity.account_mails import write_mail


def tell(user_id: int, what: str, *, also_to: str = "", **facts: object) -> None:
    """Write the notice `what` to the person, in the open transaction; it goes out after the commit.

    The kinds and their facts are in account_wordings.py: `new_device` (browser, network), `factor_added` and
    `factor_removed` (factor), `recovery_code_used` (left), `recovery_codes_made`, `password_changed`,
    `email_changed` (old, new), `api_key_made` (name, company). `also_to` is a second address, such as the
    one a person had before.
    """
    account = accounts.by_id(user_id)
    if account is None:
        return
    for address in dict.fromkeys((account.email_address, also_to)):
        if address:
            write_mail(what, address, user_id, **facts)

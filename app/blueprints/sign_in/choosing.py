"""Choosing a password: by the link of an invitation or a reset, and in one's own account."""

from typing import Any

from flask import Response, render_template

from app.blueprints.doors import settings
from app.blueprints.sign_in.forms import NewPasswordForm
from app.blueprints.sign_in.steps import FirstStep, first_step, to_code_page
from app.domain.access import grants
from app.domain.identity import account_links, accounts, passwords, sessions
from app.domain.identity.account_links import LinkKind
from app.domain.identity.notices import tell
from app.errors import Rejected
from app.unit_of_work import transaction


def by_link(token: str, kind: LinkKind, template: str, form: NewPasswordForm) -> Response | tuple[str, int]:
    """Set the password that the form has and go on to the second factor; raise LinkDead.

    A password that is refused does not use the link up.
    """
    address = address_behind(token, kind)
    if form.validate_on_submit():
        try:
            step = _take(token, kind, form.password.data)
        except Rejected as problem:
            form.password.errors = [problem.message]
        else:
            return to_code_page(step, target="")
    return render_template(template, form=form, token=token, address=address, **rules()), 422


def address_behind(token: str, kind: LinkKind) -> str:
    """Return the address of the person whose link this is; raise LinkDead."""
    with transaction(platform=True):
        link = account_links.look_at_link(token, kind)
        account = accounts.by_id(link.user_id)
    return account.email_address if account else ""


def new_hash(user_id: int, password: str) -> str:
    """Return the hash of a password that keeps all rules; raise Rejected with the reason.

    No connection is held while it is compared with the last ones.
    """
    pepper = settings().secret_key
    with transaction(platform=True, user=user_id):
        account = accounts.by_id(user_id)
        words = [one.name for one in grants.companies_of(user_id)]
        of_platform = bool(grants.access_of(user_id, None)[0].policies)
        used = passwords.last_hashes(user_id)
    if account:
        words += [account.email_address, account.first_name, account.last_name]
    passwords.check_rules(password, words=words, of_platform=of_platform)
    passwords.refuse_used(password, used, pepper=pepper)
    return passwords.hash_password(password, pepper=pepper)


def rules() -> dict[str, Any]:
    """Return what the pages say about a password's length."""
    return {"shortest": passwords.SHORTEST, "shortest_of_platform": passwords.SHORTEST_OF_PLATFORM}


def _take(token: str, kind: LinkKind, password: str) -> FirstStep:
    with transaction(platform=True):
        user_id = account_links.look_at_link(token, kind).user_id
    hashed = new_hash(user_id, password)
    with transaction(platform=True):
        account_links.take_link(token, kind)
        passwords.keep_password(user_id, hashed)
        sessions.end_all_of(user_id)
        account_links.end_links(user_id, LinkKind.RESET, LinkKind.INVITATION)
        if kind is LinkKind.RESET:
            tell(user_id, "password_changed")
        return first_step(user_id)

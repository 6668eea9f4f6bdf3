"""Seeing a company's pages as a role shows them: what one may do is cut down to it, and nothing is changed.

Nobody acts as another person, and nobody sees more than they may themselves: what a role would add is not
added. It lasts until it is left, or until the session ends.
"""

from typing import Final

from flask import g, request
from flask import session as browser
from flask_login import current_user

from app.domain.access.grants import Access, policies_of_role
from app.errors import Forbidden

KEY: Final = "role_tried_on"
LEAVING: Final = "people.tries_destroy"
LOOKING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def begin(company_id: int, role_id: int, name: str) -> None:
    """From the next page on, show this company as the role does, in this session only."""
    browser[KEY] = {
        "session": current_user.session_id, "company": company_id, "role": role_id, "name": name,
    }  # fmt: skip


def end() -> None:
    """Show everything again."""
    browser.pop(KEY, None)


def narrow(company_id: int, session_id: int, access: Access) -> Access:
    """Return what is left of a person's access while they try a role on at this company."""
    worn = browser.get(KEY)
    if not worn or (worn["company"], worn["session"]) != (company_id, session_id):
        return access
    if request.endpoint == LEAVING:
        return access
    g.tried_on = worn["name"]
    return access.only(policies_of_role(worn["role"]))


def refuse_changes() -> None:
    """Raise Forbidden for anything but looking while a role is tried on."""
    if g.get("tried_on") and request.method not in LOOKING:
        raise Forbidden(f"You look at the pages as “{g.tried_on}” and change nothing. Leave this view first.")

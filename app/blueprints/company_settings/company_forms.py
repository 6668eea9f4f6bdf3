"""The form about a company, as its administrators and the platform's both open and save it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask_login import current_user

from app.blueprints.doors import settings
from app.blueprints.edits import differences, put_in, refuse, taken_from
from app.blueprints.pages import render_page
from app.domain.identity.session_lives import follow_company
from app.domain.tenancy import profiles
from app.domain.tenancy.editing import Overtaken, revision_of
from app.errors import Conflict, Rejected
from app.unit_of_work import transaction

Answer = tuple[str, int]


def opened(kind: type[Any], company_id: int) -> Any:
    """Return the form with what is kept about the company now."""
    company = profiles.profile(company_id)
    form = kind(formdata=None, begins=company.window_from, ends=company.window_until)
    put_in(form, profiles.profile_values(company))
    form.revision.data = revision_of(company)
    return form


def save(
    form: Any,
    template: str,
    door: Callable[[], AbstractContextManager[Any]],
    company_id: int,
    allowed: frozenset[str],
    **context: Any,
) -> Answer | None:
    """Check and save the form; return the page that says what is wrong, or both versions, else None."""
    if not form.validate_on_submit():
        return render_page(template, form=form, differences=(), **context), 422
    try:
        with door():
            changed = profiles.change_company(
                company_id,
                taken_from(form, allowed),
                opened_with=form.revision.data,
                our_domain=settings().mail_domain,
                allowed=allowed,
            )
        if {"idle_minutes", "kind"} & set(changed):
            with transaction(platform=True, user=current_user.id):
                follow_company(company_id)
    except Overtaken as lost:
        found = differences(form, lost.current, lost.revision)
        return render_page(template, form=form, differences=found, **context), 409
    except (Rejected, Conflict) as problem:
        refuse(form, problem)
        return render_page(template, form=form, differences=(), **context), problem.status
    return None

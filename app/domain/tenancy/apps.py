"""Apps: a company's programs that call us, and the customers each of them is limited to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, select

from app.domain.audit import events
from app.domain.tenancy.editing import require_revision, write_values
from app.errors import Conflict, NotFound, Rejected
from app.models import CompanyApp, CompanyAppRestriction, Customer
from app.unit_of_work import company_id, customers, session

LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class Reach:
    """A customer an app is limited to."""

    id: int
    name: str
    active: bool


def apps_here() -> list[CompanyApp]:
    """Return the apps of the open company by name; a delegated person sees none."""
    query = select(CompanyApp).where(CompanyApp.company_id == company_id())
    return list(session().scalars(query.order_by(func.lower(CompanyApp.name), CompanyApp.id)))


def app_here(app_id: int, *, lock: bool = False) -> CompanyApp:
    """Return an app of the open company; raise NotFound."""
    found = session().get(
        CompanyApp, (company_id(), app_id), populate_existing=True, with_for_update=lock or None
    )
    if found is None:
        raise NotFound("There is no such app.")
    return found


def reach_of(app_ids: Collection[int]) -> dict[int, list[Reach]]:
    """Return for each of these apps the customers it is limited to, by name; [] for one without limit."""
    found: dict[int, list[Reach]] = {app_id: [] for app_id in app_ids}
    query = (
        select(CompanyAppRestriction.company_app_id, Customer.id, Customer.name, Customer.active)
        .join(
            Customer,
            (Customer.company_id == CompanyAppRestriction.company_id)
            & (Customer.id == CompanyAppRestriction.customer_id),
        )
        .where(
            CompanyAppRestriction.company_id == company_id(),
            CompanyAppRestriction.company_app_id.in_(list(app_ids)),
        )
    )
    for row in session().execute(query.order_by(func.lower(Customer.name), Customer.id)):
        found[row.company_app_id].append(Reach(row.id, row.name, row.active))
    return found


def app_values(app: CompanyApp) -> dict[str, Any]:
    """Return all that a form about the app shows; `customers` are ids as text."""
    reach = reach_of([app.id])[app.id]
    return {
        "name": app.name,
        "description": app.description,
        "reach": "some" if app.limited else "whole",
        "customers": [str(one.id) for one in reach],
    }


def make_app(values: Mapping[str, Any]) -> CompanyApp:
    """Make an app from name, description, reach ("whole" or "some") and customers; raise Rejected."""
    _require_whole_company()
    checked, chosen = _checked(values, app_id=None)
    made = CompanyApp(company_id=company_id(), **checked)
    session().add(made)
    session().flush()
    _limit(made.id, chosen)
    _tell("app.made", made)
    return made


def change_app(app_id: int, values: Mapping[str, Any], *, opened_with: str) -> CompanyApp:
    """Change an app; its keys reach at once what it reaches. As make_app, and Overtaken for a lost race."""
    _require_whole_company()
    app = app_here(app_id, lock=True)
    require_revision(app, opened_with, app_values(app))
    checked, chosen = _checked(values, app_id=app_id)
    changed = write_values(app, checked)
    if _limit(app_id, chosen) or changed:
        app.updated_at = func.now()  # The restrictions are rows of their own, yet part of this version.
        session().flush()
        session().refresh(app)
        _tell("app.changed", app)
    return app


def turn_off(app_id: int) -> CompanyApp:
    """Turn an app off: its keys end with the next request; raise Conflict where it is off already."""
    app = _switched(app_id, active=False)
    events.record("app.turned_off", "company_apps", app.id, name=app.name)
    return app


def turn_on(app_id: int) -> CompanyApp:
    """Turn an app on again: keys that were neither revoked nor expired work as before."""
    app = _switched(app_id, active=True)
    events.record("app.turned_on", "company_apps", app.id, name=app.name)
    return app


def _switched(app_id: int, *, active: bool) -> CompanyApp:
    _require_whole_company()
    app = app_here(app_id, lock=True)
    if app.active is active:
        raise Conflict(f"“{app.name}” is {'on' if active else 'off'} already.")
    app.active = active
    session().flush()
    return app


def _require_whole_company() -> None:
    if customers() is not None:
        raise NotFound("Apps are looked after for the whole company.")


def _checked(values: Mapping[str, Any], *, app_id: int | None) -> tuple[dict[str, Any], list[int]]:
    """Return the columns, and the customers it is limited to."""
    name = " ".join(str(values.get("name") or "").split())
    description = " ".join(str(values.get("description") or "").split())
    if not name:
        raise Rejected("Give the app a name, as your people call the program.", field="name")
    for field, written, most in (("name", name, LONGEST_NAME), ("description", description, LONGEST_TEXT)):
        if len(written) > most:
            raise Rejected(f"This is too long: {most} characters are the most.", field=field)
    taken = select(CompanyApp.id).where(
        CompanyApp.company_id == company_id(), func.lower(CompanyApp.name) == func.lower(name)
    )
    if set(session().scalars(taken)) - {app_id}:
        raise Rejected(f"There is an app called “{name}” already.", field="name")
    limited = values.get("reach") != "whole"
    chosen = _chosen(values.get("customers") or ()) if limited else []
    return {"name": name, "description": description, "limited": limited}, chosen


def _chosen(given: Collection[object]) -> list[int]:
    """Return the ids of customers that are there: a number of another company's is like none."""
    known = set(session().scalars(select(Customer.id).where(Customer.company_id == company_id())))
    by_text = {str(customer_id): customer_id for customer_id in known}
    if not given:
        raise Rejected("Choose at least one, or the whole company.", field="customers")
    if not {str(one) for one in given} <= by_text.keys():
        raise Rejected("One of these is not there any more. Choose again.", field="customers")
    return sorted({by_text[str(one)] for one in given})


def _limit(app_id: int, chosen: Sequence[int]) -> bool:
    """Bring the restrictions in line with what was chosen; say whether something changed."""
    known = {one.id for one in reach_of([app_id])[app_id]}
    gone, new = known - set(chosen), sorted(set(chosen) - known)
    if gone:
        session().execute(
            delete(CompanyAppRestriction).where(
                CompanyAppRestriction.company_id == company_id(),
                CompanyAppRestriction.company_app_id == app_id,
                CompanyAppRestriction.customer_id.in_(gone),
            )
        )
    for customer_id in new:
        session().add(
            CompanyAppRestriction(company_id=company_id(), company_app_id=app_id, customer_id=customer_id)
        )
    session().flush()
    return bool(gone or new)


def _tell(action: str, app: CompanyApp) -> None:
    names = [one.name for one in reach_of([app.id])[app.id]]
    reach = ", ".join(names) if app.limited else "the whole company"
    if action == "app.made":
        events.record("app.made", "company_apps", app.id, name=app.name, reach=reach)
    else:
        events.record("app.changed", "company_apps", app.id, name=app.name, reach=reach)

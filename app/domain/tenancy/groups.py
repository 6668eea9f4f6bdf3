"""Groups: companies that belong together, and the one among them whose staff may act for the others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select

from app.domain.audit import events
from app.domain.tenancy.editing import require_revision, revision_of
from app.errors import NotFound, Rejected
from app.models import Company, CompanyGroup, Grant, Group
from app.unit_of_work import session

LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Member:
    """A company of a group."""

    id: int
    name: str
    alias: str
    active: bool
    master: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with its members, the master first; `revision` goes into the form that changes it."""

    id: int
    name: str
    revision: str
    members: Sequence[Member]

    @property
    def master(self) -> Member | None:
        return next((one for one in self.members if one.master), None)


def all_groups() -> list[GroupView]:
    """Return the groups by name."""
    return [_view(one) for one in session().scalars(select(Group).order_by(Group.name))]


def group_view(group_id: int) -> GroupView:
    """Return one group; raise NotFound."""
    return _view(_row(group_id))


def free_companies(group_id: int | None = None) -> list[Member]:
    """Return the companies that are in no group, or in this one, by name."""
    taken = select(CompanyGroup.company_id)
    if group_id is not None:
        taken = taken.where(CompanyGroup.group_id != group_id)
    query = select(Company).where(Company.id.not_in(taken)).order_by(Company.name)
    return [Member(one.id, one.name, one.alias, one.active, False) for one in session().scalars(query)]


def make_group(*, name: str, company_ids: Collection[int], master_id: int) -> GroupView:
    """Make a group of companies, one of them the master; raise Rejected where they cannot be one."""
    group = Group(name=_free_name(name, None))
    session().add(group)
    session().flush()
    return _fill(group, company_ids, master_id)


def change_group(
    group_id: int, *, name: str, company_ids: Collection[int], master_id: int, opened_with: str
) -> GroupView:
    """Change a group's name, members and master; who acted for the group no longer acts for one taken out.

    Raises Overtaken where somebody saved since `opened_with`, Rejected where they cannot be a group.
    """
    group = _row(group_id, lock=True)
    now = _view(group)
    master = now.master.id if now.master else None
    current = {"name": now.name, "companies": [one.id for one in now.members], "master": master}
    require_revision(group, opened_with, current)
    group.name = _free_name(name, group_id)
    group.updated_at = func.now()
    session().flush()
    session().refresh(group)
    return _fill(group, company_ids, master_id)


def dissolve_group(group_id: int) -> str:
    """Dissolve a group with its grants and return its name: nobody acts for its companies any more."""
    group = _row(group_id, lock=True)
    session().execute(delete(Grant).where(Grant.group_id == group_id))
    session().execute(delete(CompanyGroup).where(CompanyGroup.group_id == group_id))
    session().execute(delete(Group).where(Group.id == group_id))
    events.record("group.removed", "groups", group_id, name=group.name)
    return group.name


def people_acting(group_id: int) -> int:
    """Return how many people have a role in the group, and so in all its companies."""
    return (
        session().scalar(select(func.count(Grant.user_id.distinct())).where(Grant.group_id == group_id)) or 0
    )


def _fill(group: Group, company_ids: Collection[int], master_id: int) -> GroupView:
    wanted = set(company_ids)
    free = {one.id for one in free_companies(group.id)}
    if len(wanted) < 2:
        raise Rejected(
            "Choose at least two companies: a group of one is the company itself.", field="companies"
        )
    if wanted - free:
        raise Rejected(
            "One of these companies is in another group. Take it out there first.", field="companies"
        )
    if master_id not in wanted:
        raise Rejected("The master is one of the companies of the group.", field="master")
    _place(group.id, wanted, master_id)
    _let_go_of_others(group.id, master_id)
    view = _view(group)
    master = view.master.name if view.master else ""
    events.record("group.changed", "groups", group.id, name=view.name, companies=len(wanted), master=master)
    return view


def _place(group_id: int, wanted: set[int], master_id: int) -> None:
    """Bring the rows in line; the former master steps down first, since there is only ever one."""
    rows = {
        row.company_id: row
        for row in session().scalars(select(CompanyGroup).where(CompanyGroup.group_id == group_id))
    }
    for key, row in rows.items():
        if key not in wanted:
            session().delete(row)
        elif row.master and key != master_id:
            row.master = False
    session().flush()
    for key in sorted(wanted):
        if key not in rows:
            session().add(CompanyGroup(group_id=group_id, company_id=key, master=key == master_id))
        elif key == master_id:
            rows[key].master = True
    session().flush()


def _let_go_of_others(group_id: int, master_id: int) -> None:
    """Take the grants in the group from everybody who is not of the master's staff."""
    staff = select(Grant.user_id).where(Grant.company_id == master_id, Grant.scope == "company")
    session().execute(delete(Grant).where(Grant.group_id == group_id, Grant.user_id.not_in(staff)))


def _free_name(name: str, group_id: int | None) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST:
        raise Rejected("Give the group a name." if not plain else "The name is too long.", field="name")
    taken = set(session().scalars(select(Group.id).where(func.lower(Group.name) == plain.lower())))
    if taken - {group_id}:
        raise Rejected(f"There is a group “{plain}” already.", field="name")
    return plain


def _row(group_id: int, *, lock: bool = False) -> Group:
    found = session().get(Group, group_id, populate_existing=True, with_for_update=lock or None)
    if found is None:
        raise NotFound("There is no such group.")
    return found


def _view(group: Group) -> GroupView:
    query = (
        select(Company, CompanyGroup.master)
        .join(CompanyGroup, CompanyGroup.company_id == Company.id)
        .where(CompanyGroup.group_id == group.id)
        .order_by(CompanyGroup.master.desc(), Company.name)
    )
    members = [
        Member(row.Company.id, row.Company.name, row.Company.alias, row.Company.active, row.master)
        for row in session().execute(query)
    ]
    return GroupView(group.id, group.name, revision_of(group), members)

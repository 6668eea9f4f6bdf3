"""Bring the tables of policies and shipped roles in line with the code that declares them."""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.domain.access.policies import POLICIES, ROLES, RoleDeclaration
from app.models import Policy, Role, RolePolicy
from app.unit_of_work import session

LOCK = 7_241_847


def sync_policies() -> None:
    """Add what is declared and missing, remove what is no longer declared. Safe to run again, and at once."""
    session().execute(select(func.pg_advisory_xact_lock(LOCK)))
    known = {(row.module, row.function): row for row in session().scalars(select(Policy))}
    for declared in POLICIES:
        if (declared.module, declared.function) not in known:
            session().add(
                Policy(module=declared.module, function=declared.function, name=declared.name, description="")
            )
    wanted = {(declared.module, declared.function) for declared in POLICIES}
    for pair, row in known.items():
        if pair not in wanted:
            session().delete(row)
    session().flush()
    ids = {(row.module, row.function): row.id for row in session().scalars(select(Policy))}
    for role in ROLES:
        _sync_role(role, ids)


def _sync_role(declared: RoleDeclaration, policy_ids: dict[tuple[str, str], int]) -> None:
    row = session().scalar(select(Role).where(Role.key == declared.key, Role.company_id.is_(None)))
    if row is None:
        row = Role(key=declared.key, name=declared.name, description=declared.description)
        session().add(row)
        session().flush()
    wanted = {policy_ids[pair] for pair in declared.policies}
    present = set(session().scalars(select(RolePolicy.policy_id).where(RolePolicy.role_id == row.id)))
    for policy_id in sorted(wanted - present):
        session().execute(
            insert(RolePolicy).values(role_id=row.id, policy_id=policy_id).on_conflict_do_nothing()
        )
    if present - wanted:
        session().execute(
            delete(RolePolicy).where(RolePolicy.role_id == row.id, RolePolicy.policy_id.in_(present - wanted))
        )

"""External ids: the names that other systems have for a customer, one by one or a whole file of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import delete, func, select

from app.domain.audit import events
from app.domain.tenancy.customers import customer_here
from app.errors import Conflict, NotFound, Rejected
from app.models import Customer, CustomerXref
from app.unit_of_work import company_id, session

LONGEST: Final = 100
MOST_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class IdLine:
    """One line of a file: its number as a spreadsheet counts, the external id, and the customer's name."""

    line: int
    external_id: str
    customer: str


@dataclass(slots=True)
class IdPlan:
    """What a file of ids would do: problems as (line, sentence); with any of them, nothing is done."""

    problems: list[tuple[int, str]] = field(default_factory=list)
    to_add: list[tuple[str, int]] = field(default_factory=list)
    known: int = 0


def ids_of(customer_id: int) -> list[str]:
    """Return a customer's external ids, in order."""
    query = select(CustomerXref.external_customer_id).where(
        CustomerXref.company_id == company_id(), CustomerXref.customer_id == customer_id
    )
    return list(session().scalars(query.order_by(CustomerXref.external_customer_id)))


def add_id(customer_id: int, external_id: str) -> None:
    """Give a customer one more external id; raise Rejected or Conflict in words where that cannot be."""
    customer_here(customer_id)
    wanted = external_id.strip()
    wrong = _what_is_wrong(wanted)
    if wrong:
        raise Rejected(wrong, field="external_id")
    owner = _owners([wanted]).get(wanted)
    if owner is not None:
        raise Conflict(f"“{wanted}” is an id of {_name(owner)} already.", field="external_id")
    _insert([(wanted, customer_id)])


def remove_id(customer_id: int, external_id: str) -> None:
    """Take an external id away; rows of later files that name it find no customer. Raises NotFound."""
    customer_here(customer_id)
    gone = session().execute(
        delete(CustomerXref)
        .where(
            CustomerXref.company_id == company_id(),
            CustomerXref.customer_id == customer_id,
            CustomerXref.external_customer_id == external_id,
        )
        .returning(CustomerXref.id)
    )
    if gone.first() is None:
        raise NotFound("There is no such external id.")


def plan_ids(lines: Sequence[IdLine]) -> IdPlan:
    """Look at every line before anything is done: who is meant, what is known, and what is wrong."""
    plan, seen = IdPlan(), dict[str, IdLine]()
    if len(lines) > MOST_ROWS:
        plan.problems.append((0, f"The file has {len(lines):,} lines; {MOST_ROWS:,} are the most at a time."))
        return plan
    customers = _customers_by_name()
    owners = _owners([one.external_id for one in lines])
    for one in lines:
        _judge(one, plan, seen, customers, owners)
    return plan


def take_in_ids(lines: Sequence[IdLine], *, filename: str) -> IdPlan:
    """Take a whole file of ids in, or nothing of it where any line is wrong; return the plan either way."""
    plan = plan_ids(lines)
    if not plan.problems and plan.to_add:
        _insert(plan.to_add)
        events.record("customers.ids_taken_in", "customer_xrefs", added=len(plan.to_add), filename=filename)
    return plan


def _judge(
    one: IdLine, plan: IdPlan, seen: dict[str, IdLine], customers: dict[str, int], owners: dict[str, int]
) -> None:
    """Add one line to the plan: as a problem, as known, or as one to add."""
    customer_id = customers.get(one.customer.casefold())
    wrong = _what_is_wrong(one.external_id)
    former = seen.setdefault(one.external_id, one)
    owner = owners.get(one.external_id)
    if wrong:
        plan.problems.append((one.line, wrong))
    elif not one.customer:
        plan.problems.append((one.line, "The customer's name is missing."))
    elif customer_id is None:
        plan.problems.append((one.line, f"There is no customer called “{one.customer[:60]}”."))
    elif former is not one and former.customer.casefold() != one.customer.casefold():
        plan.problems.append(
            (one.line, f"“{one.external_id}” stands in line {former.line} for another customer.")
        )
    elif owner is not None and owner != customer_id:
        plan.problems.append((one.line, f"“{one.external_id}” is an id of {_name(owner)} already."))
    elif owner is not None or former is not one:
        plan.known += 1
    else:
        plan.to_add.append((one.external_id, customer_id))


def _what_is_wrong(external_id: str) -> str:
    if not external_id:
        return "The external id is missing."
    if len(external_id) > LONGEST:
        return f"The external id is longer than {LONGEST} characters."
    return "" if external_id.isprintable() else "The external id has an invisible character in it."


def _customers_by_name() -> dict[str, int]:
    query = select(Customer.name, Customer.id).where(Customer.company_id == company_id())
    return {row.name.casefold(): row.id for row in session().execute(query)}


def _owners(external_ids: Sequence[str]) -> dict[str, int]:
    query = select(CustomerXref.external_customer_id, CustomerXref.customer_id).where(
        CustomerXref.company_id == company_id(),
        CustomerXref.external_customer_id == func.any(list(external_ids)),
    )
    return {row.external_customer_id: row.customer_id for row in session().execute(query)}


def _name(customer_id: int) -> str:
    """Return whose id it is, where that may be seen here."""
    found = session().get(Customer, (company_id(), customer_id))
    return f"“{found.name}”" if found else "another customer"


def _insert(pairs: Sequence[tuple[str, int]]) -> None:
    session().add_all(
        CustomerXref(company_id=company_id(), customer_id=key, external_customer_id=external_id)
        for external_id, key in pairs
    )
    session().flush()

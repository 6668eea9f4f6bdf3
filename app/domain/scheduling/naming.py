"""What a wording may say beside a record's own fields: the names of the company and of its customers."""

from dataclasses import dataclass, field
from typing import Any

from app.domain.tenancy.companies import CompanyView, company_by_id, customers_here, merge_values
from app.unit_of_work import company_id


@dataclass(frozen=True, slots=True)
class MergeParts:
    """The company and its customers, read once for a whole batch of renderings."""

    company: CompanyView
    of_nobody: dict[str, Any]
    by_customer: dict[int, dict[str, Any]] = field(default_factory=dict)

    def values(self, data: dict[str, Any], customer_id: int | None) -> dict[str, Any]:
        """Return all that a wording may name, for one record of one customer."""
        return {"data": data, **self.by_customer.get(customer_id or 0, self.of_nobody)}


def merge_parts() -> MergeParts:
    """Read the open company and those of its customers that the open transaction may see."""
    company = company_by_id(company_id())
    named = {customer.id: merge_values(company, customer) for customer in customers_here(with_off=True)}
    return MergeParts(company, merge_values(company), named)

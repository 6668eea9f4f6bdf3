"""What a company adds to a file before its rows are judged: zones, blocks, and the names of its customers."""

from sqlalchemy import select

from app.domain.ingest.evaluate import Block, CleaningContext
from app.domain.tenancy.companies import company_by_id, customers_here
from app.models import ContactBlock, CustomerXref, Packet
from app.unit_of_work import company_id, session


def cleaning_context(packet: Packet) -> CleaningContext:
    """Gather the context of one packet from the open company."""
    company = company_by_id(company_id())
    customers = customers_here(with_off=True)
    blocks = session().execute(
        select(ContactBlock.id, ContactBlock.criteria).where(ContactBlock.company_id == company_id())
    )
    return CleaningContext(
        company_zone=company.time_zone,
        blocks=[Block(block_id, criteria) for block_id, criteria in blocks.all()],
        customer_id=packet.customer_id,
        customers_by_external_id=customers_by_external_id(),
        customer_zones={one.id: one.time_zone for one in customers if one.time_zone},
    )


def customers_by_external_id() -> dict[str, int]:
    """Return the open company's customers by the names that its files call them."""
    xrefs = session().execute(
        select(CustomerXref.external_customer_id, CustomerXref.customer_id).where(
            CustomerXref.company_id == company_id()
        )
    )
    return {row.external_customer_id: row.customer_id for row in xrefs}

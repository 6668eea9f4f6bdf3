"""Whose callback it is, and at which address it was signed."""

from uuid import UUID

import structlog
from flask import Response, request

from app.blueprints.doors import settings
from app.domain.responses.storing import count_refused
from app.domain.tenancy.companies import CompanyView, company_by_public_id
from app.queue import JobName, ring_once
from app.unit_of_work import transaction

log = structlog.get_logger()


def company_of(public_id: UUID) -> CompanyView:
    """Return the company that the address names; raise NotFound."""
    with transaction(platform=True):
        return company_by_public_id(public_id)


def signed_address() -> str:
    """Return the address the provider signed: our public one, never what a request's headers claim."""
    query = request.query_string.decode("latin-1")
    return f"{settings().public_url}{request.path}" + (f"?{query}" if query else "")


def refuse(company: CompanyView, provider: str) -> Response:
    """Answer 403 to what nobody we trust has signed, and count it."""
    with transaction(company.id):
        count_refused(provider)
    log.warning("callback_refused", provider=provider, company_id=company.id)
    return Response(status=403)


def thank(company_id: int) -> Response:
    """Ring for the stored events to be applied, and answer at once."""
    ring_once(JobName.APPLY_UPDATES, company_id)
    return Response(status=204)

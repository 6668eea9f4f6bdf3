"""What a company may say, as its library shows it: each template with when and by whom it was published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.domain.merge.nodes import Node
from app.domain.merge.templates import TemplateView, list_templates, template_view
from app.domain.merge.wording import parse
from app.domain.tenancy.companies import customers_here
from app.models import Template, TemplateVersion, User
from app.unit_of_work import company_id, session


@dataclass(frozen=True, slots=True)
class Publication:
    """One published version of one channel's wording; `by` is empty where Carillon made it."""

    channel: str
    version: int
    at: datetime
    by: str
    note: str
    subject: str
    body: str

    @property
    def nodes(self) -> Sequence[Node]:
        """The wording as it was read: text, tags, and what could not be read."""
        return parse(self.body).nodes

    @property
    def subject_nodes(self) -> Sequence[Node]:
        return parse(self.subject).nodes


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One template with its newest publication; `customer` names whom it belongs to, empty for all."""

    template: TemplateView
    customer: str
    newest: Publication | None


def library() -> list[LibraryEntry]:
    """Return the templates that the open transaction may see, by name, each with its newest publication."""
    templates = list_templates()
    query = _publications([one.id for one in templates]).order_by(
        TemplateVersion.template_id, TemplateVersion.id.desc()
    )
    newest = {
        row.TemplateVersion.template_id: _publication(row)
        for row in session().execute(query.ext(distinct_on(TemplateVersion.template_id)))
    }
    names = _customer_names()
    return [LibraryEntry(one, names.get(one.customer_id or 0, ""), newest.get(one.id)) for one in templates]


def library_entry(template_id: int) -> tuple[LibraryEntry, list[Publication]]:
    """Return one template and all its publications, newest first; raise NotFound."""
    template = template_view(template_id)
    query = _publications([template_id]).order_by(TemplateVersion.id.desc())
    history = [_publication(row) for row in session().execute(query)]
    customer = _customer_names().get(template.customer_id or 0, "")
    return LibraryEntry(template, customer, history[0] if history else None), history


def named_like(words: str, limit: int) -> list[tuple[int, str]]:
    """Return ids and names of templates with these words in the name, by name, at most `limit`."""
    query = select(Template.id, Template.name).where(
        Template.company_id == company_id(),
        Template.archived_at.is_(None),
        Template.name.icontains(words, autoescape=True),
    )
    return [(row.id, row.name) for row in session().execute(query.order_by(Template.name).limit(limit))]


def _publications(template_ids: list[int]) -> Select[Any, Any]:
    by = func.trim(User.first_name + " " + User.last_name).label("by")
    query: Select[Any, Any] = (
        select(TemplateVersion, by)
        .outerjoin(User, User.id == TemplateVersion.published_by)
        .where(TemplateVersion.company_id == company_id(), TemplateVersion.template_id.in_(template_ids))
    )
    return query


def _publication(row: Any) -> Publication:
    one: TemplateVersion = row.TemplateVersion
    return Publication(
        one.channel, one.version, one.created_at, row.by or "", one.note, one.subject, one.body
    )


def _customer_names() -> dict[int, str]:
    return {customer.id: customer.name for customer in customers_here()}

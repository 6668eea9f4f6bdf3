"""Templates and their published versions: what a company may say, by channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.errors import NotFound
from app.models import Template, TemplateVersion
from app.unit_of_work import company_id, session

CHANNELS: Final = ("sms", "email", "phone")


@dataclass(frozen=True, slots=True)
class VersionView:
    """One immutable state of a wording for one channel; the subject is used by e-mail only."""

    id: int
    version: int
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class TemplateView:
    id: int
    name: str
    category: str
    purpose: str
    customer_id: int | None
    versions: Mapping[str, VersionView] = field(default_factory=dict)


def create_template(
    *,
    name: str,
    category: str = "informational",
    purpose: str = "message",
    customer_id: int | None = None,
    global_template_id: int | None = None,
) -> Template:
    """Make a template of the open company; it says nothing until a version is published."""
    template = Template(
        company_id=company_id(),
        name=name,
        category=category,
        purpose=purpose,
        customer_id=customer_id,
        global_template_id=global_template_id,
    )
    session().add(template)
    session().flush()
    return template


def publish_version(
    template_id: int, channel: str, body: str, *, subject: str = "", by: int | None = None, note: str = ""
) -> TemplateVersion:
    """Publish the next immutable version of one channel's wording."""
    newest = session().scalar(
        select(func.max(TemplateVersion.version)).where(
            TemplateVersion.company_id == company_id(),
            TemplateVersion.template_id == template_id,
            TemplateVersion.channel == channel,
        )
    )
    version = TemplateVersion(
        company_id=company_id(),
        template_id=template_id,
        channel=channel,
        version=(newest or 0) + 1,
        subject=subject,
        body=body,
        note=note,
        published_by=by,
    )
    session().add(version)
    session().flush()
    return version


def list_templates(*, purpose: str = "message") -> list[TemplateView]:
    """Return the templates the open transaction may see, by name, each with its newest versions."""
    templates = session().scalars(
        select(Template)
        .where(
            Template.company_id == company_id(), Template.purpose == purpose, Template.archived_at.is_(None)
        )
        .order_by(Template.name)
    )
    found = list(templates)
    versions = _newest_versions([template.id for template in found])
    return [_view(template, versions.get(template.id, {})) for template in found]


def template_view(template_id: int) -> TemplateView:
    """Return one template with its newest versions; raise NotFound."""
    template = session().get(Template, (company_id(), template_id))
    if template is None:
        raise NotFound("There is no such template.")
    return _view(template, _newest_versions([template_id]).get(template_id, {}))


def template_by_name(name: str) -> TemplateView:
    """Return the company's template of that name, whatever its case; raise NotFound with what there is."""
    known = list_templates()
    for template in known:
        if template.name.casefold() == name.casefold():
            return template
    names = ", ".join(f"“{template.name}”" for template in known) or "none"
    raise NotFound(f"There is no template “{name}”. The company has: {names}.")


def _newest_versions(template_ids: list[int]) -> dict[int, dict[str, VersionView]]:
    rows = session().scalars(
        select(TemplateVersion)
        .where(TemplateVersion.company_id == company_id(), TemplateVersion.template_id.in_(template_ids))
        .order_by(TemplateVersion.template_id, TemplateVersion.channel, TemplateVersion.version.desc())
        .ext(distinct_on(TemplateVersion.template_id, TemplateVersion.channel))
    )
    found: dict[int, dict[str, VersionView]] = {}
    for row in rows:
        view = VersionView(row.id, row.version, row.subject, row.body)
        found.setdefault(row.template_id, {})[row.channel] = view
    return found


def _view(template: Template, versions: Mapping[str, VersionView]) -> TemplateView:
    ordered = {channel: versions[channel] for channel in CHANNELS if channel in versions}
    return TemplateView(
        template.id, template.name, template.category, template.purpose, template.customer_id, ordered
    )

"""What a column can be matched with: what wordings show, what records will have, and the choices."""

from collections.abc import Iterable, Sequence
from typing import Final

from app.domain.ingest.fields import BY_KEY, FIELDS, PHONES
from app.domain.ingest.load_map import LoadMap
from app.domain.merge.templates import TemplateView, list_templates
from app.domain.merge.wording import fields_used, parse

ADDRESSES: Final = (*PHONES, "email_address")


def wanted_fields(wordings: Iterable[str]) -> list[str]:
    """Return the record's fields that wordings show, each once, without `data.` before them."""
    names = [name for text in wordings for name in fields_used(parse(text))]
    return list(dict.fromkeys(name.removeprefix("data.") for name in names if name.startswith("data.")))


def filled_fields(load_map: LoadMap) -> set[str]:
    """Return the fields that records will have: those matched, and those that cleaning makes of them."""
    found = {name for one in load_map.columns if (name := one.field or one.extra)}
    if "full_name" in found:
        found |= {"first_name", "middle_name", "last_name"}
    if "appointment_date" in found:
        found.add("appointment_time")
    return found


def field_groups(wordings: Iterable[str] = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the choices of a column's target: [(heading, [(key, label)])], what the wording shows first."""
    shown = [name for name in wanted_fields(wordings) if name in BY_KEY]
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in FIELDS:
        if field.key in shown:
            continue
        heading = "Whom to reach" if field.key in ADDRESSES else field.group
        groups.setdefault(heading, []).append((field.key, field.label))
    first = [("Shown by the wording", [(name, BY_KEY[name].label) for name in shown])] if shown else []
    order = ["Whom to reach", "Person", "Appointment", "Address", "Other"]
    return first + [(heading, groups[heading]) for heading in order if groups.get(heading)]


def sendable_templates() -> list[TemplateView]:
    """Return the templates with a wording that can be sent today: as text or e-mail."""
    return [one for one in list_templates() if {"sms", "email"} & set(one.versions)]


def fitting_template(filled: set[str], templates: Sequence[TemplateView]) -> TemplateView | None:
    """Return the first template whose fields records will have, else the first, None where there is none."""
    fitting = (one for one in templates if not missing_fields(filled, one))
    return next(fitting, None) or next(iter(templates), None)


def missing_fields(filled: set[str], template: TemplateView) -> list[str]:
    """Return the fields that the template's wordings show and records will not have, of those `filled`."""
    bodies = [version.body for version in template.versions.values()]
    return [name for name in wanted_fields(bodies) if name not in filled]

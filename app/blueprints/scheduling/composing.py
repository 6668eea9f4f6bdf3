"""What the steps of the composer share: going on or staying with what is wrong, and where one stands."""

from typing import Any

from flask import redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app import clock
from app.blueprints.pages import render_page
from app.blueprints.scheduling.draft import Draft, number
from app.domain.merge.templates import TemplateView
from app.domain.scheduling import choices, preview
from app.domain.scheduling.audience import Audience
from app.domain.scheduling.choices import AudienceChoice
from app.domain.scheduling.summary import AudienceSummary, summarise
from app.domain.scheduling.waiting import waiting_customers
from app.errors import NotFound

Answer = str | Response | tuple[str, int]
STEPS = (("template", "Message"), ("audience", "People"), ("time", "Time"), ("check", "Check"))


def answered() -> MultiDict[str, str] | None:
    """Return what was sent with a step's own button, None where the page is only opened."""
    return request.args if "go" in request.args else None


def step_page(step: str, draft: Draft, form: Any, *, valid: bool, **context: Any) -> Answer:
    """Go on to the first question without an answer, or show this one, with what is wrong where it is."""
    if valid:
        return redirect(draft.url(draft.next_step()), 303)
    shown = render_page(
        f"scheduling/new_{step}.html", form=form, draft=draft, stepper_steps=stepper(step, draft), **context
    )
    return shown, 422 if form.errors else 200


def stepper(current: str, draft: Draft) -> list[dict[str, str | None]]:
    """Return the steps; those that were answered, and the next one, can be gone to."""
    names = [name for name, _ in STEPS]
    reached = names.index(draft.next_step())
    return [
        {
            "label": label,
            "url": draft.url(name) if at <= reached else None,
            "state": _state(at, names.index(current), reached),
        }
        for at, (name, label) in enumerate(STEPS)
    ]


def sample(template: TemplateView) -> str:
    """Return a template's text as the first person it could go to would read it; else the wording itself."""
    channel = next(iter(choices.channels_of(template)))
    shown = preview.preview_first(template, Audience(), [channel])
    return shown[0].body if shown else template.versions[channel].body


def with_chosen(offered: list[AudienceChoice], key: str) -> list[AudienceChoice]:
    """Add the audience a link named where it is none of those offered; raise NotFound at an unknown one."""
    if not key or any(one.key == key for one in offered):
        return offered
    return [*offered, choices.audience_choice(key)]


def count(template: str, audience: str) -> AudienceSummary | None:
    """Count what a template would do with an audience by all its channels, None where either is missing."""
    try:
        chosen, people = choices.template_choice(number(template)), choices.audience_choice(audience)
    except NotFound:
        return None
    return summarise(chosen.id, people.audience, choices.channels_of(chosen), clock.now())


def waiting(audience: str) -> list[str]:
    """Return the names of customers turned off that have people in this audience; none where it is none."""
    try:
        return waiting_customers(choices.audience_choice(audience).audience)
    except NotFound:
        return []


def _state(at: int, current: int, reached: int) -> str:
    if at == current:
        return "current"
    return "done" if at < reached else "todo"

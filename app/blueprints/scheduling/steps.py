"""The questions of the composer, one a page, each with its own address; the answers travel in it."""

from flask import g, redirect, request

from app.blueprints.doors import company_transaction, requires
from app.blueprints.options import options
from app.blueprints.pages import render_page
from app.blueprints.scheduling import blueprint, composing
from app.blueprints.scheduling.composing import Answer, answered, step_page
from app.blueprints.scheduling.draft import Draft, number
from app.blueprints.scheduling.forms import AudienceForm, TemplateForm, TimeForm
from app.domain.scheduling import choices, moments


@blueprint.get("/broadcasts/new")
@requires("broadcasts", "compose")
def new() -> Answer:
    draft = Draft.read(request.args)
    with company_transaction():
        offered = choices.sendable_templates()
        samples = {str(one.id): composing.sample(one) for one in offered}
    form = TemplateForm(answered(), data={"template": draft.template})
    form.template.choices = options((str(one.id), one.name) for one in offered)
    return step_page("template", draft, form, valid=bool(answered()) and form.validate(), samples=samples)


@blueprint.get("/broadcasts/new/audience")
@requires("broadcasts", "compose")
def new_audience() -> Answer:
    draft = Draft.read(request.args)
    with company_transaction():
        offered = composing.with_chosen(choices.offered_audiences(), draft.audience)
        chosen = draft.audience or (offered[0].key if len(offered) == 1 else "")
        summary = composing.count(draft.template, chosen)
        off = composing.waiting(chosen)
    form = AudienceForm(answered(), data={"audience": chosen})
    form.audience.choices = options((one.key, one.name) for one in offered)
    valid = bool(answered()) and form.validate()
    return step_page("audience", draft, form, valid=valid, offered=offered, summary=summary, off=off)


@blueprint.get("/broadcasts/new/audience/count")
@requires("broadcasts", "compose")
def count_audience() -> str:
    with company_transaction():
        summary = composing.count(request.args.get("template", ""), request.args.get("audience", ""))
        off = composing.waiting(request.args.get("audience", ""))
    return render_page("scheduling/_count.html", summary=summary, off=off)


@blueprint.get("/broadcasts/new/time")
@requires("broadcasts", "compose")
def new_time() -> Answer:
    draft = Draft.read(request.args)
    if not draft.template or not draft.audience:
        return redirect(draft.url(draft.next_step()), 303)
    with company_transaction():
        possible = choices.channels_of(choices.template_choice(number(draft.template)))
    form = TimeForm.about(draft, possible, answered())
    valid = bool(answered()) and form.check(draft, g.company.time_zone)
    return step_page("time", draft, form, valid=valid, zone=moments.zone_words(g.company.time_zone))

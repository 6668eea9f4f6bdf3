"""A visit to a company: asking for it with a reason, raising it, ending it, and the list of one's own."""

from flask import Response, flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints import problems
from app.blueprints.addresses import is_own_path
from app.blueprints.doors import requires
from app.blueprints.edits import refuse
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.support import blueprint
from app.blueprints.support.forms import RaiseForm, VisitForm
from app.blueprints.visiting import VisitFirst
from app.domain.access import visits
from app.domain.access.grants import OpenVisit
from app.domain.access.visits import Visitor
from app.domain.tenancy.companies import CompanyView, company_by_alias
from app.errors import NotFound, Rejected
from app.unit_of_work import transaction

Answer = AnyResponse | tuple[str, int]


@requires("support", "companies")
def visits_index() -> str:
    with transaction(platform=True, user=current_user.id):
        mine = visits.visits_of(current_user.id)
    return render_page("support/visits.html", visits=mine)


@requires("support", "companies")
def visits_new() -> str:
    company = _company(request.args.get("company", ""))
    form = VisitForm(formdata=None, company=company.alias, back=request.args.get("back", ""))
    return render_page("support/visit_new.html", form=form, wanted=company)


@requires("support", "companies")
@fresh
def visits_create() -> Answer:
    form = VisitForm()
    company = _company(form.company.data or "")
    if form.validate_on_submit():
        try:
            _open(company, form)
        except Rejected as problem:
            refuse(form, problem)
        else:
            return redirect(_first_page(company, form.back.data or ""), 303)
    return render_page("support/visit_new.html", form=form, wanted=company), 422


@requires("support", "companies")
def visits_edit() -> str:
    return render_page("support/visit_raise.html", form=RaiseForm(formdata=None), visit=_own_visit())


@requires("support", "companies")
@fresh
def visits_update() -> Answer:
    form, visit = RaiseForm(), _own_visit()
    if form.validate_on_submit():
        try:
            with transaction(visit.company_id, None, current_user.id):
                visits.raise_visit(visit.id, reason=form.reason.data or "")
        except Rejected as problem:
            refuse(form, problem)
        else:
            flash(f"You may now put things at {visit.company_name} back on their way.", "success")
            return redirect(url_for("home.show", alias=visit.alias), 303)
    return render_page("support/visit_raise.html", form=form, visit=visit), 422


@requires("support", "companies")
def visits_destroy() -> Answer:
    visit = _own_visit()
    with transaction(visit.company_id, None, current_user.id):
        visits.end_visit(visit.id)
    flash(f"The visit to {visit.company_name} has ended.", "success")
    return redirect(url_for("support.visits_new", company=visit.alias), 303)


@blueprint.app_errorhandler(VisitFirst)
def to_the_door(problem: VisitFirst) -> AnyResponse:
    """Ask one of ours for the reason where they wanted a page; to anything else nothing is there."""
    page = request.full_path.rstrip("?")
    if request.method != "GET" or request.accept_mimetypes.best == "application/json":
        return problems.answer(problem.status, problem.message)
    if request.headers.get("HX-Request"):
        return Response(status=404, headers={"HX-Redirect": _door(problem.alias, "")})
    return redirect(_door(problem.alias, page))


def _open(company: CompanyView, form: VisitForm) -> None:
    """End what this person has open anywhere, and open the visit that they ask for."""
    with transaction(platform=True, user=current_user.id):
        former = visits.left_open(current_user.id)
    visits.check_words(form.reason.data or "", form.ticket.data or "", form.minutes.data or 0)
    for one in former:
        with transaction(one.company_id, None, current_user.id):
            visits.end_visit(one.id)
    who = f"{current_user.first_name} {current_user.last_name}".strip() or current_user.email_address
    with transaction(company.id, None, current_user.id):
        visits.open_visit(
            Visitor(current_user.id, current_user.session_id, who),
            reason=form.reason.data or "", ticket=form.ticket.data or "", minutes=form.minutes.data or 0,
        )  # fmt: skip


def _company(alias: str) -> CompanyView:
    with transaction(platform=True, user=current_user.id):
        company = company_by_alias(alias)
    if not company.active:
        raise NotFound("There is no such company.")
    return company


def _own_visit() -> OpenVisit:
    visit: OpenVisit | None = current_user.platform.visit
    if visit is None:
        raise NotFound("You visit no company now. The visit may have ended meanwhile.")
    return visit


def _first_page(company: CompanyView, back: str) -> str:
    if is_own_path(back) and back.startswith(f"/c/{company.alias}/"):
        return back
    return url_for("home.show", alias=company.alias)


def _door(alias: str, page: str) -> str:
    return url_for("support.visits_new", company=alias, back=page or None)


@blueprint.record
def beside_all_companies(state: BlueprintSetupState) -> None:
    """Open these pages at addresses of their own: the rest of the room lies under a company's."""
    for address, method, view in (
        ("/support/visits", "GET", visits_index),
        ("/support/visits/new", "GET", visits_new),
        ("/support/visits", "POST", visits_create),
        ("/support/visits/raise", "GET", visits_edit),
        ("/support/visits/raise", "POST", visits_update),
        ("/support/visits/end", "POST", visits_destroy),
    ):
        state.app.add_url_rule(address, f"support.{view.__name__}", view, methods=[method])

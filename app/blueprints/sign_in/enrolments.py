"""Setting up an authenticator app, at the first sign-in: scan or type the seed, then prove it with a code."""

from flask import Response, render_template, request, url_for

from app.blueprints.doors import public, settings
from app.blueprints.qr_codes import drawn
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.codes import shown_code, take_code
from app.blueprints.sign_in.forms import CodeForm
from app.blueprints.sign_in.steps import half_signed_in, into_the_portal
from app.domain.identity import factors
from app.domain.identity.sessions import OpenSession
from app.unit_of_work import transaction


@blueprint.get("/sign-in/enrolment")
@public("the five-minute step after the password is the guard")
def enrolment() -> str:
    return _page(half_signed_in(), CodeForm(next=request.args.get("next", "")))


@blueprint.post("/sign-in/enrolment")
@public("the five-minute step after the password is the guard")
def confirm_enrolment() -> Response | tuple[str, int]:
    half = half_signed_in()
    form = CodeForm()
    token, status = take_code(half, form, enrolling=True)
    if token is None:
        return _page(half, form), status
    # The codes for a lost phone come right after the phone.
    return into_the_portal(token, url_for("account.new_recovery_codes", next=form.next.data or None))


def _page(half: OpenSession, form: CodeForm) -> str:
    with transaction(platform=True, user=half.user.id):
        pending = factors.begin_enrolment(half.user.id, half.user.email_address, keys=settings().field_keys)
    shown = shown_code(half, pending=True)
    return render_template(
        "sign_in/enrolment.html", form=form, pending=pending, qr=drawn(pending.uri), shown=shown
    )

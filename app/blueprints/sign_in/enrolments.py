"""Setting up an authenticator app, at the first sign-in: scan or type the seed, then prove it with a code."""

from flask import Response, render_template, request, url_for

from app.blueprints.doors import public, settings
from app.blueprints.qr_codes import drawn
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.codes import shown_code, take_code
from app.blueprints.sign_in.forms import CodeForm
from app.blueprints.sign_in.steps import half_way, into_the_portal
from app.domain.identity import factors


@blueprint.get("/sign-in/enrolment")
@public("the five-minute step after the password is the guard")
def enrolment() -> str:
    return _page(CodeForm(next=request.args.get("next", "")))


@blueprint.post("/sign-in/enrolment")
@public("the five-minute step after the password is the guard")
def confirm_enrolment() -> Response | tuple[str, int]:
    form = CodeForm()
    opened, status = take_code(form, enrolling=True)
    if opened is None:
        return _page(form), status
    # The codes for a lost phone come right after the phone.
    onwards = form.next.data or url_for("sign_in.companies")
    return into_the_portal(opened, url_for("account.new_recovery_codes", next=onwards))


def _page(form: CodeForm) -> str:
    with half_way() as half:
        pending = factors.begin_enrolment(half.user.id, half.user.email_address, keys=settings().field_keys)
        shown = shown_code(half, pending=True)
    return render_template(
        "sign_in/enrolment.html", form=form, pending=pending, qr=drawn(pending.uri), shown=shown
    )

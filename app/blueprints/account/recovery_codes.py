"""One's recovery codes: made anew and shown once."""

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.account import blueprint
from app.blueprints.account.forms import KeptForm
from app.blueprints.addresses import is_own_path
from app.blueprints.doors import settings, signed_in
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.domain.identity import recovery_codes
from app.unit_of_work import transaction


@blueprint.get("/account/recovery-codes")
@signed_in()
def new_recovery_codes() -> str:
    with transaction(platform=True, user=current_user.id):
        left = recovery_codes.codes_left(current_user.id)
    return render_page("account/new_recovery_codes.html", left=left, next=request.args.get("next", ""))


@blueprint.post("/account/recovery-codes")
@signed_in()
@fresh
def create_recovery_codes() -> str:
    with transaction(platform=True, user=current_user.id):
        codes = recovery_codes.make_codes(current_user.id, pepper=settings().secret_key)
    return render_page("account/recovery_codes.html", codes=codes, form=KeptForm())


@blueprint.post("/account/recovery-codes/kept")
@signed_in()
def keep_recovery_codes() -> Response:
    """Go on, where they are kept; else they have to be made again, for nobody can show these."""
    form = KeptForm()
    target = form.next.data or ""
    if not form.validate_on_submit():
        return redirect(url_for("account.new_recovery_codes", next=target or None), 303)
    return redirect(target if is_own_path(target) else url_for("account.security"), 303)

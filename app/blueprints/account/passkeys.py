"""One's own passkeys: adding, naming and removing them."""

from flask import Response, flash, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints.account import blueprint
from app.blueprints.account.forms import PasskeyForm
from app.blueprints.doors import signed_in
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.sign_in.passkeys import challenge, site
from app.domain.identity import passkeys
from app.domain.identity.passkeys import PROOF
from app.errors import Problem
from app.unit_of_work import transaction


@blueprint.get("/account/passkeys/new")
@signed_in()
@fresh
def new_passkey() -> str:
    return render_page("account/new_passkey.html", form=PasskeyForm())


@blueprint.post("/account/passkeys/options")
@signed_in()
@fresh
def new_passkey_options() -> Response:
    """Answer with what the browser needs to make a passkey, as JSON."""
    with transaction(platform=True, user=current_user.id):
        asked = passkeys.ask_for_new(current_user.id, site())
    session["challenge"] = asked.id
    return Response(asked.options, mimetype="application/json")


@blueprint.post("/account/prove/options")
@signed_in()
def proof_options() -> Response:
    """Answer with what the browser needs to ask for one of one's passkeys, as JSON."""
    with transaction(platform=True, user=current_user.id):
        asked = passkeys.ask(PROOF, current_user.id, site())
    session["challenge"] = asked.id
    return Response(asked.options, mimetype="application/json")


@blueprint.post("/account/passkeys")
@signed_in()
@fresh
def create_passkey() -> AnyResponse | tuple[str, int]:
    form, me = PasskeyForm(), current_user.id
    if not form.validate_on_submit():
        return render_page("account/new_passkey.html", form=form), 422
    given = {"name": form.name.data, "alone": form.alone.data, "site": site()}
    try:
        with transaction(platform=True, user=me):
            passkeys.add(me, challenge(), form.credential.data or "", **given)
    except Problem as problem:
        form.name.errors = [problem.message]
        form.credential.data = form.credential.raw_data = None
        return render_page("account/new_passkey.html", form=form), problem.status
    flash("The passkey is added. Use it when you sign in next.", "success")
    return _back()


@blueprint.post("/account/passkeys/<int:passkey_id>")
@signed_in()
@fresh
def update_passkey(passkey_id: int) -> AnyResponse:
    alone = bool(request.form.get("alone"))
    with transaction(platform=True, user=current_user.id):
        passkeys.rename(current_user.id, passkey_id, request.form.get("name", ""), alone=alone)
    flash("The passkey is changed.", "success")
    return _back()


@blueprint.post("/account/passkeys/<int:passkey_id>/removal")
@signed_in()
@fresh
def destroy_passkey(passkey_id: int) -> AnyResponse:
    with transaction(platform=True, user=current_user.id):
        passkeys.remove(current_user.id, passkey_id)
    flash("The passkey is removed.", "success")
    return _back()


def _back() -> AnyResponse:
    return redirect(url_for("account.security"), 303)

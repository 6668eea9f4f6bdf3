"""Signing out: the session ends on the server, and the browser forgets what it held."""

from flask import Response, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints.doors import signed_in
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.steps import StartAgain, out_of_the_portal
from app.domain.audit import events
from app.domain.identity import sessions
from app.unit_of_work import transaction


@blueprint.post("/sign-out")
@signed_in()
def destroy() -> Response:
    with transaction(platform=True, user=current_user.id):
        sessions.end(request.cookies.get(current_app.config["SID_COOKIE"], ""))
        events.record("signed_out", "users", current_user.id)
    return out_of_the_portal()


@blueprint.app_errorhandler(StartAgain)
def start_again(_problem: StartAgain) -> AnyResponse:
    if current_user.is_authenticated:  # Back from inside the portal: nothing is to be typed again.
        return redirect(url_for("sign_in.companies"))
    # The way back is kept, and so is what this browser holds for the person: nobody has signed out.
    return redirect(url_for("sign_in.new", next=request.values.get("next") or None), 303)

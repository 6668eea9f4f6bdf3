"""Proving again who one is, then going on: to an address, or with the form that was sent meanwhile."""

from collections.abc import Callable

from flask import Response, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints.account import blueprint
from app.blueprints.account.forms import ProofForm
from app.blueprints.account.kept import Kept, keep_address, keep_request, kept_form
from app.blueprints.addresses import way_back
from app.blueprints.doors import network, settings, signed_in
from app.blueprints.fresh import ProveFirst
from app.blueprints.pages import render_page
from app.blueprints.sign_in.known_devices import device_here
from app.blueprints.sign_in.passkeys import challenge, site
from app.blueprints.sign_in.steps import set_session_cookie
from app.domain.identity import factors, passkeys, passwords, proofs, users
from app.domain.identity.held_factors import factors_of
from app.domain.identity.passkeys import PROOF
from app.domain.identity.proofs import Prover
from app.domain.identity.throttling import CODE
from app.unit_of_work import transaction


@blueprint.app_errorhandler(ProveFirst)
def prove_first(_problem: ProveFirst) -> AnyResponse:
    """Ask on a page of its own; a form that was sent is carried by that page."""
    if request.accept_mimetypes.best == "application/json":
        return Response(status=401)
    asking = url_for("account.new_proof", next=way_back())
    if request.method == "GET":
        if request.headers.get("HX-Request"):
            return Response(status=401, headers={"HX-Redirect": asking})
        return redirect(asking)
    answer = make_response(_page(ProofForm(formdata=None), keep_request()), 401)
    if request.headers.get("HX-Request"):
        answer.status_code = 200  # What htmx calls an error would be shown beside the page, not as the page.
        answer.headers.update({"HX-Retarget": "body", "HX-Reswap": "innerHTML show:window:top"})
    return answer


@blueprint.get("/account/prove")
@signed_in()
def new_proof() -> str:
    return _page(ProofForm(), keep_address(request.args.get("next", "")))


@blueprint.post("/account/prove")
@signed_in()
def create_proof() -> AnyResponse | tuple[str, int]:
    form, kept = ProofForm(), kept_form()
    if not form.validate_on_submit():
        return _page(form, kept), 422
    try:
        token = _prove(form)
    except users.TooManyTries as problem:
        form.password.errors = [problem.message]
        return _page(form, kept), problem.status
    if token is None:
        form.password.errors = ["That is not right. Try again."]
        return _page(form, kept), 422
    return go_on(token, kept)


def go_on(token: str, kept: Kept) -> AnyResponse:
    """Hand over the session's new token; go where one wanted to go, or send what one had sent."""
    if kept.fields is None:
        answer = make_response(redirect(kept.target, 303))
    else:
        answer = make_response(render_page("account/sent_on.html", kept=kept))
    set_session_cookie(answer, token)
    return answer


def _prove(form: ProofForm) -> str | None:
    me, given = current_user, form.data
    device = device_here().allowance(me.email_address)
    fits = bool(given["password"]) and _password_fits(given["password"], device)
    checks: dict[str, Callable[[], bool]] = {
        "passkey": lambda: passkeys.accept(challenge(), PROOF, me.id, given["credential"], site()) == me.id,
        "password": lambda: fits,
        "code": lambda: factors.accept_code(me.id, given["code"], keys=settings().field_keys),
    }
    typed = {"passkey": given["credential"], "password": given["password"], "code": given["code"]}
    with transaction(platform=True, user=me.id):
        return proofs.prove(
            Prover(me.id, me.session_id, me.email_address, network(), device),
            {name: check for name, check in checks.items() if typed[name]},
        )


def _password_fits(typed: str, device: str) -> bool:
    """Say whether it is the person's password, but not while they must wait; no connection is held for it."""
    me = current_user
    with transaction(platform=True, user=me.id):
        users.check_waits(me.email_address, network(), device=device, step=CODE)
        stored = users.stored_password(me.email_address)
    fits = passwords.password_fits(typed, stored.password_hash, pepper=settings().secret_key)
    return fits and stored.may_sign_in and stored.user_id == me.id


def _page(form: ProofForm, kept: Kept) -> str:
    with transaction(platform=True, user=current_user.id):
        held = factors_of(current_user.id)
        shown = None
        if settings().is_demo:
            shown = factors.acceptable_code(current_user.id, keys=settings().field_keys)
    return render_page("account/prove.html", form=form, kept=kept, shown=shown, held=held)

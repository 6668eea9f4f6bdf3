"""Codes by text as a further second factor: the number is proven first."""

from flask import flash, redirect, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.account import blueprint
from app.blueprints.account.forms import CodeForm, NumberForm
from app.blueprints.doors import settings, signed_in
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.domain.identity import text_codes
from app.errors import Forbidden, Rejected
from app.unit_of_work import transaction

WRONG = "That code is not right, or its ten minutes are over."


@blueprint.get("/account/text-codes")
@signed_in()
@fresh
def new_text_number() -> str:
    with transaction(platform=True, user=current_user.id):
        if not text_codes.are_allowed(current_user.id):
            raise Forbidden(text_codes.NOT_ALLOWED)
    return _page(NumberForm())


@blueprint.post("/account/text-codes")
@signed_in()
@fresh
def send_number_code() -> Response | tuple[str, int]:
    form, me = NumberForm(), current_user
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        number = text_codes.plain_number(form.phone_number.data)
        with transaction(platform=True, user=me.id):
            text_codes.send_code(me.id, me.session_id, number, keys=settings().field_keys)
    except Rejected as problem:
        form.phone_number.errors = [problem.message]
        return _page(form), problem.status
    session["text_to"] = number
    return redirect(url_for("account.new_number_code"), 303)


@blueprint.get("/account/text-codes/code")
@signed_in()
@fresh
def new_number_code() -> str:
    return _page(CodeForm(), sent_to=session.get("text_to", ""))


@blueprint.post("/account/text-codes/code")
@signed_in()
@fresh
def check_number_code() -> Response | tuple[str, int]:
    form, me = CodeForm(), current_user
    if not form.validate_on_submit():
        return _page(form, sent_to=session.get("text_to", "")), 422
    with transaction(platform=True, user=me.id):
        number = text_codes.accept_code(me.id, me.session_id, form.code.data, keys=settings().field_keys)
        if number:
            text_codes.take_number(me.id, number)
    if not number:
        form.code.errors = [WRONG]
        return _page(form, sent_to=session.get("text_to", "")), 422
    flash("Codes by text are set up.", "success")
    return redirect(url_for("account.security"), 303)


@blueprint.post("/account/text-codes/removal")
@signed_in()
@fresh
def destroy_text_number() -> Response:
    with transaction(platform=True, user=current_user.id):
        text_codes.remove_number(current_user.id)
    flash("Codes by text are switched off for you.", "success")
    return redirect(url_for("account.security"), 303)


def _page(form: NumberForm | CodeForm, *, sent_to: str = "") -> str:
    return render_page("account/text_codes.html", form=form, sent_to=sent_to)

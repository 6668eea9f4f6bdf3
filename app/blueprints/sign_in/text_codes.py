"""The second step with a code by text, for who proved a number and whose companies allow it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.forms import CodeForm
from app.blueprints.sign_in.second_steps import take
from app.blueprints.sign_in.steps import half_way, into_the_portal
from app.domain.identity import text_codes, users
from app.domain.identity.held_factors import factors_of
from app.errors import Forbidden, Problem

WRONG = "That code is not right, or its ten minutes are over."


@blueprint.post("/sign-in/text")
@public("the five-minute step after the password is the guard")
def send_text_code() -> Response | tuple[str, int]:
    number, target = _number(), request.form.get("next", "")
    try:
        with half_way() as half:
            text_codes.send_code(half.user.id, half.id, number, keys=settings().field_keys)
    except Problem as problem:
        form = CodeForm(formdata=None, next=target)
        form.code.errors = [problem.message]
        return _page(form, number), problem.status
    return redirect(url_for("sign_in.text_code", next=target or None), 303)


@blueprint.get("/sign-in/text")
@public("the five-minute step after the password is the guard")
def text_code() -> str:
    return _page(CodeForm(next=request.args.get("next", "")), _number())


@blueprint.post("/sign-in/text/code")
@public("the five-minute step after the password is the guard")
def check_text_code() -> Response | tuple[str, int]:
    number, form, keys = _number(), CodeForm(), settings().field_keys
    if not form.validate_on_submit():
        return _page(form, number), 422
    typed = form.code.data
    try:
        opened = take(
            lambda half: text_codes.is_factor_code(half.user.id, half.id, typed, keys=keys), proved_by="text"
        )
    except users.TooManyTries as problem:
        form.code.errors = [problem.message]
        return _page(form, number), problem.status
    if opened is None:
        form.code.errors = [WRONG]
        return _page(form, number), 422
    return into_the_portal(opened, form.next.data or "")


def _number() -> str:
    with half_way() as half:
        number = factors_of(half.user.id).text_to
    if not number:
        raise Forbidden(text_codes.NOT_ALLOWED)
    return number


def _page(form: CodeForm, number: str) -> str:
    return render_template("sign_in/text_code.html", form=form, ending=number[-4:])

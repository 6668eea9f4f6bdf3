"""The second step with a code by text, for who proved a number and whose companies allow it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.codes import held_by
from app.blueprints.sign_in.forms import CodeForm
from app.blueprints.sign_in.second_steps import take
from app.blueprints.sign_in.steps import half_signed_in, into_the_portal
from app.domain.identity import text_codes, users
from app.domain.identity.sessions import OpenSession
from app.errors import Forbidden, Problem
from app.unit_of_work import transaction

WRONG = "That code is not right, or its ten minutes are over."


@blueprint.post("/sign-in/text")
@public("the five-minute step after the password is the guard")
def send_text_code() -> Response | tuple[str, int]:
    half = half_signed_in()
    number, target = _number_of(half), request.form.get("next", "")
    try:
        with transaction(platform=True, user=half.user.id):
            text_codes.send_code(half.user.id, half.id, number, keys=settings().field_keys)
    except Problem as problem:
        form = CodeForm(formdata=None, next=target)
        form.code.errors = [problem.message]
        return _page(form, number), problem.status
    return redirect(url_for("sign_in.text_code", next=target or None), 303)


@blueprint.get("/sign-in/text")
@public("the five-minute step after the password is the guard")
def text_code() -> str:
    return _page(CodeForm(next=request.args.get("next", "")), _number_of(half_signed_in()))


@blueprint.post("/sign-in/text/code")
@public("the five-minute step after the password is the guard")
def check_text_code() -> Response | tuple[str, int]:
    half, form = half_signed_in(), CodeForm()
    number, keys = _number_of(half), settings().field_keys
    if not form.validate_on_submit():
        return _page(form, number), 422
    typed, person = form.code.data, half.user.id
    try:
        token = take(
            half, lambda: text_codes.is_factor_code(person, half.id, typed, keys=keys), proved_by="text"
        )
    except users.TooManyTries as problem:
        form.code.errors = [problem.message]
        return _page(form, number), problem.status
    if token is None:
        form.code.errors = [WRONG]
        return _page(form, number), 422
    return into_the_portal(token, form.next.data or "")


def _number_of(half: OpenSession) -> str:
    number = held_by(half).text_to
    if not number:
        raise Forbidden(text_codes.NOT_ALLOWED)
    return number


def _page(form: CodeForm, number: str) -> str:
    return render_template("sign_in/text_code.html", form=form, ending=number[-4:])

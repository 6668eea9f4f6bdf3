"""Errors, translated once: the house's words and HTTP's become a page, a fragment or problem+json."""

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from psycopg.errors import NumericValueOutOfRange
from redis.exceptions import RedisError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from app.blueprints.doors import SignInFirst, to_sign_in
from app.errors import Problem

log = structlog.get_logger()
SHELL_CANNOT_BE_DRAWN = {500, 503}
STALE_FORM = "This page was open for too long, or you signed in again meanwhile. Reload it and try again."


def attend(app: Flask) -> None:
    """Register one handler for each family of errors; nobody ever sees a stack trace."""
    app.register_error_handler(SignInFirst, lambda _problem: to_sign_in())
    app.register_error_handler(Problem, _house_word)
    app.register_error_handler(CSRFError, lambda _problem: _answer(400, STALE_FORM))
    app.register_error_handler(SecurityError, lambda _problem: _wrong_host())
    app.register_error_handler(HTTPException, lambda problem: _answer(problem.code or 500))
    for kind in (OperationalError, RedisError):
        app.register_error_handler(kind, _not_ready)
    app.register_error_handler(DataError, _wrong_number)
    app.register_error_handler(Exception, _unexpected)


def _house_word(problem: Problem) -> Response:
    return _answer(problem.status, problem.message)


def _not_ready(problem: Exception) -> Response:
    log.error("not_ready", problem=type(problem).__name__, detail=str(problem).partition("\n")[0])
    return _answer(503)


def _wrong_number(problem: DataError) -> Response:
    """Answer for a number in an address that is larger than any row's: there is no such row."""
    return _answer(404) if isinstance(problem.orig, NumericValueOutOfRange) else _unexpected(problem)


def _unexpected(problem: Exception) -> Response:
    log.error("unexpected", exc_info=problem)
    return _answer(500)


def _wrong_host() -> Response:
    """Answer a request for a host that is not ours: no address can be made for it, so no page either."""
    return Response("This is not the address of Carillon.\n", 400, mimetype="text/plain")


def _answer(status: int, sentence: str = "") -> Response:
    reference = g.get("request_id", "")
    if request.accept_mimetypes.best == "application/json" or request.path.startswith("/callbacks/"):
        answer = jsonify(status=status, detail=sentence, reference=reference)
        answer.mimetype = "application/problem+json"
    elif request.headers.get("HX-Request"):
        answer = make_response(
            render_template("problems/_fragment.html", status=status, sentence=sentence, reference=reference)
        )
    else:
        layout = "layouts/sign_in.html" if status in SHELL_CANNOT_BE_DRAWN else None
        answer = make_response(
            render_template(
                "problems/page.html", status=status, sentence=sentence, reference=reference, layout=layout
            )
        )
    answer.status_code = status
    return answer

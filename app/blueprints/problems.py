"""Errors, translated once: the house's words and HTTP's become a page, a fragment or problem+json."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from psycopg.errors import NumericValueOutOfRange, UniqueViolation, UntranslatableCharacter
from redis.exceptions import RedisError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge, SecurityError

from app.blueprints import limits, plain_problem
from app.blueprints.doors import SignInFirst, open_shell, to_sign_in
from app.blueprints.problem_words import WORDS, Words, too_large, wait, words_for
from app.errors import Problem
from app.extensions import login

log = structlog.get_logger()
STALE_FORM = "This page was open for too long, or you signed in again meanwhile."
TAKEN: Final = "Somebody else took the same at this very moment. Nothing of yours was saved."
FOR_PROGRAMS: Final = ("/callbacks/", "/api/")
SOON: Final = {"Retry-After": "30"}


def attend(app: Flask) -> None:
    """Register one handler for each family of errors; nobody ever sees a stack trace."""
    app.jinja_env.globals["problem_words"] = WORDS
    app.register_error_handler(SignInFirst, lambda _problem: to_sign_in())
    app.register_error_handler(Problem, _house_word)
    app.register_error_handler(CSRFError, lambda _problem: answer(400, STALE_FORM))
    app.register_error_handler(SecurityError, lambda _problem: _wrong_host())
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(HTTPException, _https_word)
    for kind in (OperationalError, RedisError):
        app.register_error_handler(kind, _not_ready)
    app.register_error_handler(DataError, _wrong_value)
    app.register_error_handler(IntegrityError, _same_moment)
    app.register_error_handler(Exception, _unexpected)


def answer(
    status: int,
    sentence: str = "",
    next_step: str = "",
    headers: dict[str, str] | None = None,
    *,
    title: str = "",
) -> Response:
    """Say a problem in the way it was asked for; what is left empty is said in the usual words."""
    usual = words_for(status)
    said = Words(title or usual.title, sentence or usual.sentence, next_step or usual.next_step, usual.way_on)
    if request.accept_mimetypes.best == "application/json" or request.path.startswith(FOR_PROGRAMS):
        found = _as_json(status, said)
    else:
        found = _drawn(status, said)
    found.status_code = status
    found.headers.update(headers or {})
    return found


def _house_word(problem: Problem) -> Response:
    return answer(problem.status, problem.message, problem.next_step, title=problem.title)


def _https_word(problem: HTTPException) -> Response:
    if isinstance(problem, RequestEntityTooLarge):
        return answer(413, too_large(request.max_content_length))
    if isinstance(problem, MethodNotAllowed):
        return answer(405, headers={"Allow": ", ".join(sorted(problem.valid_methods or ()))})
    return answer(problem.code or 500)


def _too_often(problem: RateLimitExceeded) -> Response:
    seconds = limits.seconds_to_wait()
    return answer(429, limits.sentence(problem), wait(seconds), {"Retry-After": str(seconds)})


def _not_ready(problem: Exception) -> Response:
    """Answer while the database or Redis is away, and ask neither of them who is asking."""
    log.error("not_ready", problem=type(problem).__name__, detail=str(problem).partition("\n")[0])
    login._update_request_context_with_user()
    return answer(503, headers=SOON)


def _wrong_value(problem: DataError) -> Response:
    """Answer for what no row can hold: a number larger than any, or a text with a NUL in it."""
    if isinstance(problem.orig, NumericValueOutOfRange):
        return answer(404)
    has_nul = "NUL (0x00)" in str(problem.orig) or isinstance(problem.orig, UntranslatableCharacter)
    return answer(400) if has_nul else _unexpected(problem)


def _same_moment(problem: IntegrityError) -> Response:
    """Answer who wanted a name or address that somebody else took between our look and our saving."""
    if not isinstance(problem.orig, UniqueViolation):
        return _unexpected(problem)
    log.warning("taken_meanwhile", constraint=problem.orig.diag.constraint_name)
    return answer(409, TAKEN)


def _unexpected(problem: Exception) -> Response:
    log.error("unexpected", exc_info=problem)
    return answer(500)


def _wrong_host() -> Response:
    """Answer a request for a host that is not ours: no address can be made for it, so no page either."""
    return Response("This is not the address of Carillon.\n", 400, mimetype="text/plain")


def _as_json(status: int, said: Words) -> Response:
    reference = g.get("request_id", "")
    # Our titles speak to people who are signed in; RFC 9457 asks for the status's own phrase.
    title = HTTPStatus(status).phrase if request.path.startswith("/api/") else said.title
    found = jsonify(type="about:blank", title=title, status=status, detail=said.sentence, reference=reference)
    found.mimetype = "application/problem+json"
    return found


def _drawn(status: int, said: Words) -> Response:
    """Draw the fragment or the page: in the shell, else without it, else in words that need no template."""
    context: dict[str, Any] = {"status": status, "said": said, "reference": g.get("request_id", "")}
    fragment = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
    for attempt in (_fragment,) if fragment else (_in_shell, _without_shell):
        try:
            return make_response(attempt(context))
        except Exception as problem:  # whatever broke the page may break the page about it
            log.exception("problem_not_drawn", problem=type(problem).__name__)
    return plain_problem.draw(**context, fragment=fragment)


def _fragment(context: dict[str, Any]) -> str:
    return render_template("problems/_fragment.html", **context, here=_here(context["status"]))


def _in_shell(context: dict[str, Any]) -> str:
    if context["status"] != 503 and current_user.is_authenticated:
        with suppress(Problem):
            open_shell()
        return _page("layouts/app.html", context)
    return _without_shell(context)


def _without_shell(context: dict[str, Any]) -> str:
    return _page("layouts/sign_in.html", context)


def _page(layout: str, context: dict[str, Any]) -> str:
    return render_template("problems/page.html", **context, layout=layout, here=_here(context["status"]))


def _here(status: int) -> str:
    """Return the path of the page that the person looked at; empty where nothing says which it was."""
    if status == 401:
        return url_for("sign_in.new")
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.full_path.rstrip("?")
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if parts.netloc != request.host or parts.path.startswith("//"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

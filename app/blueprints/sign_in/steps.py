"""The way from one step of signing in to the next: cookies, safe targets, and who is half signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Response, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints.addresses import is_own_path
from app.blueprints.doors import network, settings
from app.blueprints.sign_in.known_devices import remember_device
from app.domain.identity import held_factors, sessions
from app.domain.identity.sessions import OpenSession
from app.errors import Problem
from app.unit_of_work import transaction


class StartAgain(Problem):
    """The password was typed too long ago, or not at all."""

    status = 401


@dataclass(frozen=True, slots=True)
class FirstStep:
    """The password fitted: the token of the five-minute step, and whether there is a second factor."""

    token: str
    enrolled: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just opened: its token, and the address of whose it is."""

    token: str
    email_address: str


@contextmanager
def half_way() -> Iterator[OpenSession]:
    """Open a transaction for whose password fitted in the last five minutes; raise StartAgain."""
    with transaction(platform=True):
        found = sessions.find(first_factor_token(), sessions.FIRST_FACTOR)
        if found is None:
            raise StartAgain("Please type your password again.")
        yield found


def half_signed_in() -> OpenSession:
    """Return the person whose password fitted in the last five minutes; raise StartAgain."""
    with half_way() as half:
        return half


def first_step(user_id: int) -> FirstStep:
    """Note in the open transaction, for five minutes, that the password fitted."""
    agent = str(request.user_agent)
    token = sessions.start(user_id, sessions.FIRST_FACTOR, network=network(), user_agent=agent)
    return FirstStep(token, held_factors.has_factor(user_id))


def to_code_page(step: FirstStep, *, target: str) -> Response:
    """Ask for the second factor, or for setting one up."""
    endpoint = "sign_in.code" if step.enrolled else "sign_in.enrolment"
    answer = redirect(url_for(endpoint, next=target or None), 303)
    answer.set_cookie(_step_cookie(), step.token, max_age=300, **_cookie())  # type: ignore[arg-type]
    return answer  # type: ignore[return-value]


def into_the_portal(opened: Opened, target: str) -> Response:
    """Hand over the new session's token, forget the step and the old page state, and go on."""
    session.clear()  # A new CSRF token: what was known before signing in is worth nothing after it.
    answer = redirect(safe_target(target), 303)
    set_session_cookie(answer, opened.token)
    remember_device(answer, opened.email_address)
    answer.delete_cookie(_step_cookie(), path="/")
    return answer  # type: ignore[return-value]


def set_session_cookie(answer: AnyResponse, token: str) -> None:
    """Hand the browser the token of its session, the first or a renewed one."""
    answer.set_cookie(current_app.config["SID_COOKIE"], token, **_cookie())  # type: ignore[arg-type]


def out_of_the_portal() -> Response:
    """Forget everything this browser holds of the session."""
    session.clear()
    answer = redirect(url_for("sign_in.new"), 303)
    answer.delete_cookie(current_app.config["SID_COOKIE"], path="/")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer  # type: ignore[return-value]


def first_factor_token() -> str:
    return request.cookies.get(_step_cookie(), "")


def safe_target(target: str) -> str:
    """Return a path of this site, or the list of companies for anything else."""
    return target if is_own_path(target) else url_for("sign_in.companies")


def _step_cookie() -> str:
    return "__Host-step" if current_app.config["SESSION_COOKIE_SECURE"] else "step"


def _cookie() -> dict[str, object]:
    secure = not settings().is_demo or settings().public_url.startswith("https://")
    return {"secure": secure, "httponly": True, "samesite": "Lax", "path": "/"}

"""How long the session still holds: a page asks before it warns, and a person says they are still there."""

from flask import Response, jsonify
from flask_login import current_user

from app.blueprints.doors import signed_in
from app.blueprints.sign_in import blueprint


@blueprint.get("/session")
@signed_in(poll=True)
def session_time() -> Response:
    return _left()


@blueprint.post("/session")
@signed_in()
def extend_session() -> Response:
    return _left()


def _left() -> Response:
    """Answer with seconds: until it ends by itself, and until it ends whatever is done."""
    return jsonify(
        user=current_user.id, seconds_left=current_user.seconds_left, lifetime_left=current_user.lifetime_left
    )

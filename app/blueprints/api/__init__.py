"""What programs may ask: JSON for those who show a key, and problems as problem+json."""

from flask import Blueprint, Response

from app.blueprints.key_door import TooManyWrongKeys
from app.blueprints.problems import answer
from app.domain.identity.api_callers import KeyRefused
from app.extensions import csrf

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)


@blueprint.errorhandler(KeyRefused)
def refuse_key(refused: KeyRefused) -> Response:
    return answer(401, refused.message, headers={"WWW-Authenticate": 'Bearer realm="Carillon"'})


@blueprint.errorhandler(TooManyWrongKeys)
def refuse_for_a_while(refused: TooManyWrongKeys) -> Response:
    return answer(429, refused.message, headers={"Retry-After": str(refused.seconds)})


from app.blueprints.api import customers, me, messages  # noqa: E402

__all__ = ["customers", "me", "messages"]

"""What a key is, said to the program that shows it."""

from flask import Response, g, jsonify

from app.blueprints.api import blueprint
from app.blueprints.key_door import key_transaction, requires_key
from app.domain.tenancy.companies import customers_here


@blueprint.get("/me")
@requires_key()
def me_show() -> Response:
    caller = g.caller
    with key_transaction():
        reached = customers_here() if caller.customer_ids is not None else None
    return jsonify(
        app={"id": caller.app_id, "name": caller.app_name},
        company={"alias": caller.alias, "name": caller.company_name},
        key={"name": caller.key_name, "expires_at": caller.expires_at.isoformat()},
        scopes=sorted(caller.scopes),
        customers=None if reached is None else [{"id": one.id, "name": one.name} for one in reached],
    )

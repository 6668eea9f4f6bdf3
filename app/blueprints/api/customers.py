"""The customers that a program reaches, by name, a page at a time."""

from typing import Any

from flask import Response, jsonify, request, url_for

from app.blueprints.api import blueprint
from app.blueprints.key_door import key_transaction, requires_key
from app.domain.tenancy.customers import CustomerLine, customers_page


@blueprint.get("/customers")
@requires_key("customers", "read")
def customers_index() -> Response:
    with key_transaction():
        page = customers_page(before=request.args.get("before", ""))
    following = url_for("api.customers_index", before=page.older) if page.older else None
    return jsonify(customers=[_as_json(one) for one in page.lines], next=following)


def _as_json(one: CustomerLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "state": one.state,
        "zip": one.zip,
        "time_zone": one.time_zone,
        "phone_number": one.phone_number,
    }

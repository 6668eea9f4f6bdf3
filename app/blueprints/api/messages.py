"""What became of one message."""

from datetime import datetime

from flask import Response, g, jsonify

from app.blueprints.api import blueprint
from app.blueprints.key_door import key_transaction, requires_key
from app.domain.delivery.message_facts import message_facts


@blueprint.get("/messages/<int:message_id>")
@requires_key("messages", "read")
def messages_show(message_id: int) -> Response:
    with key_transaction():
        facts = message_facts(message_id)
    told = {
        "id": facts.id,
        "customer_id": facts.customer_id,
        "channel": facts.channel,
        "status": facts.status,
        "description": facts.description,
        "planned_for": _time(facts.planned_for),
        "queued_at": _time(facts.queued_at),
        "processed_at": _time(facts.processed_at),
        "changed_at": _time(facts.changed_at),
    }
    if "messages/body" in g.caller.scopes:
        told["body"] = facts.body
    return jsonify(told)


def _time(when: datetime | None) -> str | None:
    return when.isoformat() if when else None

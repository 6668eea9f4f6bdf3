"""What a person wished for when they confirmed an import: a broadcast to exactly its records."""

from app import clock
from app.domain.ingest.confirming import wish_of
from app.domain.merge.templates import template_view
from app.domain.scheduling.audience import Audience
from app.domain.scheduling.broadcasts import create_broadcast
from app.errors import NotFound
from app.models import Packet


def send_as_wished(packet: Packet) -> int:
    """Make the broadcast that was wished for with this packet and return its id; asked again, the same one.

    A moment that passed while the import waited means now.
    """
    wish = wish_of(packet)
    if wish is None:
        raise NotFound("Nothing is to be sent after this import.")
    made = create_broadcast(
        name=f"{template_view(wish.template_id).name} · {packet.filename}",
        template_id=wish.template_id,
        audience=Audience(packet_id=packet.id),
        channels=wish.channels,
        send_at=max(wish.send_at, clock.now()),
        by=packet.details.get("confirmed_by"),
        request_key=f"packet {packet.id}",
    )
    return made.id

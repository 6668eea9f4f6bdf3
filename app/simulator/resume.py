"""After a restart: what was accepted shortly before the stop is reported on, as if nothing had happened."""

from app.simulator import sendgrid_events, twilio_callbacks
from app.simulator.ledger import Message
from app.simulator.world import World, name_of_key

LAST_SECONDS = 60
"""Callbacks of messages this young may not have gone out; telling one twice is what real ones do, too."""


def resume(world: World) -> None:
    """Report again on the messages accepted in the last minute before the stop."""
    newest = next(world.ledger.newest(), None)
    mails: dict[str, list[tuple[Message, dict[str, str]]]] = {}
    for message in world.ledger.newest():
        if newest is None or message.at < newest.at - LAST_SECONDS:
            break
        if message.direction == "in":
            continue
        entry = world.ledger.entry(message)
        if message.channel == "sms":
            twilio_callbacks.report_progress(world, message, entry.get("callback"))
        else:
            mails.setdefault(message.account, []).append((message, entry.get("args", {})))
    for account, accepted in mails.items():
        key = next((key for key in world.state.webhooks if name_of_key(key) == account), "")
        sendgrid_events.report_progress(world, key, accepted)

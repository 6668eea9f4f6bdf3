"""Who asked not to be contacted, by which channel; an import never takes it back, only the person does."""

from typing import Any, Final

from sqlalchemy import text

from app.domain.audit import events
from app.unit_of_work import company_id, session

OPTED_OUT_SQL: Final = (
    "EXISTS (SELECT 1 FROM opt_outs o WHERE o.company_id = :company AND o.channel = {channel} "
    "AND o.address = {address} AND o.category IN ('all', {category}))"
)
WORDS: Final = {"sms": "text", "phone": "phone call", "email": "e-mail"}


def opted_out_sql(*, channel: str, address: str, category: str) -> str:
    """Return the SQL condition that the person at `address` opted out; the arguments are SQL expressions."""
    return OPTED_OUT_SQL.format(channel=channel, address=address, category=category)


def opt_out(channel: str, address: str, *, source: str, said: str = "", update_id: int | None = None) -> bool:
    """Never contact this address by this channel again; return whether that is new.

    `source` says where it came from (`reply`, `unclear_reply`, `carrier`, `unsubscribe`), `said` what the
    person wrote. Every request is kept as a consent event, also a repeated one.
    """
    found = session().execute(
        text(
            "INSERT INTO opt_outs (company_id, channel, address, source) "
            "VALUES (:company, :channel, :address, :source) ON CONFLICT DO NOTHING RETURNING id"
        ),
        {"company": company_id(), "channel": channel, "address": address, "source": source},
    )
    is_new = found.first() is not None
    _note("opted_out", channel, address, source=source, said=said, update_id=update_id)
    if is_new:
        events.record("opted_out", "opt_outs", channel=WORDS[channel])
    return is_new


def opt_in(channel: str, address: str, *, source: str, said: str = "", update_id: int | None = None) -> bool:
    """Take an opt-out back because the person said so; return whether there was one."""
    found = session().execute(
        text(
            "DELETE FROM opt_outs WHERE company_id = :company AND channel = :channel AND address = :address "
            "RETURNING id"
        ),
        {"company": company_id(), "channel": channel, "address": address},
    )
    if found.first() is None:
        return False
    _note("opted_in", channel, address, source=source, said=said, update_id=update_id)
    events.record("opted_in", "opt_outs", channel=WORDS[channel])
    return True


def _note(kind: str, channel: str, address: str, **details: Any) -> None:
    session().execute(
        text(
            "INSERT INTO consent_events "
            "(company_id, channel, address, kind, source, message_update_id, said) "
            "VALUES (:company, :channel, :address, :kind, :source, :update_id, :said)"
        ),
        {"company": company_id(), "channel": channel, "address": address, "kind": kind, **details},
    )

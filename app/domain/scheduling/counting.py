"""Counts what became of messages into `delivery_days`, so that the home pages never count messages.

A sending is counted again each minute while it goes out, and when something was reported after its end.
"""

from typing import Final

from sqlalchemy import text

from app.domain.scheduling.reasons import SENTENCES
from app.unit_of_work import company_id, session

DAYS_KEPT_FRESH: Final = 9

SENDINGS: Final = """
FROM broadcasts b LEFT JOIN LATERAL (SELECT max(d.updated_at) AS at FROM delivery_days d
    WHERE d.company_id = b.company_id AND d.broadcast_id = b.id) counted ON true
"""
# What was reported after a sending's end is seen at the company's newest update, not at the sending: so its
# messages are counted again at most every ten minutes.
CHANGED: Final = f"""
(b.state IN ('planning', 'sending') OR (
    b.state <> 'scheduled' AND b.send_at > now() - interval '{DAYS_KEPT_FRESH} days' AND (
        counted.at IS NULL OR b.updated_at > counted.at - interval '1 minute'
        OR (counted.at < now() - interval '10 minutes' AND counted.at - interval '1 minute' < (
            SELECT u.received_at FROM message_updates u WHERE u.company_id = b.company_id
            ORDER BY u.id DESC LIMIT 1)))))
"""
COUNT: Final = """
WITH counted AS MATERIALIZED (
    SELECT m.broadcast_id, m.customer_id, (m.contact_date AT TIME ZONE c.time_zone)::date AS day,
        m.contact_method AS channel, m.contact_status AS status,
        CASE WHEN m.contact_status IN ('undelivered', 'failed') THEN coalesce((
            SELECT known FROM unnest(CAST(:sentences AS text[])) known
            WHERE starts_with(m.contact_status_description, known) LIMIT 1), '')
        WHEN m.contact_status IN ('suppressed', 'expired') THEN coalesce(m.flag, '')
        ELSE '' END AS reason, count(*) AS messages
    FROM messages m CROSS JOIN (SELECT time_zone FROM companies WHERE id = :company) c
    WHERE m.company_id = :company AND m.broadcast_id = ANY (:ids) GROUP BY 1, 2, 3, 4, 5, 6),
gone AS (
    DELETE FROM delivery_days d WHERE d.company_id = :company AND d.broadcast_id = ANY (:ids)
        AND NOT EXISTS (SELECT 1 FROM counted n WHERE n.broadcast_id = d.broadcast_id
            AND n.customer_id IS NOT DISTINCT FROM d.customer_id
            AND (n.day, n.channel, n.status, n.reason) = (d.day, d.channel, d.status, d.reason)))
INSERT INTO delivery_days (company_id, broadcast_id, customer_id, day, channel, status, reason, messages)
SELECT :company, broadcast_id, customer_id, day, channel, status, reason, messages FROM counted
ON CONFLICT (company_id, broadcast_id, customer_id, day, channel, status, reason)
    DO UPDATE SET messages = excluded.messages, updated_at = now()
"""


def count_days() -> None:
    """Count the messages of the company's sendings that changed; nothing to do where another does it now."""
    alone = text("SELECT pg_try_advisory_xact_lock(hashtextextended('count_days', :company))")
    if not session().scalar(alone, {"company": company_id()}):
        return
    due = text(f"SELECT b.id {SENDINGS} WHERE b.company_id = :company AND {CHANGED}")
    ids = list(session().scalars(due, {"company": company_id()}))
    if ids:
        count_sendings(ids)


def count_sendings(broadcast_ids: list[int]) -> None:
    """Count the messages of these sendings anew, in one statement."""
    session().execute(
        text(COUNT), {"company": company_id(), "ids": broadcast_ids, "sentences": list(SENTENCES)}
    )


def companies_to_count() -> list[int]:
    """Return the companies for which `count_days` has something to do. Looks across companies."""
    return list(session().scalars(text(f"SELECT DISTINCT b.company_id {SENDINGS} WHERE {CHANGED}")))

"""Which companies need a look: what failed, stands still or was refused there, the worst first.

Looks across companies, and only into small tables: lanes, the queue's fronts, the roll-up, imports, refusals.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, or_, select, text

from app.models import Company
from app.unit_of_work import session

PAGE: Final = 50
ENOUGH: Final = 20
"""So many messages must have been handed over before a share of them says anything."""
MUCH: Final = 0.10
"""A share of failed or unknown messages that is worth a look."""
LATE: Final = "10 minutes"
"""A lane's oldest due row, or an import under way without a change, is late after this."""
WEIGHTS: Final = {
    "stopped": 100,
    "late": 60,
    "failing": 50,
    "unknown": 40,
    "stuck": 30,
    "refused": 20,
    "unreadable": 10,
}


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing that is not as it should be; `kind` says which words: `number` of `of`, or since when."""

    kind: str
    about: str = ""
    number: int = 0
    of: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class CompanyState:
    """One company with what is wrong there; `messages` are those of yesterday and today."""

    id: int
    name: str
    alias: str
    messages: int
    anomalies: Sequence[Anomaly]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[one.kind] for one in self.anomalies)


def company_states(search: str = "") -> tuple[list[CompanyState], bool]:
    """Return the first PAGE active companies whose name fits, the worst first, and whether more fit.

    An empty search fits all.
    """
    totals = {row.company_id: row for row in session().execute(text(TOTALS))}
    found: dict[int, list[Anomaly]] = {}
    for company_id, anomaly in (*_shares(totals.values()), *_lanes(), *_imports(), *_refusals()):
        found.setdefault(company_id, []).append(anomaly)
    states = [
        CompanyState(
            row.id,
            row.name,
            row.alias,
            int(totals[row.id].messages) if row.id in totals else 0,
            sorted(found.get(row.id, ()), key=lambda one: -WEIGHTS[one.kind]),
        )
        for row in session().execute(_companies(search))
    ]
    states.sort(key=lambda state: (-state.weight, state.name.casefold()))
    return states[:PAGE], len(states) > PAGE


def _companies(search: str) -> Select[Any, Any, Any]:
    query = select(Company.id, Company.name, Company.alias).where(Company.active)
    for word in search.split():
        named = Company.name.icontains(word, autoescape=True)
        query = query.where(or_(named, Company.alias.icontains(word, autoescape=True)))
    return query


# A company's day begins at its own midnight: yesterday's, wherever it lies, is the last day and some hours.
TOTALS: Final = """
SELECT company_id, sum(messages) AS messages,
    coalesce(sum(messages) FILTER (WHERE status IN ('undelivered', 'failed')), 0) AS failed,
    coalesce(sum(messages) FILTER (WHERE status = 'unknown'), 0) AS unknown,
    coalesce(sum(messages) FILTER (WHERE status IN
        ('accepted', 'sent', 'delivered', 'undelivered', 'failed', 'unknown')), 0) AS tried
FROM delivery_days WHERE day BETWEEN (now() - interval '1 day')::date AND (now() + interval '12 hours')::date
GROUP BY company_id
"""


def _shares(totals: Any) -> Iterator[tuple[int, Anomaly]]:
    for row in totals:
        tried = int(row.tried)
        if tried < ENOUGH:
            continue
        if row.failed > tried * MUCH:
            yield row.company_id, Anomaly("failing", number=int(row.failed), of=tried)
        if row.unknown > tried * MUCH:
            yield row.company_id, Anomaly("unknown", number=int(row.unknown), of=tried)


LANES: Final = f"""
SELECT l.company_id, l.channel, l.paused_reason, min(front.available_at) AS since,
    l.paused_reason <> '' AND (l.paused_until IS NULL OR l.paused_until > now()) AS stopped
FROM lanes l LEFT JOIN LATERAL (SELECT q.available_at FROM queue q WHERE q.company_id = l.company_id
    AND q.channel = l.channel AND q.lane_id = l.id AND q.state = 'queued'
    ORDER BY q.available_at LIMIT 1) front ON true
WHERE l.paused_reason <> '' OR front.available_at < now() - interval '{LATE}'
GROUP BY l.company_id, l.channel, l.paused_reason, stopped
"""


def _lanes() -> Iterator[tuple[int, Anomaly]]:
    """A pause whose end has come counts only where its rows wait all the same."""
    for row in session().execute(text(LANES)):
        if row.stopped:
            yield row.company_id, Anomaly("stopped", about=row.channel, since=row.since)
        elif row.since is not None:
            yield row.company_id, Anomaly("late", about=row.channel, since=row.since)


IMPORTS: Final = f"""
SELECT company_id, stage = 'failed' AS failed, count(*) AS imports, min(updated_at) AS since
FROM data_packets WHERE (stage = 'failed' AND updated_at > now() - interval '1 day')
    OR (stage IN ('received', 'mapped', 'cleaned', 'deduplicated', 'loaded', 'scheduled')
        AND updated_at < now() - interval '{LATE}')
GROUP BY company_id, stage = 'failed'
"""


def _imports() -> Iterator[tuple[int, Anomaly]]:
    for row in session().execute(text(IMPORTS)):
        kind = "unreadable" if row.failed else "stuck"
        yield row.company_id, Anomaly(kind, number=row.imports, since=row.since)


REFUSALS: Final = """
SELECT company_id, provider, sum(refused) AS refused FROM refused_callbacks
WHERE day >= (now() - interval '1 day')::date AND refused > 0 GROUP BY company_id, provider
"""


def _refusals() -> Iterator[tuple[int, Anomaly]]:
    for row in session().execute(text(REFUSALS)):
        yield row.company_id, Anomaly("refused", about=row.provider, number=int(row.refused))

"""How fast a wording is rendered: six tags, a proper name and a date, for a company's worth of people.

The limit is `str.format_map` doing the same work by hand: complete records, names and dates remembered in
the same way, no missing field allowed. Beside it: `str.format_map` of the raw values, which does none of
that work, and compiled Jinja2, which does it with filters.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import product
from typing import Any

from jinja2 import Environment

from app.domain.merge.compile import compile_wording
from app.domain.merge.dates import date_writer
from app.domain.merge.names import proper_name, proper_place
from app.domain.merge.remembered import Remembered
from bench.harness import Row, emit, interleave, measure

RECORDS = 50_000

OURS = (
    "Hi {data.first_name} {data.last_name}, {data.provider|name} expects you on "
    "{data.appointment_date|date|MMMM D} at {data.location}. {company.name}"
)
FORMAT = (
    "Hi {first_name} {last_name}, {provider} expects you on {appointment_date} at {location}. {company_name}"
)
JINJA = (
    "Hi {{ data.first_name|proper }} {{ data.last_name|proper }}, {{ data.provider|proper }} expects you on "
    "{{ data.appointment_date|written }} at {{ data.location|place }}. {{ company.name }}"
)

Values = Mapping[str, Any]


def run() -> list[Row]:
    """Render every record in turn with each contestant, several rounds; rates are messages a second."""
    complete, gaps, new = _records(gaps=False), _records(gaps=True), _new_records()
    flat = [{**values["data"], "company_name": values["company"]["name"]} for values in complete]
    ours = compile_wording(OURS)
    rows = interleave(
        {
            ("render: str.format_map", "the same work, none missing"): _all(_by_hand(), complete),
            ("render: str.format_map", "raw values, none missing"): _all(FORMAT.format_map, flat),
            ("render: jinja2", "the same work, a tenth of the fields missing"): _all(_jinja(), gaps),
            ("render", "six tags, none missing"): _all(ours, complete),
            ("render", "six tags, a tenth of the fields missing"): _all(ours, gaps),
        },
        rounds=7,
    )
    rows.append(measure("render", "six tags, every value new: nothing is remembered", _all(ours, new)))
    limit, raw, jinja, full, with_gaps = rows[:5]
    return [
        *(row.against(limit.rate) for row in rows),
        replace(full, did=f"{full.did}; the limit is raw values").against(raw.rate),
        replace(with_gaps, did=f"{with_gaps.did}; the limit is jinja2").against(jinja.rate),
    ]


def _records(*, gaps: bool) -> list[Values]:
    """Make records as spreadsheets have them: names in capitals or without, many of them repeating."""
    chance = random.Random(7)
    firsts = [
        f"{a}{b}".upper()
        for a, b in product(("jo", "ma", "lu", "an", "chris"), ("hn", "ry", "ke", "na", "el"))
    ]
    lasts = [
        f"{a}{b}" for a, b in product(("o'", "mc", "van ", "smith-", ""), (f"name{n}" for n in range(400)))
    ]
    return [
        {
            "data": {
                key: value
                for key, value in _fields(chance, firsts, lasts).items()
                if not gaps or chance.random() > 0.1
            },
            "company": {"name": "Northside Clinic", "phone_number": "+15125550100"},
        }
        for _ in range(RECORDS)
    ]


def _fields(chance: random.Random, firsts: Sequence[str], lasts: Sequence[str]) -> dict[str, str]:
    day, minute = chance.randint(1, 28), chance.randint(0, 35) * 15
    return {
        "first_name": chance.choice(firsts),
        "last_name": chance.choice(lasts),
        "provider": f"DR. {chance.choice(lasts[:40])}",
        "appointment_date": f"2026-12-{day:02}T{8 + minute // 60:02}:{minute % 60:02}:00-06:00",
        "location": f"{chance.choice(firsts)} STREET CLINIC",
    }


def _new_records() -> list[Values]:
    """Make records of which no two share a name or a date, nor with those above."""
    start = datetime(1990, 1, 1, tzinfo=UTC)
    return [
        {
            "data": {
                "first_name": f"NEW{number}",
                "last_name": f"o'new{number}",
                "provider": f"DR. NEW{number}",
                "appointment_date": (start + timedelta(minutes=number)).isoformat(),
                "location": f"{number} NEW STREET",
            },
            "company": {"name": "Northside Clinic"},
        }
        for number in range(RECORDS)
    ]


def _by_hand() -> Callable[[Values], str]:
    """Do by hand what the wording says, as fast as `str.format_map` allows."""
    names, places = Remembered(proper_name, size=32_768), Remembered(proper_place, size=8_192)
    dates = Remembered(date_writer("MMMM D"), size=1_024)

    def render(values: Values) -> str:
        data = values["data"]
        ready = {
            "first_name": names[data["first_name"]],
            "last_name": names[data["last_name"]],
            "provider": names[data["provider"]],
            "appointment_date": dates[data["appointment_date"]],
            "location": places[data["location"]],
            "company_name": values["company"]["name"],
        }
        return FORMAT.format_map(ready)

    return render


def _jinja() -> Callable[[Values], str]:
    """Compile the same wording as Jinja2, its filters with the help that it could have from lru_cache."""
    written = date_writer("MMMM D")
    environment = Environment(autoescape=False)  # noqa: S701  (a text message has no markup)
    environment.filters |= {
        "proper": lru_cache(32_768)(lambda value: proper_name(str(value))),
        "place": lru_cache(8_192)(lambda value: proper_place(str(value))),
        "written": lru_cache(1_024)(lambda value: written(str(value))),
    }
    return environment.from_string(JINJA).render


def _all(render: Callable[[Values], str], records: Sequence[Values]) -> Callable[[], int]:
    def work() -> int:
        for values in records:
            render(values)
        return len(records)

    return work


def main(_options: Sequence[str] = ()) -> None:
    emit(run())


if __name__ == "__main__":
    main()

"""A page of the trail as one reads it: by days, and what the machine did to one thing in a row as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from app.domain.audit.reading import TrailLine


@dataclass(frozen=True, slots=True)
class Run:
    """Lines that follow one another and tell one story, newest first; mostly a single one."""

    lines: Sequence[TrailLine]

    @property
    def newest(self) -> TrailLine:
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the zone asked for, newest run first."""

    on: date
    runs: Sequence[Run]


def by_day(lines: Sequence[TrailLine], zone: str) -> list[Day]:
    """Sort lines that are in order into the days of a zone, and fold what the machine recorded in a row."""
    here = ZoneInfo(zone)
    return [
        Day(day, [Run(list(run)) for _, run in groupby(of_day, key=_story)])
        for day, of_day in groupby(lines, key=lambda line: line.at.astimezone(here).date())
    ]


def _story(line: TrailLine) -> tuple[object, ...]:
    """Name what a line belongs to: what a person did, or what was meant, stands by itself."""
    if line.person is not None or line.meant:
        return (line.id,)
    return (line.who, line.table, line.thing_id)

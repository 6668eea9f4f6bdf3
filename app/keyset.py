"""Keyset pages: a page follows from the last row of the one before it, so that none counts or skips rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Select, text, tuple_

from app.errors import Rejected
from app.unit_of_work import session

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """Newest first; the cursors lead to the pages beside it and are None where there is none."""

    lines: Sequence[Line]
    newer: str | None
    older: str | None


@dataclass(frozen=True, slots=True)
class Keyset(Generic[Line]):
    """The columns that order the rows, and how a cursor is written for a row and read again.

    `read` returns a value a column and raises ValueError for what `write` never wrote.
    """

    columns: Sequence[Any]
    write: Callable[[Any], str]
    read: Callable[[str], tuple[Any, ...]]
    line: Callable[[Any], Line]
    ascending: bool = False
    """Whether a page begins with the smallest: for names, where “older” means the ones that follow."""

    def page(
        self, query: Select[Any], size: int, *, before: str = "", after: str = "", walk: bool = False
    ) -> Page[Line]:
        """Return the newest page, the one below the cursor `before`, or the one above `after`.

        `walk` says that an index has the rows in this order and that many of them fit: see `walked`. Raises
        Rejected for a cursor that no page gave out.
        """
        key, upwards = tuple_(*self.columns), bool(after) != self.ascending
        query = query.order_by(*(self.columns if upwards else [column.desc() for column in self.columns]))
        if cursor := after or before:
            values = self._values(cursor)
            query = query.where(key > values if upwards else key < values)
        wanted = query.limit(size + 1)
        rows = walked(wanted) if walk else list(session().execute(wanted))
        more, rows = len(rows) > size, rows[:size]
        if after:
            rows.reverse()
        return Page(
            [self.line(row) for row in rows],
            self.write(rows[0]) if rows and (more if after else before) else None,
            self.write(rows[-1]) if rows and (more or after) else None,
        )

    def _values(self, cursor: str) -> tuple[Any, ...]:
        try:
            return self.read(cursor)
        except ValueError as problem:
            raise Rejected("This link to a page is broken. Start again from the newest.") from problem


def walked(query: Select[Any]) -> list[Row[Any]]:
    """Read a query with a limit along the index that has its order, and stop at the limit.

    The company stands both in our queries and in the table's policy, which PostgreSQL takes for two
    conditions: it expects a two-hundredth of the rows, and would rather read all of them and sort. Not for
    queries of which few rows fit and to which another index leads.
    """
    session().execute(text("SET LOCAL enable_sort = off"))
    rows = list(session().execute(query))
    session().execute(text("SET LOCAL enable_sort = on"))
    return rows

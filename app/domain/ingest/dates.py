"""Dates and times as clients write them: their order, proven from all values, and how to read them.

Everything here is SQL for DuckDB over distinct values, so a million rows cost what their few hundred
different dates cost.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.domain.ingest.engine import lent_engine, literal
from app.domain.ingest.kept import kept

ORDERS = ("MDY", "DMY", "YMD")
# Formats that only one reading fits, whatever the column's order is.
PLAIN = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%b %d, %Y", "%b %d %Y", "%B %d, %Y", "%B %d %Y",
    "%d %b %Y", "%d %B %Y", "%d-%b-%y", "%d-%b-%Y", "%d. %B %Y", "%a, %b %d, %Y", "%A, %B %d, %Y",
)  # fmt: skip
NUMERIC = {
    "MDY": ("%m/%d/{year}", "%m-%d-{year}", "%m.%d.{year}"),
    "DMY": ("%d/%m/{year}", "%d-%m-{year}", "%d.%m.{year}"),
    "YMD": ("{year}/%m/%d", "{year}-%m-%d", "{year}.%m.%d"),
}
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I:%M:%S %p", "%I %p", "%I%p", "%H%M", "%H:%M:%S.%f")
# A cell may hold both; what follows the date from its first hour on is the time.
SPLIT = r"^(.*?\d)(?:,|T|\s)\s*(\d{1,2}:\d{2}.*|\d{1,2}\s*[AaPp]\.?[Mm]\.?)$"
OFFSET = r"(Z|[+-]\d{2}:?\d{2})$"
LOWEST_SERIAL, HIGHEST_SERIAL = 1, 109_574  # Excel's day numbers up to the year 2199
IN_NUMBERS = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}"
EXAMPLES = 3


@dataclass(frozen=True)
class DateProof:
    """What the values say: `fits` counts the distinct values each order can read, out of `values`.

    `order` is set where exactly one order reads them all; `examples` are values that only one can read.
    """

    order: str | None
    values: int
    fits: dict[str, int]
    examples: dict[str, list[str]] = field(default_factory=dict)


def date_proofs(rows_file: Path, columns: Iterable[int]) -> dict[int, DateProof]:
    """Return what the values of these columns prove about their order; looks at them only once."""

    def work_out(missing: list[str]) -> dict[str, object]:
        return {column: asdict(prove_date_order(rows_file, int(column))) for column in missing}

    found = kept(rows_file, "dates", [str(column) for column in columns], work_out)
    return {int(column): DateProof(**proof) for column, proof in found.items()}


def prove_date_order(rows_file: Path, column: int) -> DateProof:
    """Return which order of day, month and year reads all values of the column, if it is only one."""
    reads = {order: f"{date_sql('value', order, only_ordered=True)} IS NOT NULL" for order in ORDERS}
    counts = ", ".join(f"count(*) FILTER ({test})" for test in reads.values())
    alone = ", ".join(
        f"(list(value ORDER BY value) FILTER ({test} AND NOT ({_or_others(reads, order)})))[1:{EXAMPLES}]"
        for order, test in reads.items()
    )
    with lent_engine() as engine:
        found = engine.execute(
            f"WITH seen AS (SELECT DISTINCT {date_part_sql(f'trim(c{int(column)})')} AS value "
            f"FROM read_parquet({literal(rows_file)})), "
            f"ambiguous AS (SELECT value FROM seen WHERE regexp_full_match(value, '{IN_NUMBERS}')) "
            f"SELECT count(*), {counts}, {alone} FROM ambiguous"
        ).fetchone() or (0, 0, 0, 0, None, None, None)
    values, fits = found[0], dict(zip(ORDERS, found[1:4], strict=True))
    whole = [order for order in ORDERS if values and fits[order] == values]
    examples = {order: each for order, each in zip(ORDERS, found[4:7], strict=True) if each}
    return DateProof(whole[0] if len(whole) == 1 else None, values, fits, examples)


def _or_others(reads: dict[str, str], order: str) -> str:
    return " OR ".join(test for other, test in reads.items() if other != order)


def date_part_sql(value: str) -> str:
    """Return SQL for the date in a cell that may also hold a time."""
    return f"coalesce(nullif(regexp_extract({value}, '{SPLIT}', 1), ''), {value})"


def time_part_sql(value: str) -> str:
    """Return SQL for the time in a cell that holds a date and a time, '' where it holds none."""
    return f"regexp_replace(regexp_extract({value}, '{SPLIT}', 2), '\\s*{OFFSET}', '')"


def date_sql(value: str, order: str, *, only_ordered: bool = False) -> str:
    """Return SQL that reads a text as DATE in the given order, NULL where it is none.

    Two-digit years from 69 on are years of the last century (the rule of strptime).
    """
    short = _list(name.format(year="%y") for name in NUMERIC[order])
    long = _list(name.format(year="%Y") for name in NUMERIC[order])
    two_digit = r"'(\d{1,2}[/.-]\d{1,2}[/.-]\d{2})'"
    ordered = (
        f"CASE WHEN regexp_full_match({value}, {two_digit}) THEN try_strptime({value}, {short}) "
        f"WHEN regexp_matches({value}, '\\d{{4}}') THEN try_strptime({value}, {long}) END"
    )
    if only_ordered:
        return _within_reason(ordered)
    serial = (
        f"CASE WHEN regexp_full_match({value}, '\\d{{5}}(\\.\\d+)?') AND TRY_CAST({value} AS DOUBLE) "
        f"BETWEEN {LOWEST_SERIAL} AND {HIGHEST_SERIAL} "
        f"THEN DATE '1899-12-30' + CAST(floor(CAST({value} AS DOUBLE)) AS INTEGER) END"
    )
    plain = f"try_strptime({value}, {_list(PLAIN)})"
    return f"coalesce({_within_reason(ordered)}, {_within_reason(plain)}, {serial})"


def _within_reason(moment: str) -> str:
    """Return SQL for the DATE, NULL where the year is none that a living person could mean."""
    return f"CASE WHEN year({moment}) BETWEEN 1900 AND 2199 THEN CAST({moment} AS DATE) END"


def time_sql(value: str) -> str:
    """Return SQL that reads a text as TIME, NULL where it is none; a fraction of a day is Excel's time."""
    padded = f"CASE WHEN regexp_full_match({value}, '\\d{{3}}') THEN '0' || {value} ELSE {value} END"
    written = f"upper(replace(replace(lower({padded}), '.m', 'm'), 'm.', 'm'))"
    fraction = (
        f"CASE WHEN regexp_full_match({value}, '0?\\.\\d+') "
        f"THEN TIME '00:00:00' + to_seconds(round(CAST({value} AS DOUBLE) * 86400)) END"
    )
    return f"coalesce(TRY_CAST(try_strptime({written}, {_list(TIMES)}) AS TIME), {fraction})"


def _list(formats: Iterable[str]) -> str:
    return "[" + ", ".join(literal(each) for each in formats) + "]"

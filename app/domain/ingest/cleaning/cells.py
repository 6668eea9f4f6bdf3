"""What every cell goes through first, and the shape in which each kind of column describes its cleaning."""

from dataclasses import dataclass

BLANKS = r"[\s\x{a0}\x{200b}\x{feff}\x00-\x1f]"
NOTHING = "('n/a', 'na', 'null', 'none', 'nil', '-', '--', 'unknown')"


@dataclass(frozen=True)
class Cell:
    """The cleaning of one column, as SQL over the trimmed rows.

    `raw` is the trimmed text, `value` the cleaned one (NULL where it was not understood), `note` a
    sentence worth a warning or NULL, and `joins` what brings in the lookup tables.
    """

    name: str
    header: str
    kind: str
    raw: str
    value: str
    note: str = "NULL"
    joins: str = ""


def tidy_sql(column: str, kind: str) -> str:
    """Return SQL for a cell without stray blanks; `kept_sql` follows it, over the result."""
    if kind in ("text", "extra"):
        return f"regexp_replace({column}, '^{BLANKS}+|{BLANKS}+$', '', 'g')"
    return f"trim(regexp_replace({column}, '{BLANKS}+', ' ', 'g'))"


def kept_sql(tidy: str, kind: str) -> str:
    """Return SQL that makes an empty cell NULL, and a word that only says “nothing” too.

    Also takes off the apostrophe that our own downloads put before = + - @ (RULES U4).
    """
    text = f"CASE WHEN {tidy} LIKE '''%' THEN regexp_replace({tidy}, '^''([=+@-])', '\\1') ELSE {tidy} END"
    if kind not in ("phone", "email", "date", "time"):
        return f"nullif({text}, '')"
    # The length comes first: it is cheap, and nearly always decides.
    short = f"WHEN lower({tidy}) NOT IN {NOTHING} THEN nullif({text}, '')"
    return f"CASE WHEN length({tidy}) > 7 THEN {text} {short} END"

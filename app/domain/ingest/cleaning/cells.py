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
    """Return SQL for a cell without stray blanks, NULL where nothing is left.

    Also takes off the apostrophe that our own downloads put before = + - @ (RULES U4).
    """
    if kind in ("text", "extra"):
        bare = f"regexp_replace({column}, '^{BLANKS}+|{BLANKS}+$', '', 'g')"
    else:
        bare = f"trim(regexp_replace({column}, '{BLANKS}+', ' ', 'g'))"
    text = f"nullif(CASE WHEN {column} LIKE '''%' THEN regexp_replace({bare}, '^''([=+@-])', '\\1') ELSE {bare} END, '')"
    if kind in ("phone", "email", "date", "time"):
        return f"(CASE WHEN lower({text}) IN {NOTHING} THEN NULL ELSE {text} END)"
    return text

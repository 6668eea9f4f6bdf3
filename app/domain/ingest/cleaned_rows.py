"""The table of cleaned rows: every target in a column of its own, whom to reach, and the record's key."""

from collections.abc import Mapping

from app.domain.ingest.cleaning.cells import Cell
from app.domain.ingest.cleaning.columns import NAME_PARTS, Workshop, name_part
from app.domain.ingest.cleaning.lookups import lookup_table
from app.domain.ingest.engine import literal
from app.domain.ingest.fields import PHONES
from app.domain.ingest.load_map import LoadMap

JUDGED = ("phone", "email", "date", "time")


class RowsTable:
    """The cells of a load map, and under which SQL column of the table `cleaned` each target stands.

    Columns are called v0, v1 …, never by a client's own words, so no header can become SQL.
    """

    def __init__(self, cells: list[Cell], load_map: LoadMap) -> None:
        """Lay out the columns: mapped ones first, then those that a full name or a date fills."""
        self.cells = cells
        self.load_map = load_map
        self.columns: dict[str, str] = {cell.name: f"v{at}" for at, cell in enumerate(cells)}
        self.date = self.cell("appointment_date")
        full = self.cell("full_name")
        derived: dict[str, str] = {}
        if full is not None:
            derived.update({part: name_part(full, part) for part in NAME_PARTS})
        if self.date is not None:
            derived["appointment_time"] = f"look{self.date.raw[1:]}.clock"
        self.derived = derived
        for name in derived:
            self.columns.setdefault(name, f"v{len(self.columns)}")

    def cell(self, name: str) -> Cell | None:
        """Return the cell of a target, if a column is matched with it."""
        return next((cell for cell in self.cells if cell.name == name), None)

    def selected(self) -> str:
        """Return the SELECT list over the trimmed rows: values v…, raw texts r…, notes n…."""
        parts = []
        for name, column in self.columns.items():
            cell = self.cell(name)
            values = [cell.value] if cell else []
            values += [self.derived[name]] if name in self.derived else []
            parts.append(f"coalesce({', '.join(values)}) AS {column}")
        for at, cell in enumerate(self.cells):
            if cell.kind in JUDGED:
                parts.append(f"{cell.raw} AS r{at}")
            if cell.note != "NULL":
                parts.append(f"{cell.note} AS n{at}")
        shift = f"look{self.date.raw[1:]}.shift" if self.date else "NULL::VARCHAR"
        return ", ".join([*parts, "packed", f"{shift} AS shift"])

    def misunderstood(self) -> str:
        """Return the SELECT list of texts b… that gave no value, beside a list of what it replaces."""
        judged = [at for at, cell in enumerate(self.cells) if cell.kind in JUDGED]
        replaced = f" EXCLUDE ({', '.join(f'r{at}' for at in judged)})" if judged else ""
        texts = "".join(f", CASE WHEN v{at} IS NULL THEN r{at} END AS b{at}" for at in judged)
        return f"*{replaced}{texts}"

    def first_of(self, names: tuple[str, ...]) -> str:
        """Return SQL for the first of these targets that has a value, NULL where none is mapped."""
        found = [self.columns[name] for name in names if name in self.columns]
        return f"coalesce({', '.join(found)})" if found else "NULL::VARCHAR"


def create_cleaned(
    shop: Workshop,
    table: RowsTable,
    *,
    refusal: str,
    customer_id: int | None,
    customers: Mapping[str, int],
) -> None:
    """Create the table `cleaned`: row, v…, b…, n…, phone, email, customer_id, refusal and the record's key.

    `refusal` is SQL for the number of the rule that keeps a row out, NULL for none.
    """
    joins = " ".join(cell.joins for cell in table.cells)
    lookup_table(
        shop.engine,
        shop.work,
        "customers",
        ("external", "id"),
        ((" ".join(external.split()).lower(), str(number)) for external, number in customers.items()),
    )
    customer, customer_join = _customer(table, customer_id)
    shop.engine.execute(
        f"CREATE TABLE cleaned AS WITH valued AS (SELECT row, {table.selected()} FROM tidy {joins}), "
        f"reached AS (SELECT {table.misunderstood()}, {table.first_of(PHONES)} AS phone, "
        f"{table.first_of(('email_address',))} AS email FROM valued) "
        f"SELECT reached.*, {refusal} AS refusal, {customer} AS customer_id, "
        f"md5({_key(table, customer_id)}) AS record_key FROM reached {customer_join}"
    )
    # From here on only the cleaned rows are looked at; the room they leave spares spilling to disk.
    shop.engine.execute("DROP TABLE tidy")


def _customer(table: RowsTable, customer_id: int | None) -> tuple[str, str]:
    if customer_id is not None:
        return f"{int(customer_id)}::BIGINT", ""
    name = table.load_map.customer_name
    if name is None or name not in table.columns:
        return "NULL::BIGINT", ""
    return "customers.id::BIGINT", f"LEFT JOIN customers ON customers.external = lower({table.columns[name]})"


def _key(table: RowsTable, customer_id: int | None) -> str:
    """Return SQL for what makes two rows the same record; a control character keeps the parts apart.

    By default the external id, else the person (names and phone or e-mail), and the event's date. One
    customer's upload has the customer in the key, because it may not see the company's other rows.
    """
    scope = literal("" if customer_id is None else f"customer {int(customer_id)}")
    day = table.first_of(("appointment_date",))
    names = [table.first_of((part,)) for part in NAME_PARTS]
    identity = table.first_of(("external_id",))
    person = _joined([scope, "'person'", *names, "coalesce(phone, email)", day])
    known = _joined([scope, literal("id"), identity, day])
    usual = f"CASE WHEN {identity} IS NOT NULL THEN {known} ELSE {person} END"
    chosen = [table.columns[name] for name in table.load_map.record_key]
    if not chosen:
        return usual
    own = _joined([scope, literal("own"), *chosen])
    return f"CASE WHEN coalesce({', '.join(chosen)}) IS NOT NULL THEN {own} ELSE {usual} END"


def _joined(parts: list[str]) -> str:
    compared = [f"coalesce(lower({part}), '')" for part in parts]
    return f"concat_ws(chr(31), {', '.join(compared)})"

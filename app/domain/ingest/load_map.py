"""A load map: how one client's columns become our fields, as it is saved and used again tomorrow."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.domain.ingest.dates import prove_date_order
from app.domain.ingest.fields import BY_KEY
from app.domain.ingest.reading.headers import letters
from app.domain.ingest.suggest import Suggestion
from app.domain.ingest.synonyms import normalised
from app.errors import Rejected

USUAL_DATE_ORDER = "MDY"


@dataclass(frozen=True)
class MappedColumn:
    """One column's meaning: a `field` of ours, an `extra` kept under its own name, or neither (ignored).

    `date_order` is MDY, DMY or YMD for a column of dates, else None.
    """

    column: int
    header: str
    field: str | None = None
    extra: str | None = None
    date_order: str | None = None


@dataclass(frozen=True)
class LoadMap:
    """The columns in the file's order, and what makes two rows the same record.

    `record_key` names fields or extras; empty means the external id, else the person, and the event's
    date. `customer_column` is the column whose value is a customer's external id; None looks at
    `location`.
    """

    columns: tuple[MappedColumn, ...]
    record_key: tuple[str, ...] = ()
    default_region: str = "US"
    customer_column: int | None = None
    # The names of extras that hold a recipient's own time zone.
    zone_names: tuple[str, ...] = field(default=("time_zone", "timezone", "tz"))

    def __post_init__(self) -> None:
        """Refuse a map in which two columns mean the same, or a target that does not exist."""
        targets = [name for each in self.columns if (name := each.field or each.extra)]
        twice = sorted({name for name in targets if targets.count(name) > 1})
        if twice:
            raise Rejected(
                f"Two columns are matched with “{twice[0]}”. Each field takes one column.", field=twice[0]
            )
        unknown = [each.field for each in self.columns if each.field and each.field not in BY_KEY]
        if unknown:
            raise Rejected(f"There is no field “{unknown[0]}”.", field=unknown[0])
        strange = [name for name in self.record_key if name not in targets]
        if strange:
            raise Rejected(f"“{strange[0]}” is part of the record key, but no column is matched with it.")

    def column_of(self, name: str) -> MappedColumn | None:
        """Return the column that is matched with a field or kept as this extra, if there is one."""
        return next((each for each in self.columns if name in (each.field, each.extra)), None)

    @property
    def customer_name(self) -> str | None:
        """The target whose value is a customer's external id; None where that column is not imported."""
        chosen = next((each for each in self.columns if each.column == self.customer_column), None)
        return (chosen.field or chosen.extra) if chosen else "location"

    def to_json(self) -> dict[str, Any]:
        """Return plain lists and dictionaries, as stored with a load map's version."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "LoadMap":
        """Return the load map that `to_json` stored."""
        return cls(
            columns=tuple(MappedColumn(**each) for each in stored["columns"]),
            record_key=tuple(stored.get("record_key", ())),
            default_region=stored.get("default_region", "US"),
            customer_column=stored.get("customer_column"),
            zone_names=tuple(stored.get("zone_names", ("time_zone", "timezone", "tz"))),
        )


def proposed_map(suggestions: Sequence[Suggestion], rows_file: Path) -> LoadMap:
    """Return the load map that the suggestions amount to, with date orders proven from the values."""
    names = extra_names([each.header for each in suggestions])
    return LoadMap(
        columns=tuple(
            MappedColumn(
                column=each.column,
                header=each.header,
                field=each.field,
                extra=None if each.field else names[each.column],
                date_order=_order(each, rows_file),
            )
            for each in suggestions
        )
    )


def _order(suggestion: Suggestion, rows_file: Path) -> str | None:
    if suggestion.field is None or BY_KEY[suggestion.field].kind != "date":
        return None
    return prove_date_order(rows_file, suggestion.column).order or USUAL_DATE_ORDER


def extra_names(headers: Sequence[str]) -> list[str]:
    """Return for each header the name it is kept under: `Bus Route #` is `bus_route`; all are different."""
    names: list[str] = []
    for column, header in enumerate(headers):
        plain = unicodedata.normalize("NFKD", normalised(header)).encode("ascii", "ignore").decode()
        name = "_".join(plain.split()) or f"column_{letters(column).lower()}"
        name = f"column_{name}" if name[0].isdigit() else name
        tried, number = name, 2
        while tried in names or tried in BY_KEY:
            tried, number = f"{name}_{number}", number + 1
        names.append(tried)
    return names

"""A company's load maps: recognising a file's columns, saving what they mean, in versions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import and_, select

from app.domain.ingest.fingerprints import fingerprint, header_set
from app.domain.ingest.load_map import LoadMap, MappedColumn, extra_names
from app.domain.ingest.suggest import KnownMap
from app.errors import Conflict, NotFound, Rejected
from app.models import LoadMapRow, LoadMapVersion
from app.unit_of_work import company_id, customers, session

LONGEST_NAME = 80
SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class SavedMap:
    """One load map in its newest version; `columns` are the headers it was made for, in order."""

    id: int
    name: str
    version: int
    customer_id: int | None
    columns: tuple[str, ...]
    load_map: LoadMap

    def as_known(self) -> KnownMap:
        """Return what the suggestion wants to know of it."""
        return KnownMap(self.name, self.columns, {one.header: one.field for one in self.load_map.columns})


def saved_maps() -> list[SavedMap]:
    """Return the load maps that the open transaction may see, newest first."""
    version = LoadMapVersion
    query = (
        select(LoadMapRow, version)
        .join(
            version,
            and_(
                version.company_id == LoadMapRow.company_id,
                version.load_map_id == LoadMapRow.id,
                version.version == LoadMapRow.version,
            ),
        )
        .where(LoadMapRow.company_id == company_id())
        .order_by(version.id.desc())
    )
    return [_saved(row, made) for row, made in session().execute(query)]


def made_for(columns: Sequence[str], known: Sequence[SavedMap]) -> SavedMap | None:
    """Return the first of these load maps that was made for exactly these columns in this order."""
    wanted = fingerprint(columns)
    return next((saved for saved in known if fingerprint(saved.columns) == wanted), None)


def load_map_by_id(load_map_id: int) -> SavedMap:
    """Return one load map; raise NotFound."""
    for saved in saved_maps():
        if saved.id == load_map_id:
            return saved
    raise NotFound("There is no such load map.")


def load_map_by_name(name: str) -> SavedMap:
    """Return the load map of that name, whatever its case; raise NotFound with what there is."""
    known = saved_maps()
    for saved in known:
        if saved.name.casefold() == name.casefold():
            return saved
    names = ", ".join(f"“{saved.name}”" for saved in known) or "none"
    raise NotFound(f"There is no load map “{name}”. The company has: {names}.")


def fitted(saved: SavedMap, columns: Sequence[str]) -> LoadMap:
    """Return the load map for a file with the same columns, whatever their order.

    Raises Rejected naming a column that the file lacks. Columns it has beyond them keep their own names.
    """
    places = {header: column for column, header in enumerate(columns)}
    known = {one.header: one for one in saved.load_map.columns}
    lost = [one.header for one in known.values() if _is_used(one) and one.header not in places]
    if lost:
        raise Rejected(f"“{saved.name}” needs the column “{lost[0]}”, which this file does not have.")
    names = extra_names(columns)
    fresh = (MappedColumn(column, header, extra=names[column]) for column, header in enumerate(columns))
    fitting = tuple(
        replace(known[one.header], column=one.column) if one.header in known else one for one in fresh
    )
    old = next((one for one in known.values() if one.column == saved.load_map.customer_column), None)
    return replace(saved.load_map, columns=fitting, customer_column=places.get(old.header) if old else None)


def save_new(
    name: str, load_map: LoadMap, columns: Sequence[str], *, by: int | None, customer_id: int | None = None
) -> SavedMap:
    """Save a load map under a name that is not taken; raise Rejected where it is, or is empty."""
    wanted = " ".join(name.split())[:LONGEST_NAME]
    if not wanted:
        raise Rejected("Give the load map a name, such as “Daily appointments”.", field="load_name")
    if any(saved.name.casefold() == wanted.casefold() for saved in saved_maps()):
        raise Rejected(f"There is a load map “{wanted}” already. Choose another name.", field="load_name")
    row = LoadMapRow(company_id=company_id(), customer_id=_owner(customer_id), load_name=wanted)
    session().add(row)
    session().flush()
    return _save_version(row, load_map, columns, by=by)


def save_version(load_map_id: int, load_map: LoadMap, columns: Sequence[str], *, by: int | None) -> SavedMap:
    """Save a load map's next version; raise NotFound, or Conflict where it is not one's own to change."""
    query = select(LoadMapRow).where(LoadMapRow.company_id == company_id(), LoadMapRow.id == load_map_id)
    row = session().scalar(query)
    if row is None:
        raise NotFound("There is no such load map.")
    if customers() is not None and row.customer_id is None:
        raise Conflict("This load map belongs to the whole company. Save yours under a name of its own.")
    return _save_version(row, load_map, columns, by=by)


def _save_version(row: LoadMapRow, load_map: LoadMap, columns: Sequence[str], *, by: int | None) -> SavedMap:
    made = LoadMapVersion(
        company_id=company_id(),
        load_map_id=row.id,
        version=row.version + 1,
        load_map={"columns": list(columns), "map": load_map.to_json()},
        fingerprint=fingerprint(columns),
        header_set=SEPARATOR.join(sorted(header_set(columns))),
        created_by=by,
    )
    row.version += 1
    session().add(made)
    session().flush()
    return _saved(row, made)


def _saved(row: LoadMapRow, made: LoadMapVersion) -> SavedMap:
    return SavedMap(
        row.id,
        row.load_name,
        made.version,
        row.customer_id,
        tuple(made.load_map["columns"]),
        LoadMap.from_json(made.load_map["map"]),
    )


def _owner(customer_id: int | None) -> int | None:
    """A delegated person's load map belongs to their customer; anybody else's to the whole company."""
    return None if customers() is None else customer_id


def _is_used(column: MappedColumn) -> bool:
    return bool(column.field or column.extra)

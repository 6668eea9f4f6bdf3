"""Blocks: rules “never contact who matches this”, matched set by set and never row by row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from app.domain.ingest.cleaning.columns import Workshop
from app.domain.ingest.cleaning.emails import clean_email
from app.domain.ingest.cleaning.lookups import lookup_table
from app.domain.ingest.cleaning.phones import clean_phone
from app.domain.ingest.fields import BY_KEY, PHONES
from app.domain.ingest.places import STATES


@dataclass(frozen=True)
class Block:
    """A stored block: the row matches when every one of its criteria (field → value) does."""

    id: int
    criteria: Mapping[str, str]


def create_blocked(shop: Workshop, columns: Mapping[str, str], blocks: Sequence[Block]) -> None:
    """Create the table `blocked`: row and block, for rows that match a block.

    A block that names a field which the file does not have matches nothing, one without criteria
    neither. A phone number matches whichever phone of the row it is.
    """
    shop.engine.execute("CREATE TABLE matched (row BIGINT, block VARCHAR)")
    by_fields: dict[tuple[str, ...], list[Block]] = defaultdict(list)
    for block in blocks:
        by_fields[tuple(sorted(block.criteria))].append(block)
    for at, (fields, group) in enumerate(by_fields.items()):
        choices = [_columns_for(field, columns) for field in fields]
        if fields and all(choices):
            _match(shop, f"blocks{at}", fields, group, choices)
    shop.engine.execute(
        "CREATE TABLE blocked AS SELECT row, min(block::BIGINT) AS block FROM matched GROUP BY row"
    )


def _columns_for(field: str, columns: Mapping[str, str]) -> list[str]:
    if field in PHONES or field == "phone":
        return [columns[name] for name in PHONES if name in columns]
    name = "email_address" if field == "email" else field
    return [columns[name]] if name in columns else []


def _match(
    shop: Workshop, name: str, fields: tuple[str, ...], group: list[Block], choices: list[list[str]]
) -> None:
    keys = [f"k{at}" for at in range(len(fields))]
    values = (
        (str(block.id), *(comparable(field, block.criteria[field], shop.region) for field in fields))
        for block in group
    )
    lookup_table(shop.engine, shop.work, name, ("block", *keys), values)
    for picked in product(*choices):
        same = " AND ".join(
            f"{_comparable_sql(field, column)} = {name}.{key}"
            for field, column, key in zip(fields, picked, keys, strict=True)
        )
        shop.engine.execute(f"INSERT INTO matched SELECT row, block FROM cleaned JOIN {name} ON {same}")


def comparable(field: str, value: str, region: str) -> str | None:
    """Return a block's value as it is compared: cleaned as the same field of a row would be, lower case."""
    text = " ".join(str(value).split())
    kind = _kind(field)
    if kind == "phone":
        return clean_phone(text, region)[0]
    if kind == "email":
        return (clean_email(text) or text).lower()
    if kind == "zip":
        return text.partition("-")[0].zfill(5).lower()
    if kind == "state":
        return STATES.get(text.lower(), text).lower()
    return text.lower()


def _comparable_sql(field: str, column: str) -> str:
    kind = _kind(field)
    if kind == "phone":
        return f"cleaned.{column}"
    if kind == "zip":
        return f"lower(split_part(cleaned.{column}, '-', 1))"
    return f"lower(cleaned.{column})"


def _kind(field: str) -> str:
    named = {"phone": "phone", "email": "email"}
    return named.get(field) or (BY_KEY[field].kind if field in BY_KEY else "extra")

"""The company's rules of the kind "never contact who matches this", as one set-based condition."""

from typing import Any

from sqlalchemy import text

from app.unit_of_work import company_id, session

COLUMNS = {"phone": "{record}.phone", "email": "{record}.email"}


def blocked_sql(record: str) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition that a block matches the record of that alias, and its parameters.

    A block's criteria are an object of fields and values, all of which must match, whatever their case;
    `phone` and `email` mean the cleaned number and address. Blocks that name the same fields are asked
    together, by one hash table, so that ten thousand of them cost no more than one.
    """
    shapes = session().execute(
        text(
            "SELECT DISTINCT ARRAY(SELECT jsonb_object_keys(b.criteria) ORDER BY 1) AS keys "
            "FROM contact_blocks b WHERE b.company_id = :company AND b.criteria <> '{}'::jsonb"
        ),
        {"company": company_id()},
    )
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    for shape, keys in enumerate(sorted(shapes.scalars())):
        names = [f"block_{shape}_{place}" for place in range(len(keys))]
        parameters |= dict(zip(names, keys, strict=True))
        conditions.append(_matches(record, dict(zip(names, keys, strict=True))))
    return (f"({' OR '.join(conditions)})" if conditions else "false"), parameters


def _matches(record: str, keys: dict[str, str]) -> str:
    mine, theirs = [], []
    for name, key in keys.items():
        value = COLUMNS.get(key, "({record}.data ->> :" + name + ")").format(record=record)
        mine.append(f"lower({value})")
        theirs.append(f"lower(b.criteria ->> :{name})")
    has_keys = " AND ".join(f"b.criteria ? :{name}" for name in keys)
    return (
        f"(({', '.join(mine)}) IN (SELECT {', '.join(theirs)} FROM contact_blocks b "
        f"WHERE b.company_id = :company AND {has_keys} "
        f"AND (SELECT count(*) FROM jsonb_object_keys(b.criteria)) = {len(keys)})) IS TRUE"
    )

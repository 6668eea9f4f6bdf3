"""How many of a ledger's records an earlier import has brought already, so that a preview is honest."""

from pathlib import Path

import duckdb
from sqlalchemy import ARRAY, Text, any_, bindparam, func, select

from app.domain.ingest.engine import literal
from app.models import ContactRecord
from app.unit_of_work import company_id, session

BATCH = 20_000


def count_known(ledger_file: Path) -> int:
    """Count the ledger's records whose key the open company has; asks for a batch of keys at a time."""
    keys = bindparam("keys", type_=ARRAY(Text))
    query = select(func.count()).where(
        ContactRecord.company_id == company_id(), ContactRecord.record_key == any_(keys)
    )
    known = 0
    with duckdb.connect(config={"threads": 1, "memory_limit": "128MB"}) as engine:
        engine.execute(f"SELECT record_key FROM read_parquet({literal(ledger_file)}) WHERE fate = 'record'")
        while batch := engine.fetchmany(BATCH):
            known += session().execute(query, {"keys": [key for (key,) in batch]}).scalar_one()
    return known

"""The text of a record's values, which are those of JSON."""

import json
from collections.abc import Mapping
from typing import Any


def as_text(value: Any) -> str:
    """Write a value: null as nothing, a list by its items, the rest as JSON does."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        return ", ".join(as_text(item) for item in value)
    if isinstance(value, bool | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def as_texts(values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Write all values of a record's parts; missing parts are left out."""
    return {
        root: {key: as_text(value) for key, value in part.items()} for root, part in values.items() if part
    }

"""The schema owner's connection, for the rules that ask the database's catalogue."""

from tests.isolation.conftest import owner

__all__ = ["owner"]

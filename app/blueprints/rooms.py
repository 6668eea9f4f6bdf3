"""Reading from several rooms for one page, each for the customers that its own policy holds for."""

from collections.abc import Callable
from itertools import groupby
from typing import TypeVar

from flask import g
from flask_login import current_user

from app.unit_of_work import transaction

T = TypeVar("T")
Policy = tuple[str, str]


def read_as_allowed(*asked: tuple[Policy, Callable[[], T]]) -> list[T | None]:
    """Return what each reads at the company in the URL, in order; None for what this person may not see.

    A policy may hold for other customers than that of the page. Neighbors that hold for the same ones are
    read in one transaction.
    """
    found: list[T | None] = []
    for customers, neighbors in groupby(asked, key=lambda one: g.access.customers(*one[0])):
        reads = [(g.access.may(*policy), read) for policy, read in neighbors]
        if not any(may for may, _read in reads):
            found += [None] * len(reads)
            continue
        with transaction(g.company.id, customers, current_user.id):
            found += [read() if may else None for may, read in reads]
    return found

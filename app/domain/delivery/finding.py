"""Finding messages by whom they went to, quickly: a whole address by its index, a name among the newest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.domain.scheduling.preview import person_name
from app.models import Message
from app.unit_of_work import company_id, session

NEWEST: Final = 2_000
SHORTEST_NAME: Final = 3
# Where a country's own form of a number is typed, ours (E.164) is that with +1 before it.
WHOLE_NUMBER: Final = range(10, 16)
_WHOLE_EMAIL: Final = re.compile(r"\S+@\S+\.\S+")
_NOT_A_NUMBER: Final = re.compile(r"[^\d\s()+./-]")


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """One message by whom it went to; `at` is when it goes or went out."""

    id: int
    person: str
    to_address: str
    at: datetime


def named_like(words: str, limit: int) -> list[FoundMessage]:
    """Return messages to this number, e-mail address or person that may be seen here, newest first.

    A part of a number finds nothing, and a name is looked for among the NEWEST messages only: the message log
    searches all of them.
    """
    addresses = _addresses(words)
    query = select(Message).where(Message.company_id == company_id())
    if addresses:
        found = session().scalars(
            query.where(Message.to_address.in_(addresses)).order_by(Message.id.desc()).limit(limit)
        )
    elif len(words) >= SHORTEST_NAME and not re.search(r"[\d@]", words):
        newest = aliased(Message, query.order_by(Message.id.desc()).limit(NEWEST).subquery())
        fields = (newest.data[key].astext for key in ("first_name", "last_name", "full_name"))
        name = func.concat_ws(" ", *fields)
        likeness = and_(*(name.icontains(word, autoescape=True) for word in words.split()))
        found = session().scalars(select(newest).where(likeness).order_by(newest.id.desc()).limit(limit))
    else:
        return []
    return [FoundMessage(one.id, person_name(one.data), one.to_address, one.contact_date) for one in found]


def _addresses(words: str) -> Sequence[str]:
    if _WHOLE_EMAIL.fullmatch(words):
        return [words, words.lower()]
    digits = re.sub(r"\D", "", words)
    if len(digits) in WHOLE_NUMBER and not _NOT_A_NUMBER.search(words):
        return [f"+{digits}", f"+1{digits}"]
    return []

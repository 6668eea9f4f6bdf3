"""The walls around visits: one sees one's own, a company those to it, and nobody has two at a time."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.domain.access import visits
from app.domain.access.visits import Visitor
from app.domain.identity import sessions
from app.errors import Conflict
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.isolation.catalogue import Owner

REASON = "Their reminders did not arrive"


@pytest.fixture
def sam(app: Flask) -> Visitor:
    """Somebody of support, signed in."""
    user_id = people.user_id_of(people.SUPPORT)
    return Visitor(user_id, _session_of(user_id), "Sam Porter")


def test_one_visit_at_a_time(sam: Visitor) -> None:
    _open(sam, 1)
    with pytest.raises(Conflict):
        _open(sam, 2)
    assert _companies_seen() == [1]


def test_a_company_sees_the_visits_to_it_alone_and_only_who_sees_all_of_it(sam: Visitor) -> None:
    _open(sam, 1)
    with transaction(1):
        assert [one.person for one in visits.visits_here()] == ["Sam Porter"]
    with transaction(1, [1]):
        assert visits.visits_here() == []
    with transaction(2):
        assert session().scalar(text("SELECT count(*) FROM support_visits")) == 0


def test_beside_the_companies_one_sees_ones_own_alone(sam: Visitor) -> None:
    _open(sam, 1)
    other = people.user_id_of(people.PLATFORM_ADMIN)
    for user_id, found in ((sam.user_id, 1), (other, 0), (None, 0)):
        with transaction(platform=True, user=user_id):
            assert session().scalar(text("SELECT count(*) FROM support_visits")) == found


def test_nobody_opens_or_ends_a_visit_for_another(sam: Visitor) -> None:
    visit_id = _open(sam, 1)
    other = people.user_id_of(people.PLATFORM_ADMIN)
    with transaction(1, user=other):
        visits.end_visit(visit_id)
    with transaction(2, user=sam.user_id):
        visits.end_visit(visit_id)
    assert _companies_seen() == [1]
    with pytest.raises(ProgrammingError, match="row-level security"), transaction(1, user=other):
        visits.open_visit(sam, reason=REASON, ticket="", minutes=15)


@pytest.mark.parametrize(
    "change",
    ["ends_at = ends_at + interval '1 hour'", "reason = 'Because of something else'", "company_id = 2"],
)
def test_what_a_company_was_told_is_not_changed_afterwards(as_app: Owner, sam: Visitor, change: str) -> None:
    _open(sam, 1)
    as_app.execute(
        "SELECT set_config('app.company_id', '1', false), set_config('app.customers', 'all', false)"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_app.execute(f"UPDATE support_visits SET {change}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_app.execute("DELETE FROM support_visits")


def test_no_visit_is_longer_than_an_hour_whoever_writes_it(sam: Visitor) -> None:
    _open(sam, 1)
    with pytest.raises(IntegrityError, match="at_most_an_hour"), across_companies(reason="a test"):
        session().execute(text("UPDATE support_visits SET ended_at = NULL"))
        session().execute(
            text(
                "INSERT INTO support_visits (company_id, user_id, user_label, session_id, reason, ends_at, "
                "ended_at) SELECT 2, user_id, 'x', session_id, reason, now() + interval '2 hours', now() "
                "FROM support_visits"
            )
        )


def test_whoever_ends_the_session_ends_the_visit(sam: Visitor) -> None:
    _open(sam, 1)
    with transaction(platform=True, user=people.user_id_of(people.PLATFORM_ADMIN)):
        sessions.end_all_of(sam.user_id)
    assert _companies_seen() == []


def test_opening_and_ending_stand_on_the_companys_trail_by_themselves(sam: Visitor) -> None:
    visit_id = _open(sam, 1)
    with transaction(1, user=sam.user_id):
        visits.end_visit(visit_id)
    for company_id, found in ((1, ["changed", "created", "visit.ended", "visit.opened"]), (2, [])):
        with transaction(company_id):
            query = "SELECT action FROM trail WHERE table_name = 'support_visits' ORDER BY action"
            assert list(session().scalars(text(query))) == found


def _session_of(user_id: int) -> int:
    with transaction(platform=True, user=user_id):
        token = sessions.start(user_id, sessions.SIGNED_IN, network="127.0.0.1", user_agent="a test")
        opened = sessions.find(token, sessions.SIGNED_IN)
        assert opened is not None
        return opened.id


def _open(visitor: Visitor, company_id: int) -> int:
    with transaction(company_id, user=visitor.user_id):
        return visits.open_visit(visitor, reason=REASON, ticket="812", minutes=30)


def _companies_seen() -> list[int]:
    with across_companies(reason="looking at visits in a test"):
        query = "SELECT company_id FROM support_visits WHERE ended_at IS NULL ORDER BY company_id"
        return list(session().scalars(text(query)))

"""What the tests of support visits share: the form that opens one, the company's trail, looks and changes."""

from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy import text

from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.people import sign_in, sign_out

CLINIC = "/c/riverside-clinic"
SCHOOLS = "/c/maplewood-schools"
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
STAFF = [people.SUPPORT, people.PLATFORM_ADMIN]


def form_of(html: str) -> int:
    return next(at for at, one in enumerate(people.forms(html)) if one.action == "/support/visits")


def trail_of(client: FlaskClient, who: str, company: str) -> str:
    """The trail as one of the company's own people reads it, whoever was signed in before."""
    sign_out(client)
    sign_in(client, who)
    return client.get(f"{company}/trail?thing=support_visits").text


def views() -> list:  # type: ignore[type-arg]
    with transaction(1):
        query = "SELECT details FROM trail WHERE action = 'visit.viewed' ORDER BY at, id"
        return list(session().execute(text(query)).all())


def scalar(query: str, **values: object) -> object:
    with across_companies(reason="looking at visits in a test"):
        return session().scalar(text(query), values)


def change(statement: str) -> None:
    with across_companies(reason="changing a row for a test"):
        session().execute(text(statement))

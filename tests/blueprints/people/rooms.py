"""What the tests of People & access share: who is who, and the forms they fill in."""

from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.models import User
from app.unit_of_work import across_companies, session
from tests import people

SCHOOLS, CLINIC = "/c/maplewood-schools", "/c/riverside-clinic"
BIRCH, CEDAR = "Birch Elementary", "Cedar High School"


@dataclass(frozen=True, slots=True)
class Held:
    """A person and the one role they have at their company."""

    user_id: int
    grant_id: int
    role_id: int


def held(email_address: str) -> Held:
    """The person behind an address, with their first grant."""
    row = _one(
        "SELECT users.id, user_roles.id AS grant_id, role_id FROM users "
        "JOIN user_roles ON user_id = users.id WHERE email_address = :value ORDER BY user_roles.id LIMIT 1",
        email_address,
    )
    return Held(row.id, row.grant_id, row.role_id)


def role_id(name: str) -> int:
    """The number of a role by its name."""
    return int(_one("SELECT id FROM roles WHERE name = :value", name).id)


def place(name: str) -> int:
    """The number of a customer by its name."""
    return int(_one("SELECT id FROM customers WHERE name = :value", name).id)


def customers_of(grant_id: int) -> list[str]:
    """The names of what a grant is limited to."""
    with across_companies(reason="looking at a grant in a test"):
        found = session().scalars(
            text("SELECT name FROM customers JOIN user_roles ON customers.company_id = user_roles.company_id "
                 "AND customers.id = ANY (customer_ids) WHERE user_roles.id = :id ORDER BY name"),
            {"id": grant_id},
        )  # fmt: skip
        return list(found)


def sessions_of(user_id: int) -> int:
    """How many sessions of a person are open."""
    row = _one(
        "SELECT count(*) AS found FROM user_sessions WHERE user_id = :value AND ended_at IS NULL "
        "AND kind = 'signed_in'",
        user_id,
    )
    return int(row.found)


def exists(email_address: str) -> bool:
    """Whether there is a person of this address."""
    with across_companies(reason="looking for a person in a test"):
        query = select(User.id).where(User.email_address == email_address)
        return session().scalar(query) is not None


def post(client: FlaskClient, path: str, expect: int = 303, **values: object) -> TestResponse:
    """Send a form as the page's would be."""
    answer = client.post(path, data={"csrf_token": people.csrf_token(client), **values})
    assert answer.status_code == expect, f"{answer.status} from {path}: {answer.text[-1500:]}"
    return answer


def opened(client: FlaskClient, path: str) -> str:
    """The mark that the forms of a page carry."""
    page = client.get(path)
    assert page.status_code == 200, page.status
    return next(
        value for form in people.forms(page.text) for name, value in form.hidden.items() if "opened" in name
    )


def _one(query: str, value: object):
    with across_companies(reason="looking something up in a test"):
        return session().execute(text(query), {"value": value}).one()

"""One world for all walks: companies with prey in them, and people who come in without the sign-in page."""

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.domain.identity import sessions
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.isolation.matrix import Door, doors_of
from tests.isolation.planting_whole import Prey, plant_everything

CLINIC, UTILITY, SCHOOLS = "riverside-clinic", "lakeside-utility", "maplewood-schools"


@dataclass(frozen=True, slots=True)
class World:
    """The app, its doors, and what was planted where."""

    app: Flask
    doors: list[Door]
    clinic: Prey
    utility: Prey
    birch: Prey
    cedar: Prey

    @property
    def company_doors(self) -> list[Door]:
        return [door for door in self.doors if door.kind == "company"]

    def stranger(self) -> FlaskClient:
        """A browser that nobody signed in with. Walks read what is said; other tests read how it is put."""
        client = self.app.test_client()
        client.lenient = True  # type: ignore[attr-defined]
        return client

    def enter(self, email_address: str) -> FlaskClient:
        """A browser in which this person signed in just now; the sign-in pages are proved elsewhere."""
        user_id = people.user_id_of(email_address)
        with transaction(platform=True, user=user_id):
            token = sessions.start(user_id, sessions.SIGNED_IN, network="127.0.0.1", user_agent="walker")
        client = self.stranger()
        client.set_cookie(self.app.config["SID_COOKIE"], token)
        return client


def settle(app: Flask) -> World:
    """Plant the prey: one story in each company, and two in the district."""
    change("INSERT INTO customers (company_id, name) SELECT id, 'Lakeside North' FROM companies "
           "WHERE alias = :alias", alias=UTILITY)  # fmt: skip
    return World(
        app,
        doors_of(app),
        clinic=plant_everything(CLINIC, "Riverside Main Street"),
        utility=plant_everything(UTILITY, "Lakeside North"),
        birch=plant_everything(SCHOOLS, "Birch Elementary"),
        cedar=plant_everything(SCHOOLS, "Cedar High School"),
    )


def change(statement: str, **values: object) -> None:
    """Change rows of any company."""
    with across_companies(reason="changing a row for a test"):
        session().execute(text(statement), values)

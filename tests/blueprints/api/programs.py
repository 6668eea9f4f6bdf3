"""Makes apps and keys as an administrator would, and calls as a program does."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.identity import api_keys
from app.domain.tenancy import apps
from app.unit_of_work import transaction

CLINIC, DISTRICT, UTILITY = 1, 2, 3
ALL_SCOPES = list(api_keys.SCOPES)


def make_app(company_id: int, name: str = "Night run", customers: list[int] | None = None) -> int:
    """The number of a new app, for the whole company or for some customers."""
    reach = "whole" if customers is None else "some"
    with transaction(company_id):
        return apps.make_app({"name": name, "reach": reach, "customers": customers or []}).id


def make_key(company_id: int, app_id: int, **values: Any) -> tuple[int, str]:
    """The number and the text of a new key."""
    given = {"name": "Server", "scopes": ALL_SCOPES, "days": 90, "networks": ""} | values
    with transaction(company_id):
        known = api_keys.keys_of(app_id)
        key, written = api_keys.make_key(
            app_id, given, made_by=1, company_name="x", newest=known[0].id if known else 0
        )
    return key.id, written


def key_of(company_id: int, *, customers: list[int] | None = None, **values: Any) -> str:
    """The text of the key of a new app."""
    return make_key(company_id, make_app(company_id, customers=customers), **values)[1]


def call(client: FlaskClient, path: str, key: str = "", **given: Any) -> TestResponse:
    """Call as a program does."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.get(f"/api/v1{path}", headers=headers, **given)

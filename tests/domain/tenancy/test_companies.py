"""Companies and their customers are made and found by their own names only."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.domain.tenancy import companies
from app.domain.tenancy.companies import AROUND_THE_CLOCK
from app.errors import NotFound
from app.models import Company, CustomerXref
from app.unit_of_work import across_companies, session, transaction

NEW: dict[str, Any] = {
    "name": "A Shop",
    "alias": "a-shop",
    "kind": "commercial",
    "time_zone": "America/Denver",
}


def test_a_company_is_found_by_alias_public_id_and_id(app: Flask) -> None:
    made = _make()
    with transaction(platform=True):
        views = {
            companies.company_by_alias("a-shop"),
            companies.company_by_public_id(made.public_id),
            companies.company_by_id(made.id),
        }
    (view,) = views
    assert (view.name, view.tier, view.active) == ("A Shop", 3, True)


def test_what_is_not_there_is_not_found(app: Flask) -> None:
    tries: list[Callable[[], object]] = [
        lambda: companies.company_by_alias("no-such"),
        lambda: companies.company_by_public_id(uuid4()),
        lambda: companies.company_by_id(999),
    ]
    for find in tries:
        with transaction(platform=True), pytest.raises(NotFound):
            find()


@pytest.mark.parametrize(
    "alias", ["A-Shop", "a", "-shop", "shop-", "a shop", "a/shop", "1shop", "", "a" * 41]
)
def test_an_alias_that_would_not_do_in_an_address_is_refused(app: Flask, alias: str) -> None:
    with pytest.raises(IntegrityError):
        _make(alias=alias)


def test_two_companies_have_two_aliases(app: Flask) -> None:
    with pytest.raises(IntegrityError):
        _make(alias="riverside-clinic")


def test_the_list_is_by_name_and_without_those_turned_off(app: Flask) -> None:
    with across_companies(reason="turning a company off in a test"):
        session().execute(text("UPDATE companies SET active = false WHERE alias = 'riverside-clinic'"))
    with transaction(platform=True):
        active = [one.alias for one in companies.all_companies()]
        every = [one.alias for one in companies.all_companies(active_only=False)]
    assert active == ["lakeside-utility", "maplewood-schools"]
    assert every == ["lakeside-utility", "maplewood-schools", "riverside-clinic"]


def test_a_customer_is_made_with_the_names_other_systems_have_for_it(app: Flask) -> None:
    with transaction(1):
        made = companies.create_customer(
            name="Riverside North", external_ids=("RNO", "0042"), window=(480, 1200)
        )
        found = session().scalars(
            select(CustomerXref.external_customer_id).where(CustomerXref.customer_id == made.id)
        )
        assert sorted(found) == ["0042", "RNO"]
        assert [one.name for one in companies.customers_here()] == [
            "Riverside Main Street", "Riverside North", "Riverside Pediatrics",
        ]  # fmt: skip


def test_one_name_of_another_system_means_one_customer(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction(1):
        companies.create_customer(name="Riverside North", external_ids=("RMS",))
    with transaction(3):
        companies.create_customer(name="Riverside North", external_ids=("RMS",))


def test_a_delegated_person_is_shown_their_own_customers(app: Flask) -> None:
    with transaction(2):
        birch = companies.customers_here()[0]
    with transaction(2, [birch.id]):
        assert [one.name for one in companies.customers_here()] == ["Birch Elementary"]
    with transaction(2, ()):
        assert companies.customers_here() == []


def test_a_wording_may_say_the_companys_name_and_number(app: Flask) -> None:
    with transaction(platform=True):
        clinic = companies.company_by_alias("riverside-clinic")
    assert companies.merge_values(clinic) == {
        "company": {"name": "Riverside Clinic", "phone_number": "(212) 555-0100"},
        "customer": {"name": ""},
    }


def _make(**other: str) -> Company:
    with across_companies(reason="making a company for a test"):
        return companies.create_company(**{**NEW, **other}, window=AROUND_THE_CLOCK)

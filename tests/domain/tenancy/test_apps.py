"""Apps: one name once, limited to customers that are there, changed by one person at a time."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.domain.tenancy import apps
from app.domain.tenancy.editing import Overtaken, revision_of
from app.errors import Conflict, NotFound, Rejected
from app.unit_of_work import session, transaction

CLINIC, DISTRICT = 1, 2


def test_an_app_has_a_name_that_no_other_has(app: Flask) -> None:
    with transaction(CLINIC):
        apps.make_app({"name": "Night run", "reach": "whole"})
        with pytest.raises(Rejected, match="already"):
            apps.make_app({"name": " night  RUN ", "reach": "whole"})
        for name in ("", "  ", "x" * 81):
            with pytest.raises(Rejected):
                apps.make_app({"name": name, "reach": "whole"})
    with transaction(DISTRICT):
        assert apps.make_app({"name": "Night run", "reach": "whole"})


def test_an_app_is_limited_to_customers_of_its_own_company(app: Flask) -> None:
    birch, cedar = _schools()
    with transaction(DISTRICT):
        made = apps.make_app({"name": "One", "reach": "some", "customers": [str(birch), str(birch)]})
        assert [one.id for one in apps.reach_of([made.id])[made.id]] == [birch]
    for chosen in ([birch], ["x"], [10**30], []):
        with transaction(CLINIC), pytest.raises(Rejected) as refused:
            apps.make_app({"name": "Two", "reach": "some", "customers": chosen})
        assert refused.value.field == "customers"
    with transaction(DISTRICT):
        again = apps.app_here(made.id)
        changed = {"name": "One", "reach": "some", "customers": [cedar]}
        apps.change_app(made.id, changed, opened_with=revision_of(again))
        assert [one.id for one in apps.reach_of([made.id])[made.id]] == [cedar]
        trail = session().scalars(text("SELECT details ->> 'reach' FROM trail WHERE action = 'app.changed'"))
        assert trail.all() == ["Cedar High School"]


def test_a_change_of_the_restrictions_alone_overtakes_an_open_form(app: Flask) -> None:
    birch, cedar = _schools()
    with transaction(DISTRICT):
        made = apps.make_app({"name": "One", "reach": "some", "customers": [birch]})
        opened = revision_of(made)
    with transaction(DISTRICT):
        apps.change_app(made.id, {"name": "One", "reach": "some", "customers": [cedar]}, opened_with=opened)
    with transaction(DISTRICT), pytest.raises(Overtaken) as lost:
        apps.change_app(made.id, {"name": "Mine", "reach": "whole"}, opened_with=opened)
    assert lost.value.current["customers"] == [str(cedar)]


def test_who_was_handed_one_school_sees_and_makes_no_apps(app: Flask) -> None:
    birch, _ = _schools()
    with transaction(DISTRICT):
        made = apps.make_app({"name": "One", "reach": "some", "customers": [birch]})
    with transaction(DISTRICT, [birch]):
        assert apps.apps_here() == []
        with pytest.raises(NotFound):
            apps.app_here(made.id)
        for act in (lambda: apps.make_app({"name": "Two", "reach": "whole"}), lambda: apps.turn_off(made.id)):
            with pytest.raises(NotFound):
                act()


def test_an_app_is_turned_off_once(app: Flask) -> None:
    with transaction(CLINIC):
        made = apps.make_app({"name": "One", "reach": "whole"})
        assert not apps.turn_off(made.id).active
        with pytest.raises(Conflict, match="off already"):
            apps.turn_off(made.id)
        assert apps.turn_on(made.id).active


def _schools() -> tuple[int, int]:
    with transaction(DISTRICT):
        birch, cedar = session().scalars(text("SELECT id FROM customers ORDER BY name")).all()
        return birch, cedar
